import { cleanup, render, screen, waitFor } from '@testing-library/svelte'
import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { setHost } from '../src/bridge/call'
import Gallery from '../src/features/gallery/Gallery.svelte'
import { ALL } from '../src/features/gallery/places'
import { where } from '../src/features/gallery/where.svelte'
import { EMPTY_VIEW } from '../src/lib/view'
import { views } from '../src/state/views.svelte'
import { FakeHost } from './fixtures/host'
import { print } from './fixtures/rows'
import { viewBytes } from './fixtures/view'

let host: FakeHost
/** Answers the view that was asked for last. */
let answer: () => void
/** What stood at the right of the pictures, one after the other. */
let sides: string[]
let watching: MutationObserver

class NoObserver {
  observe() {}
  disconnect() {}
  unobserve() {}
}

beforeAll(() => {
  Object.assign(globalThis, { ResizeObserver: NoObserver, IntersectionObserver: NoObserver })
  Element.prototype.scrollTo = () => undefined
  Element.prototype.scrollIntoView = () => undefined
})

const side = (): string => {
  if (screen.queryByRole('complementary', { name: 'Inspector' })) return 'inspector'
  const pane = document.querySelector('.pane')
  return pane ? (pane.matches('.ground') ? 'ground' : 'panel') : 'none'
}

function look(): void {
  const now = side()
  if (sides.at(-1) !== now) sides.push(now)
}

const asked = () => waitFor(() => expect(views.loading).toBe(true))

beforeEach(() => {
  localStorage.clear()
  // As at a start.
  where.nothing = null
  views.view = EMPTY_VIEW
  views.loaded = false
  host = new FakeHost()
  setHost(host)
  vi.stubGlobal('fetch', () => {
    return new Promise<Response>((on) => {
      const prints = host.prints.map(({ seq }) => ({ seq }))
      answer = () => on(new Response(viewBytes(prints.length > 0 ? [{ day: 20_000, prints }] : [])))
    })
  })
  sides = []
  // Where there is room for an inspector.
  window.innerWidth = 1400
  watching = new MutationObserver(look)
  watching.observe(document.body, { childList: true, subtree: true, attributes: true })
})

afterEach(() => {
  cleanup()
  watching.disconnect()
})

test('an empty gallery shows no inspector at any moment, wherever one goes in it', async () => {
  render(Gallery)
  await asked()
  answer()
  await screen.findByText('Nothing printed yet.')
  where.go({ kind: 'trash' })
  await asked()
  expect(screen.getByText('Nothing printed yet.'), 'until more is known').toBeTruthy()
  answer()
  await screen.findByText('Trash is empty.')
  look()
  expect(sides.filter((at) => at !== 'none')).toEqual(['ground'])
})

test('a full one has the place of its inspector from the first moment', async () => {
  host.prints = [print('a')]
  where.go(ALL)
  await asked()
  render(Gallery)
  await waitFor(() => expect(side()).toBe('ground'))
  answer()
  // There is no room for pictures here, so that none of them is ever read.
  await waitFor(() => expect(side()).toBe('panel'))
  look()
  expect(sides.slice(sides.indexOf('ground'))).not.toContain('none')
})
