import { cleanup, render, screen, waitFor } from '@testing-library/svelte'
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { setHost } from '../src/bridge/call'
import JobsTable from '../src/features/jobs/JobsTable.svelte'
import { view } from '../src/features/jobs/view.svelte'
import { jobs } from '../src/state/jobs.svelte'
import { FakeHost } from './fixtures/host'
import { job } from './fixtures/rows'

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

beforeEach(() => {
  localStorage.clear()
  setHost(new FakeHost())
  jobs.table.clear()
  jobs.table.putAll(Array.from({ length: 5000 }, (_, i) => job(`j${i}`, { created_at: 9_000 - i })))
  view.chosen = null
})

afterEach(() => {
  cleanup()
  jobs.table.clear()
})

test('of five thousand jobs only those in sight are drawn, and keys reach the last', async () => {
  let opened = 0
  render(JobsTable, { onopen: () => (opened += 1) })
  const grid = screen.getByRole('grid', { name: 'Jobs' })
  const press = (key: string) => grid.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }))
  expect(grid.getAttribute('aria-rowcount')).toBe('5001')
  expect(screen.getAllByRole('row').length).toBeLessThan(30)
  expect(grid.getAttribute('aria-activedescendant')).toBe('row-j0')
  press('ArrowDown')
  await waitFor(() => expect(grid.getAttribute('aria-activedescendant')).toBe('row-j1'))
  press('End')
  await waitFor(() => expect(grid.getAttribute('aria-activedescendant')).toBe('row-j4999'))
  expect(document.getElementById('row-j4999')?.getAttribute('aria-selected')).toBe('true')
  expect(document.getElementById('row-j0')).toBe(null)
  expect(screen.getAllByRole('row').length).toBeLessThan(30)
  press('Enter')
  expect(opened).toBe(1)
})
