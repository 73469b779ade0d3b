import { describe, expect, it } from 'vitest'
import type { Endpoint } from '../src/bridge/generated'
import { fitting, kin, lead } from '../src/state/variants'
import { rowsOf } from '../src/features/studio/picker'
import { endpoint, field } from './fixtures/rows'

const media = (name: string, required: boolean, most = 1) =>
  field(name, {
    role: 'reference',
    required,
    kind: { type: 'media', media: 'image', max_items: most, list: most > 1 },
  })

const ids = ['acme:paint', 'acme:paint/edit']
const paint = endpoint('acme:paint', { variants: ids, usable: true })
const edit = endpoint('acme:paint/edit', { variants: ids, usable: true, fields: [media('images', true, 2)] })
const alone = endpoint('acme:alone', { usable: true })
const all = new Map<string, Endpoint>([paint, edit, alone].map((e) => [e.id, e]))
const find = (id: string) => all.get(id)
const picture = (asset: string) => ({ asset, media: 'image' as const, field: null })

describe('variants', () => {
  it('go by what is added', () => {
    expect(fitting(paint, [], find)).toBe(paint)
    expect(fitting(paint, [picture('a')], find)).toBe(edit)
    expect(fitting(edit, [picture('a'), picture('b')], find)).toBe(edit)
    expect(fitting(edit, [], find)).toBe(paint)
  })

  it('stay where none fits', () => {
    expect(fitting(paint, [picture('a'), picture('b'), picture('c')], find)).toBe(paint)
    expect(fitting(alone, [picture('a')], find)).toBe(alone)
    const clip = { asset: 'c', media: 'video' as const, field: null }
    expect(fitting(edit, [clip], find)).toBe(edit)
  })

  it('are one model to the picker', () => {
    expect(kin(edit, find)).toEqual([paint, edit])
    expect(lead(edit, find)).toBe(paint)
    const shown = (references: boolean) =>
      rowsOf([...all.values()], [edit.id], { words: '', commercial: false, references }).flatMap((row) =>
        row.kind === 'endpoint' ? [row.endpoint.id] : [],
      )
    expect(shown(false)).toEqual(['acme:paint', 'acme:alone', 'acme:paint'])
    expect(shown(true)).toEqual(['acme:paint', 'acme:paint'])
  })

  it('leave retired models out of the picker', () => {
    const gone = endpoint('acme:gone', {
      retired: { on: '2026-09-24', reason: 'Shut down.', successors: [] },
    })
    expect(rowsOf([gone], [], { words: '', commercial: false, references: false })).toEqual([])
  })
})
