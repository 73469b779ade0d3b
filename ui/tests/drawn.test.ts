import { expect, test } from 'vitest'
import { large, undrawn } from '../src/lib/drawn'

const of = (media_type: string, path = '/library/2026/1142-lamp-1.svg') => ({ media_type, path })

test('what could run something is shown by its name', () => {
  expect(undrawn(of('image/svg+xml'))).toEqual({ kind: 'SVG drawing', name: '1142-lamp-1.svg' })
  expect(undrawn(of('text/html', 'C:\\Rushes\\a.html'))).toEqual({ kind: 'Web page', name: 'a.html' })
  expect(undrawn(of('application/pdf', 'a.pdf'))).toEqual({ kind: 'PDF document', name: 'a.pdf' })
  for (const drawn of ['image/png', 'image/avif', 'image/heic', 'video/mp4'])
    expect(undrawn(of(drawn))).toBeNull()
})

test('a kind that browsers do not know is looked at by its largest still', () => {
  expect([large(of('image/heic')), large(of('image/avif'))]).toEqual(['thumb?w=1024', 'original'])
})
