import { beforeEach, expect, test, vi } from 'vitest'
import { Away, sinceOf, sinceWords } from '../src/state/away.svelte'
import { jobs } from '../src/state/jobs.svelte'
import { job } from './fixtures/rows'

const LEFT = 1_000_000
const before = (id: string, more: Parameters<typeof job>[1]) => job(id, { created_at: LEFT - 5_000, ...more })
const price = (micros: number) => ({ micros, currency: 'USD', exact: true })

beforeEach(() => {
  localStorage.clear()
  jobs.table.rows.clear()
})

test('only what was sent before and ended since is told', () => {
  const list = [
    before('ready', { state: 'completed', finished_at: LEFT + 10 }),
    before('old', { state: 'completed', finished_at: LEFT - 10 }),
    job('new', { created_at: LEFT + 5, state: 'completed', finished_at: LEFT + 10 }),
    before('broken', { state: 'failed', finished_at: LEFT + 20 }),
    before('doubt', { state: 'running', phase: 'in_doubt' }),
    before('slow', { state: 'running', phase: 'accepted' }),
    before('stopped', { state: 'cancelled', finished_at: LEFT + 10 }),
  ]
  const { ready, failed, needing, working } = sinceOf(list, LEFT)
  expect([ready, failed, needing, working].map((some) => some.map((j) => j.id))).toEqual([
    ['ready'],
    ['broken'],
    ['doubt'],
    ['slow'],
  ])
})

test('the words say what it cost', () => {
  const none = { ready: [], failed: [], needing: [], working: [] }
  const paid = [350_000, 700_000].map((micros, i) =>
    before(`p${i}`, { price: price(micros), charge: 'charged' }),
  )
  expect(sinceWords({ ...none, ready: paid })).toBe('2 renders were saved, $1.05.')
  const free = before('f', { state: 'failed', charge: 'none' })
  const lost = before('l', { state: 'failed', charge: 'charged', price: price(1) })
  expect(sinceWords({ ...none, failed: [free] })).toBe('1 failed and was not charged.')
  expect(sinceWords({ ...none, failed: [lost] })).toBe('1 failed and may have been charged.')
  expect(sinceWords({ ...none, failed: [free, lost] })).toBe('2 failed, of which 1 was not charged.')
  const working = [before('w', {})]
  expect(sinceWords({ ...none, needing: working, working })).toBe('1 needs you. 1 is still at work.')
})

test('after a restart it is told from when somebody was last here, and a reload tells nothing', () => {
  jobs.table.put(before('ready', { state: 'completed', finished_at: LEFT + 10 }))
  localStorage.setItem('rushes.seen', String(LEFT))
  const away = new Away()
  away.start(() => LEFT + 3_600_000)()
  expect([away.left, away.words]).toEqual([LEFT, '1 render was saved, $0.04.'])
  away.close()
  expect(away.words).toBe('')
  const again = new Away()
  again.start(() => LEFT + 3_605_000)()
  expect(again.left).toBe(null)
})

test('a computer that slept was left when it was last awake', () => {
  vi.useFakeTimers()
  let now = LEFT
  const away = new Away()
  const stop = away.start(() => now)
  now += 15_000
  vi.advanceTimersByTime(15_000)
  expect(away.left).toBe(null)
  now += 8 * 3_600_000
  vi.advanceTimersByTime(15_000)
  expect(away.left).toBe(LEFT + 15_000)
  stop()
  vi.useRealTimers()
})

test('with nothing to tell nothing is said', () => {
  const away = new Away()
  jobs.table.put(before('slow', { state: 'running', phase: 'accepted' }))
  localStorage.setItem('rushes.seen', String(LEFT))
  away.start(() => LEFT + 60_000)()
  expect([away.left, away.words]).toEqual([LEFT, ''])
})
