import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/svelte'
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Route, RouteChange } from '../src/bridge/generated'
import { setHost } from '../src/bridge/call'
import RoutesFile from '../src/features/models/RoutesFile.svelte'
import { sumWords, tellChange } from '../src/features/models/routesfile'
import { routes } from '../src/state/routes.svelte'
import { FakeHost } from './fixtures/host'

const usd = (micros: number) => ({ micros, currency: 'USD', exact: true })
const hero: Route = { name: 'Hero', modality: 'image', steps: ['a:one', 'a:two'], most: null }
const rough: Route = { name: 'Rough', modality: 'image', steps: ['a:one'], most: usd(50_000) }

test('what a file would change is told route by route', () => {
  const line = (now: Partial<Route>, before: Route | null = hero) =>
    tellChange({ route: { ...hero, ...now }, before }).line
  expect(line({}, null)).toBe('New, for pictures, 2 steps.')
  expect(line({})).toBe('Stays as it is.')
  expect(line({ steps: ['a:one'] })).toBe('Replaces yours: 1 step instead of 2.')
  expect(line({ steps: ['a:two', 'a:one'] })).toBe('Replaces yours: its steps in another order.')
  expect(line({ steps: ['a:two', 'b:one'] })).toBe('Replaces yours: other steps.')
  expect(line({ modality: 'video', most: usd(500_000) })).toBe(
    'Replaces yours: for clips instead of pictures, no more than $0.50 a run instead of no limit.',
  )
  const told = [
    { route: hero, before: null },
    { route: rough, before: rough },
    { route: { ...rough, most: null }, before: rough },
    { route: { ...rough, most: usd(60_000) }, before: rough },
  ].map(tellChange)
  expect(sumWords(told)).toBe('1 is new, 2 replace yours, 1 stays as it is.')
  expect(sumWords([])).toBe('')
})

class NoObserver {
  observe() {}
  disconnect() {}
  unobserve() {}
}

let host: FakeHost

beforeAll(() => void Object.assign(globalThis, { ResizeObserver: NoObserver }))
beforeEach(async () => {
  host = new FakeHost()
  host.routes = [rough]
  setHost(host)
  await routes.load()
})
afterEach(cleanup)

/** A file as a browser hands it over; here nothing reads files. */
const chosen = (text: string) => Object.assign(new File([text], 'mine.toml'), { text: async () => text })
const choose = (text: string) =>
  fireEvent.change(screen.getByLabelText('A file of routes'), { target: { files: [chosen(text)] } })
const asked = (cmd: string) => host.asked.filter((one) => one.cmd === cmd)

test('nothing is brought in before the look at it', async () => {
  const changes: RouteChange[] = [
    { route: hero, before: null },
    { route: { ...rough, most: null }, before: rough },
  ]
  host.on.preview_routes = () => changes
  host.on.import_routes = () => (host.routes = changes.map((change) => change.route))
  render(RoutesFile)
  await choose('text of the file')
  const dialog = await screen.findByRole('dialog', { name: 'Bring in 2 routes?' })
  expect(dialog.textContent).toContain('mine.toml. 1 is new, 1 replaces yours.')
  expect(dialog.textContent).toContain('Replaces yours: no limit instead of no more than $0.05 a run.')
  screen.getByRole('button', { name: 'Cancel' }).click()
  await waitFor(() => expect(screen.queryByRole('dialog')).toBe(null))
  expect(asked('import_routes')).toEqual([])

  await choose('text of the file')
  await screen.findByRole('dialog')
  screen.getByRole('button', { name: 'Bring them in' }).click()
  await waitFor(() => expect(routes.list.map((route) => route.name)).toEqual(['Hero', 'Rough']))
  expect(asked('import_routes')).toEqual([{ cmd: 'import_routes', request: { toml: 'text of the file' } }])
})

test('a file that is none of routes says so, and what changes nothing is not offered', async () => {
  host.on.preview_routes = () => {
    throw { code: 'invalid', message: 'Line 1: a word.', hint: 'Choose another file.', detail: '' }
  }
  render(RoutesFile)
  await choose('no routes')
  await waitFor(() =>
    expect(screen.getByRole('alert').textContent).toBe('Line 1: a word. Choose another file.'),
  )
  host.on.preview_routes = () => [{ route: rough, before: rough }]
  await choose('the same')
  await screen.findByRole('dialog', { name: 'Nothing would change' })
  expect(screen.queryByRole('button', { name: 'Bring them in' })).toBe(null)
  expect(screen.getByRole('alert', { hidden: true }).textContent).toBe('')
})

test('saving hands the file to the browser, or says where the studio wrote it', async () => {
  render(RoutesFile)
  screen.getByRole('button', { name: 'Save as a file' }).click()
  await waitFor(() => expect(host.downloads).toEqual([['rushes-routes.toml', '# 1 routes\n']]))
  expect(asked('save_routes')).toEqual([])
  host.download = () => false
  host.on.save_routes = () => ({ path: '/mine/Downloads/rushes-routes.toml' })
  expect(await routes.saveFile()).toBe('/mine/Downloads/rushes-routes.toml')
})
