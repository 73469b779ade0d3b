import { beforeEach, expect, test } from 'vitest'
import { setHost } from '../src/bridge/call'
import { announcer } from '../src/state/announce.svelte'
import { loadJob, removeReference } from '../src/state/composing.svelte'
import { done } from '../src/state/done'
import { draft } from '../src/state/draft.svelte'
import { canCancel, perform } from '../src/state/jobacts'
import { jobs } from '../src/state/jobs.svelte'
import { shelves } from '../src/state/shelves.svelte'
import { toasts } from '../src/state/toasts.svelte'
import { FakeHost } from './fixtures/host'
import { job, print } from './fixtures/rows'

let host: FakeHost
const asked = () => host.asked.map(({ cmd }) => cmd)

beforeEach(() => {
  host = new FakeHost()
  setHost(host)
  toasts.list = []
  done.forget()
})

test('the last is taken back first, each once, whatever it was', async () => {
  const back: string[] = []
  done.did('One.', () => void back.push('one'))
  done.did('Two.', () => void back.push('two'), 'other')
  expect(toasts.list.map(({ message }) => message)).toEqual(['One.', 'Two.'])
  await done.undo()
  expect(announcer.line).toBe('Taken back: Two.')
  toasts.list[0]?.action?.run()
  await expect.poll(() => announcer.line).toBe('Taken back: One.')
  await done.undo()
  expect(back).toEqual(['two', 'one'])
  expect(announcer.line).toBe('Nothing to take back.')
})

test('a removed reference comes back to its place', async () => {
  const [a, b, c] = ['a', 'b', 'c'].map((id) => print(id))
  for (const one of [a!, b!, c!]) draft.addPrint(one)
  removeReference(1)
  expect(draft.sheet.references.map(({ asset }) => asset)).toEqual(['a', 'c'])
  await done.undo()
  expect(draft.sheet.references.map(({ asset }) => asset)).toEqual(['a', 'b', 'c'])
})

test('words that were never sent come back after something else was loaded', async () => {
  draft.setPrompt('never sent')
  await loadJob(job('j', { prompt: 'an old one' }))
  expect(draft.sheet.prompt).toBe('an old one')
  await done.undo()
  expect(draft.sheet.prompt).toBe('never sent')
})

test('a collection is made anew with the same prints', async () => {
  host.prints = [print('a'), print('b')]
  host.on.delete_collection = () => ({ saved: true })
  host.on.list_collections = () => []
  host.on.list_searches = () => []
  host.on.save_collection = ({ name }) => ({ id: 'new', name, count: 0, created_at: 1 })
  await shelves.remove(
    { id: 'old', name: 'Harbour' },
    host.prints.map(({ seq }) => seq),
  )
  expect(toasts.list.at(-1)?.message).toBe('Collection Harbour is gone. Its prints stay.')
  await done.undo()
  const marked = host.asked.find(({ cmd }) => cmd === 'mark_prints')
  expect(marked?.request).toEqual({ ids: ['a', 'b'], add_to: 'new' })
})

test('a job that was cancelled before it was sent goes on at a press of Undo only, with its price', async () => {
  host.on.cancel_job = ({ id }) => job(id, { state: 'cancelled' })
  host.on.retry_job = ({ id }) => job(id)
  const queued = job('j', { state: 'queued', price: { micros: 40_000, currency: 'USD', exact: true } })
  expect(canCancel(queued)).toBe(true)
  await perform('cancel', queued)
  await done.undo()
  expect(asked()).not.toContain('retry_job')
  expect(toasts.list.at(-1)?.action?.label).toBe('Undo, $0.04')
  toasts.list.at(-1)?.action?.run()
  expect(asked()).toContain('retry_job')
})

test('a failure that was put away comes back', async () => {
  await perform('close', job('j', { state: 'failed' }))
  expect(jobs.dismissed.has('j')).toBe(true)
  await done.undo()
  expect(jobs.dismissed.has('j')).toBe(false)
})
