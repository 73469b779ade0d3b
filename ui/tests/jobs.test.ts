import { beforeEach, describe, expect, test } from 'vitest'
import { setHost } from '../src/bridge/call'
import { Jobs, takesOf } from '../src/state/jobs.svelte'
import { Prints } from '../src/state/prints.svelte'
import { Table } from '../src/state/table.svelte'
import { needsYou } from '../src/state/telling'
import { FakeHost } from './fixtures/host'
import { job, print } from './fixtures/rows'

beforeEach(() => localStorage.clear())

test('a table keeps the last word about a row', () => {
  const table = new Table<{ id: string; n: number }>()
  table.putAll([
    { id: 'a', n: 1 },
    { id: 'b', n: 2 },
    { id: 'a', n: 3 },
  ])
  expect([...table.rows.values()]).toEqual([
    { id: 'a', n: 3 },
    { id: 'b', n: 2 },
  ])
})

test('jobs of one shot and take are one strip, newest first', () => {
  const rows = [
    job('c', { shot: 's2', shot_number: 2, created_at: 30 }),
    job('b', { shot: 's1', take: 1, index: 2, created_at: 10 }),
    job('a', { shot: 's1', take: 1, index: 1, created_at: 10 }),
    job('d', { shot: 's1', take: 2, created_at: 20 }),
  ]
  expect(takesOf(rows).map((t) => [t.key, t.jobs.map((j) => j.id)])).toEqual([
    ['s2/1', ['c']],
    ['s1/2', ['d']],
    ['s1/1', ['a', 'b']],
  ])
})

describe('what needs the user', () => {
  test.each([
    [job('a', { state: 'running', phase: 'in_doubt' }), true],
    [job('a', { state: 'failed', phase: 'refused', cause: 'credit' }), true],
    [job('a', { state: 'failed', phase: 'lost', cause: 'dismissed' }), false],
    [job('a', { state: 'cancelled', phase: 'cancelled' }), false],
    [job('a'), false],
    [job('a', { state: 'running', phase: 'accepted' }), false],
  ])('%#', (row, needs) => expect(needsYou(row)).toBe(needs))

  test('a failure that was put away stays away after a restart', () => {
    const failed = job('f', { state: 'failed', cause: 'unavailable' })
    const first = new Jobs()
    first.table.put(failed)
    expect([first.needing.length, first.takes.length]).toEqual([1, 0])
    first.dismiss('f')
    expect([first.needing.length, first.takes.length]).toEqual([0, 1])
    const second = new Jobs()
    second.table.put(failed)
    expect(second.needing).toEqual([])
  })
})

test('under way: running first, then waiting, then the line', () => {
  const jobs = new Jobs()
  jobs.table.putAll([
    job('queued', { state: 'queued', phase: null, created_at: 1 }),
    job('waiting', { state: 'queued', phase: null, wait_until: 99, created_at: 2 }),
    job('running', { state: 'running', phase: 'accepted', created_at: 3 }),
    job('done', { prints: ['p'] }),
  ])
  expect(jobs.underWay.map((j) => j.id)).toEqual(['running', 'waiting', 'queued'])
  expect(jobs.takes.flatMap((t) => t.jobs.map((j) => j.id))).toEqual(['done'])
})

describe('prints', () => {
  test('that arrive go to the front once, and are counted', async () => {
    const host = new FakeHost()
    host.prints = [print('old', { seq: 1, created_at: 1 })]
    setHost(host)
    const prints = new Prints()
    await prints.load()
    prints.apply([
      print('two', { seq: 3, created_at: 5, number: 2 }),
      print('one', { seq: 2, created_at: 5, number: 1 }),
    ])
    prints.apply([print('one', { seq: 2, created_at: 5, number: 1, circled: true })])
    expect(prints.list.map((p) => [p.id, p.circled])).toEqual([
      ['one', true],
      ['two', false],
      ['old', false],
    ])
    expect([prints.total, [...prints.fresh]]).toEqual([3, ['two', 'one']])
  })

  test('that were marked somewhere else are no new prints, and those in the trash leave the list', async () => {
    const host = new FakeHost()
    host.prints = [print('a', { seq: 9, created_at: 9 }), print('b', { seq: 8, created_at: 8 })]
    setHost(host)
    const prints = new Prints()
    await prints.load()
    prints.apply([print('old', { seq: 2, rating: 4 }), print('b', { seq: 8, trashed_at: 10 })])
    expect([prints.order, prints.total, prints.fresh.size]).toEqual([['a'], 1, 0])
    prints.apply([print('b', { seq: 8, created_at: 8 })])
    await Promise.resolve()
    await expect.poll(() => prints.order).toEqual(['a', 'b'])
  })
})
