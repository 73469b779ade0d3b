// Cropping a reference and painting a mask, by their keys.
import { render, waitFor } from '@testing-library/svelte'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Asset } from '../src/bridge/generated'
import { setHost } from '../src/bridge/call'
import CropDialog from '../src/features/studio/CropDialog.svelte'
import MaskDialog from '../src/features/studio/MaskDialog.svelte'
import type { MediaField } from '../src/state/fields'
import { FakeHost } from './fixtures/host'
import { media } from './fixtures/rows'

const asset = { id: 'a', media: 'image', width: 400, height: 300, duration_ms: null } as Asset
const close = vi.fn()

beforeEach(() => {
  setHost(new FakeHost())
  vi.stubGlobal('fetch', () => Promise.resolve(new Response(new Blob(['picture']))))
  vi.stubGlobal('createImageBitmap', () => Promise.resolve({ width: 400, height: 300, close }))
  vi.stubGlobal(
    'ResizeObserver',
    class {
      observe() {}
      unobserve() {}
      disconnect() {}
    },
  )
  vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockReturnValue(null)
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

const press = (at: Element, key: string, more: KeyboardEventInit = {}) =>
  at.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more }))

test('a crop comes closer and goes further by its keys', async () => {
  const { getByRole, findByText } = render(CropDialog, { asset, place: 0, onclose: vi.fn() })
  await findByText('300 × 300')
  const desk = getByRole('group', { name: /^The part that is kept/ })
  expect(desk.getAttribute('aria-keyshortcuts')).toBe('+ -')
  press(desk, '+')
  await findByText('273 × 273')
  press(desk, '-')
  await findByText('300 × 300')
})

test('a mask is painted and taken back by its keys, and its brush made larger', async () => {
  const field = media('mask', 'mask') as MediaField
  const { getByRole, unmount } = render(MaskDialog, { asset, field, onclose: vi.fn() })
  const desk = getByRole('group', { name: /^The picture/ })
  const use = () => getByRole('button', { name: /^Use the mask/ })
  const brush = () => getByRole('slider', { name: 'Brush size' }).getAttribute('aria-valuetext')
  await waitFor(() => expect(brush()).toBe('32 pixels'))
  press(desk, ']')
  await waitFor(() => expect(brush()).toBe('36 pixels'))
  press(desk, '[')
  await waitFor(() => expect(brush()).toBe('32 pixels'))
  expect(use().getAttribute('aria-disabled')).toBe('true')
  press(desk, ' ')
  await waitFor(() => expect(use().getAttribute('aria-disabled')).not.toBe('true'))
  press(desk, 'z', { ctrlKey: true })
  await waitFor(() => expect(use().getAttribute('aria-disabled')).toBe('true'))
  unmount()
  await waitFor(() => expect(close).toHaveBeenCalled())
})

test('what this computer cannot draw is said', async () => {
  vi.stubGlobal('createImageBitmap', () => Promise.reject(new Error('no')))
  const { findByRole } = render(CropDialog, { asset, place: 0, onclose: vi.fn() })
  expect((await findByRole('alert')).textContent).toMatch(/can’t be cropped/)
})
