import { cleanup, render, screen, waitFor } from '@testing-library/svelte'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { setHost } from '../src/bridge/call'
import type { Glimpse } from '../src/bridge/generated'
import SlimJob from '../src/features/studio/SlimJob.svelte'
import JobRow from '../src/features/jobs/JobRow.svelte'
import { App, app, glimpseUrl } from '../src/state/app.svelte'
import { glimpses } from '../src/state/glimpses.svelte'
import { routes } from '../src/state/routes.svelte'
import { FakeHost } from './fixtures/host'
import { job } from './fixtures/rows'

const seen = (more: Partial<Glimpse> = {}): Glimpse => ({
  job: 'j',
  part: 0.42,
  note: 'Step 21 of 50',
  picture: 3,
  ...more,
})
const running = job('j', { state: 'running', phase: 'accepted', finished_at: null })

beforeEach(() => {
  localStorage.clear()
  const host = new FakeHost()
  host.mediaBase = 'http://127.0.0.1:9/secret/media/'
  host.jobs = [running]
  setHost(host)
  glimpses.keep(() => false)
})
afterEach(cleanup)

test('the newest of a running job is kept, and forgotten when the job ends', async () => {
  const window = new App()
  await window.load()
  window.apply([
    { kind: 'glimpse', glimpse: seen({ part: 0.1 }) },
    { kind: 'glimpse', glimpse: seen() },
  ])
  expect(glimpses.of('j')).toEqual(seen())
  window.apply([{ kind: 'job', job: { ...running, message: 'Still at it.' } }])
  expect(glimpses.of('j')).toEqual(seen())
  window.apply([{ kind: 'job', job: job('j') }])
  expect(glimpses.of('j')).toBe(undefined)
})

test('one that its job has overtaken is not taken', async () => {
  const window = new App()
  await window.load()
  window.apply([
    { kind: 'job', job: job('j') },
    { kind: 'glimpse', glimpse: seen() },
  ])
  window.apply([{ kind: 'glimpse', glimpse: seen({ job: 'nobody' }) }])
  expect([glimpses.of('j'), glimpses.of('nobody')]).toEqual([undefined, undefined])
})

test('what ended while nobody listened is forgotten when everything is read again', async () => {
  const window = new App()
  await window.load()
  window.apply([{ kind: 'glimpse', glimpse: seen() }])
  const host = new FakeHost()
  host.jobs = [job('j')]
  setHost(host)
  await window.load()
  expect(glimpses.of('j')).toBe(undefined)
})

test('its picture lies beside the media, under its number', async () => {
  await app.load()
  expect(glimpseUrl('j')).toBe(null)
  glimpses.put(seen({ picture: null }))
  expect(glimpseUrl('j')).toBe(null)
  glimpses.put(seen())
  expect(glimpseUrl('j')).toBe('http://127.0.0.1:9/secret/glimpse/j/3')
})

test('the line in the studio shows how far it is, the words and the picture, and follows them', async () => {
  await app.load()
  glimpses.put(seen())
  const { container } = render(SlimJob, { job: running, place: 0 })
  const ring = screen.getByRole('progressbar', { name: /^Done so far/ })
  expect(ring.getAttribute('aria-valuenow')).toBe('42')
  expect(container.textContent).toContain('Step 21 of 50')
  expect(container.querySelector('img')?.src).toBe('http://127.0.0.1:9/secret/glimpse/j/3')
  glimpses.put(seen({ part: 0.8, picture: 4 }))
  await waitFor(() => expect(ring.getAttribute('aria-valuenow')).toBe('80'))
  expect(container.querySelector('img')?.src).toBe('http://127.0.0.1:9/secret/glimpse/j/4')
  container.querySelector('img')?.dispatchEvent(new Event('error'))
  await waitFor(() => expect(container.querySelector('img')).toBe(null))
})

test('the row in Jobs says it in words', async () => {
  await app.load()
  glimpses.put(seen())
  const nothing = () => undefined
  const { container } = render(JobRow, {
    job: running,
    place: 0,
    chosen: false,
    span: { top: 0, height: 44 },
    onchoose: nothing,
    onopen: nothing,
  })
  expect(container.textContent).toContain('42 %, Step 21 of 50')
  glimpses.forget('j')
  await waitFor(() => expect(container.textContent).not.toContain('Step 21'))
})

test('routes changed elsewhere are taken over whole', async () => {
  const window = new App()
  await window.load()
  const hero = { name: 'Hero', modality: 'image' as const, steps: ['a:one'], most: null }
  window.apply([{ kind: 'routes', routes: [hero] }])
  expect([routes.list, routes.get('Hero'), routes.alike(' hero ')]).toEqual([[hero], hero, hero])
  window.apply([{ kind: 'routes', routes: [] }])
  expect(routes.get('Hero')).toBe(undefined)
})
