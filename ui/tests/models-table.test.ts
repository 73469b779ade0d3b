import { cleanup, render, screen, waitFor } from '@testing-library/svelte'
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { setHost } from '../src/bridge/call'
import ModelsTable from '../src/features/models/ModelsTable.svelte'
import { view } from '../src/features/models/view.svelte'
import { endpoints } from '../src/state/endpoints.svelte'
import { keys } from '../src/state/keys.svelte'
import { nav } from '../src/state/nav.svelte'
import { FakeHost } from './fixtures/host'
import { addModels } from './fixtures/models-scene'

class NoObserver {
  observe() {}
  disconnect() {}
  unobserve() {}
}

beforeAll(() => {
  Object.assign(globalThis, { ResizeObserver: NoObserver })
  Element.prototype.scrollTo = function (this: Element, to?: ScrollToOptions | number) {
    this.scrollTop = typeof to === 'object' ? (to.top ?? 0) : 0
    this.dispatchEvent(new Event('scroll'))
  } as Element['scrollTo']
})

beforeEach(async () => {
  localStorage.clear()
  const host = new FakeHost()
  addModels(host, 3000)
  setHost(host)
  view.showAll()
  view.chosen = null
  view.tab = 'routes'
  await Promise.all([endpoints.load(), keys.load()])
})
afterEach(cleanup)

const drawn = () => screen.getAllByRole('row').length
const chosen = () => screen.getByRole('row', { selected: true })

test('of three thousand models only those in sight are drawn, and keys reach the last', async () => {
  let opened = 0
  render(ModelsTable, { onopen: () => (opened += 1) })
  const grid = screen.getByRole('grid', { name: 'Models' })
  const press = (key: string) => grid.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }))
  expect(Number(grid.getAttribute('aria-rowcount'))).toBeGreaterThan(3000)
  expect(drawn()).toBeLessThan(60)
  expect(chosen().textContent).toContain('Aurora')
  press('ArrowDown')
  await waitFor(() => expect(chosen().textContent).toContain('Flint.1 [dev]'))
  press('End')
  await waitFor(() => expect(chosen().textContent).toContain('Wander 2.6'))
  expect(grid.getAttribute('aria-activedescendant')).toBe(chosen().id)
  expect(drawn()).toBeLessThan(60)
  press('Enter')
  expect([opened, view.tab]).toEqual([1, 'routes'])
})

test('a row says what is missing and leads to where it is mended', async () => {
  view.filter({ words: 'delta paper' })
  render(ModelsTable, { onopen: () => undefined })
  expect(chosen().textContent).toContain('Not listed')
  screen.getByRole('button', { name: 'no key' }).click()
  expect([nav.screen, nav.section]).toEqual(['settings', 'keys'])
  view.filter({ words: 'aurora' })
  await waitFor(() => expect(chosen().textContent).toContain('Retired 24 Sep'))
  view.filter({ words: 'kestrel 1.6' })
  await waitFor(() => expect(chosen().textContent).toContain('Retires 31 Dec'))
  view.filter({ words: 'no such thing' })
  await waitFor(() => expect(screen.getByText('Nothing called ‘no such thing’.')).toBeTruthy())
  screen.getByRole('button', { name: 'Clear all' }).click()
  const rows = () => Number(screen.getByRole('grid', { name: 'Models' }).getAttribute('aria-rowcount'))
  await waitFor(() => expect(rows()).toBeGreaterThan(3000))
})
