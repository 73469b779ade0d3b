import { cleanup, render, screen, waitFor, within } from '@testing-library/svelte'
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import App from '../src/App.svelte'
import { setHost } from '../src/bridge/call'
import { draft } from '../src/state/draft.svelte'
import { jobs } from '../src/state/jobs.svelte'
import { nav } from '../src/state/nav.svelte'
import { FakeHost } from './fixtures/host'
import { endpoint, job, keyRow, print } from './fixtures/rows'

let host: FakeHost

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

beforeEach(() => {
  localStorage.clear()
  jobs.table.clear()
  jobs.dismissed = new Set()
  nav.go('studio')
  host = new FakeHost()
  host.endpoints = [endpoint('sandbox:stills', { name: 'Sandbox Stills', sandbox: true })]
  host.keys = [keyRow('acme', { provider_name: 'Acme' })]
  setHost(host)
})

afterEach(() => {
  cleanup()
  draft.clear()
})

const press = (key: string, more: KeyboardEventInit = {}, on: EventTarget = window) =>
  on.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more }))
const sent = (cmd: string) => host.asked.filter((a) => a.cmd === cmd).map((a) => a.request)

test('the first time, one key renders with the sandbox', async () => {
  host.firstRun = true
  host.settings.welcomed = false
  host.on.submit_job = ({ inputs }) => ({
    jobs: [job('j1', { state: 'queued', phase: null, prompt: String(inputs.prompt), sandbox: true })],
    problems: [],
  })
  render(App)
  await screen.findByText(/Never lose a paid render/)
  press('Enter', { ctrlKey: true })
  await waitFor(() => expect(sent('submit_job')).toHaveLength(1))
  expect(sent('submit_job')[0]).toEqual({
    endpoint: 'sandbox:stills',
    inputs: { prompt: 'Hills before sunrise, thin mist, one bright disc' },
    references: [],
    count: 1,
    keep_seed: false,
  })
  await screen.findByRole('article', { name: 'Shot 1, take 1, queued' })
})

test('a finished job becomes a strip, and keys act on its frame', async () => {
  host.jobs = [job('j1', { prints: ['p1'] })]
  host.prints = [print('p1', { job: 'j1' })]
  render(App)
  const frame = await waitFor(() => {
    const found = document.querySelector<HTMLElement>('[data-print="p1"]')
    expect(found?.getAttribute('aria-label')).toBe('Boats on still water, shot 1, take 1, Stills')
    return found!
  })
  frame.focus()
  press('p', {}, frame)
  await waitFor(() => expect(sent('mark_prints')).toEqual([{ ids: ['p1'], circled: true }]))
  press('r', {}, frame)
  expect(draft.sheet.references.map((r) => r.asset)).toEqual(['p1'])
  press('n', {}, frame)
  await waitFor(() => expect(document.activeElement?.textContent).toContain('Run again, $0.04'))
  expect(sent('rerun_job')).toEqual([])
})

test('a job in doubt offers three choices and asks before it may be paid twice', async () => {
  host.jobs = [job('j1', { state: 'running', phase: 'in_doubt', message: 'It may have run and cost $0.04.' })]
  host.on.resolve_doubt = ({ id }) => job(id, { state: 'failed', phase: 'lost', cause: 'dismissed' })
  render(App)
  const row = await screen.findByRole('article', { name: 'Shot 1, take 1, in doubt' })
  const button = (name: string) => within(row).getByRole('button', { name })
  expect(within(row).getByText('It may have run and cost $0.04.')).toBeTruthy()
  button('Send again, $0.04').click()
  await screen.findByText("If the first one ran, you'll pay twice: $0.04 + $0.04.")
  expect(sent('resolve_doubt')).toEqual([])
  screen.getByRole('button', { name: 'Check first' }).click()
  await waitFor(() => expect(sent('resolve_doubt')).toEqual([{ id: 'j1', choice: 'look' }]))
})

test('changes of the core reach the feed', async () => {
  host.jobs = [job('j1', { state: 'running', phase: 'accepted', finished_at: null })]
  render(App)
  await screen.findByRole('article', { name: 'Shot 1, take 1, rendering' })
  host.commit(
    { kind: 'print', print: print('p1', { job: 'j1' }) },
    { kind: 'job', job: job('j1', { prints: ['p1'] }) },
  )
  await screen.findByRole('article', { name: 'Shot 1, take 1, done' })
  expect(screen.queryByRole('article', { name: 'Shot 1, take 1, rendering' })).toBeNull()
})

test('a server of the user’s own that bills nobody is free, and nothing is asked', async () => {
  const free = { micros: 0, currency: 'USD', exact: true }
  host.endpoints = [endpoint('shed:stills', { name: 'Stills', own_server: true, price: free })]
  host.on.quote = () => ({ each: free, total: free, most: null, note: '' })
  render(App)
  await screen.findByRole('form', { name: 'Composer' })
  draft.setPrompt('Boats')
  await screen.findByText('Free, on a server of your own.')
  press('Enter', { ctrlKey: true })
  await waitFor(() => expect(sent('submit_job')).toHaveLength(1))
  expect(screen.queryByText('Send it without a price?')).toBeNull()
})

test('a server of the user’s own that tells no price is not said to bill an account', async () => {
  host.endpoints = [endpoint('shed:stills', { name: 'Stills', own_server: true, price: null })]
  render(App)
  await screen.findByRole('form', { name: 'Composer' })
  draft.setPrompt('Boats')
  await waitFor(() => expect(draft.quote).not.toBeNull())
  press('Enter', { ctrlKey: true })
  const asked = await screen.findByText(/tells no price for Stills/)
  expect(asked.textContent).toContain('A computer of your own costs nothing; a gateway may bill an account.')
  expect(sent('submit_job')).toEqual([])
})

test('a price nobody lists is asked about once', async () => {
  host.endpoints = [endpoint('acme:stills', { name: 'Stills', price: null })]
  render(App)
  await screen.findByRole('form', { name: 'Composer' })
  draft.setPrompt('Boats')
  await waitFor(() => expect(draft.quote).not.toBeNull())
  press('Enter', { ctrlKey: true })
  await screen.findByText('Send it without a price?')
  expect(sent('submit_job')).toEqual([])
  screen.getByRole('button', { name: 'Send it' }).click()
  await waitFor(() => expect(sent('submit_job')).toHaveLength(1))
})
