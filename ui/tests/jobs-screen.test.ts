import { beforeEach, describe, expect, test } from 'vitest'
import { setHost } from '../src/bridge/call'
import type { Attempt, Event, Job } from '../src/bridge/generated'
import { axisLabels, laneWords, rulerOf } from '../src/features/jobs/lanes'
import { providersOf, rowsOf, stepWords, tookOf, windowOf } from '../src/features/jobs/rows'
import { actsOf } from '../src/state/jobacts'
import { Jobs } from '../src/state/jobs.svelte'
import { costWords, needsYou, tell } from '../src/state/telling'
import { FakeHost } from './fixtures/host'
import { job } from './fixtures/rows'

beforeEach(() => localStorage.clear())

const waiting = { finished_at: null, charge: 'none' } as const
const rows = [
  job('done', { created_at: 9 }),
  job('queued', { state: 'queued', phase: null, created_at: 8, provider: 'other', provider_name: 'Other' }),
  job('doubt', { state: 'running', phase: 'in_doubt', created_at: 2 }),
  job('away', { state: 'failed', cause: 'unavailable', created_at: 3 }),
  job('failed', { state: 'failed', cause: 'unavailable', created_at: 4 }),
]

describe('rows', () => {
  const ids = (filter: 'all' | 'open' | 'needs' | 'done', provider = '') =>
    rowsOf(rows, { filter, provider }, (j) => needsYou(j) && j.id !== 'away').map((j) => j.id)

  test('what needs someone stands first, then what is under way', () => {
    expect(ids('all')).toEqual(['doubt', 'failed', 'queued', 'done', 'away'])
    expect(ids('open')).toEqual(['queued'])
    expect(ids('needs')).toEqual(['doubt', 'failed'])
    expect(ids('done')).toEqual(['done', 'away'])
  })
  test('of one provider', () => {
    expect(providersOf(rows)).toEqual([
      { value: 'acme', label: 'Acme' },
      { value: 'other', label: 'Other' },
    ])
    expect(ids('all', 'other')).toEqual(['queued'])
  })
  test('thousands are drawn by the screenful', () => {
    expect(windowOf(0, 440, 44, 5000)).toEqual({ first: 0, last: 18 })
    expect(windowOf(44_000, 440, 44, 5000)).toEqual({ first: 992, last: 1018 })
    expect(windowOf(9_000, 440, 44, 3)).toEqual({ first: 0, last: 3 })
  })
  test('a fallback is counted in words, and time in what was sent', () => {
    expect([0, 1, 2, 7].map(stepWords)).toEqual([
      '',
      'on the second model',
      'on the third model',
      'on the 8th model',
    ])
    expect(tookOf(job('a', { started_at: null }), 99)).toBe(null)
    expect(tookOf(job('a', { started_at: 1_000, finished_at: null }), 5_000)).toBe(4_000)
  })
})

describe('a job that only its user can move', () => {
  const held = (cause: string): Job =>
    job('h', {
      ...waiting,
      state: 'queued',
      phase: null,
      cause,
      message: 'Acme refused the key.',
      hint: 'Mend it.',
    })
  const aside = job('q', { ...waiting, state: 'running', phase: 'downloading', cause: 'quarantined' })

  test.each(['auth', 'credit', 'no_key'])('is blocked while its key is on hold: %s', (cause) => {
    expect(tell(held(cause), 0)).toEqual({
      tone: 'block',
      word: 'Blocked',
      line: 'Acme refused the key. Mend it.',
      aside: '',
    })
    expect(needsYou(held(cause))).toBe(true)
  })
  test('is set aside when saving it brings Rushes down', () => {
    expect([tell(aside, 0).word, needsYou(aside)]).toEqual(['Set aside', true])
  })
  test('by the word of the core', () => {
    expect(needsYou(job('n', { state: 'running', phase: 'accepted', needs_you: true }))).toBe(true)
    expect(needsYou(job('n', { state: 'completed', needs_you: true }))).toBe(false)
  })
  test('is counted as needing someone, not as under way', () => {
    const jobs = new Jobs()
    jobs.table.putAll([held('auth'), aside, job('r', { state: 'running', phase: 'accepted' })])
    expect(jobs.needing.map((j) => j.id).sort()).toEqual(['h', 'q'])
    expect(jobs.underWay.map((j) => j.id)).toEqual(['r'])
  })
})

describe('what can be done', () => {
  const labels = (row: Job) => actsOf(row, 'Load').map((act) => (act.main ? `[${act.label}]` : act.label))
  test.each([
    [
      'doubt',
      job('a', { state: 'running', phase: 'in_doubt' }),
      ['[Keep looking]', 'Send again, $0.04', 'Close'],
    ],
    ['no key', job('a', { state: 'queued', phase: null, cause: 'no_key' }), ['[Add a key]', 'Cancel']],
    ['key refused', job('a', { state: 'queued', phase: null, cause: 'auth' }), ['[Replace key]', 'Cancel']],
    [
      'no credit',
      job('a', { state: 'queued', phase: null, cause: 'credit' }),
      ['[Check the account]', 'Cancel'],
    ],
    [
      'set aside',
      job('a', { state: 'running', phase: 'downloading', cause: 'quarantined' }),
      ['[Fetch again]'],
    ],
    ['rendering', job('a', { state: 'running', phase: 'accepted' }), ['Cancel', 'Load']],
    ['sending', job('a', { state: 'running', phase: 'submitting' }), ['Load']],
    ['saving', job('a', { state: 'running', phase: 'downloading' }), ['Load']],
    ['failed', job('a', { state: 'failed', cause: 'unavailable' }), ['[Try again, $0.04]', 'Load', 'Close']],
    ['refused', job('a', { state: 'failed', cause: 'refused' }), ['[Load]', 'Try again, $0.04', 'Close']],
    ['done', job('a'), ['Run again, $0.04', 'Load']],
    ['no price', job('a', { price: null }), ['Run again, price not listed', 'Load']],
  ])('%s', (_, row, acts) => expect(labels(row)).toEqual(acts))
})

test('a job that cost nothing says so when it is over', () => {
  expect(costWords(job('a', { state: 'cancelled', charge: 'none' }))).toBe('$0.00')
  expect(costWords(job('a', { state: 'failed', charge: 'released' }))).toBe('$0.00')
  expect(costWords(job('a', { state: 'queued', charge: 'none' }))).toBe('$0.04')
  expect(costWords(job('a', { state: 'running', charge: 'unknown' }))).toBe('$0.04?')
})

describe('the ruler of tries', () => {
  const attempt = (id: string, state: Attempt['state'], model = 'Stills'): Attempt => ({
    id,
    n: 1,
    model_name: model,
    provider_name: 'Acme',
    state,
    polls: 0,
    seed: null,
    remote_id: null,
    started_at: 0,
    accepted_at: null,
    done_at: null,
    finished_at: null,
    resolved_by: null,
    message: '',
  })
  const event = (at: number, from: string, to: string, of: string | null): Event => ({
    at,
    attempt: of,
    from,
    to,
    cause: '',
  })

  test('work is solid, waiting is hatched, an end has its colour', () => {
    const ruler = rulerOf(
      {
        job: job('j', { created_at: 1_000, finished_at: 33_000 }),
        attempts: [attempt('a', 'refused'), attempt('b', 'succeeded', 'Seedling')],
        prints: [],
        events: [
          event(1_000, '', 'queued', null),
          event(2_000, 'queued', 'running', 'a'),
          event(4_000, 'submitting', 'refused', 'a'),
          event(4_000, 'running', 'queued', 'a'),
          event(4_500, 'queued', 'running', 'b'),
          event(5_000, 'submitting', 'not_sent', 'b'),
          event(5_000, 'running', 'queued', 'b'),
          event(17_000, 'queued', 'running', 'b'),
          event(18_000, 'submitting', 'accepted', 'b'),
          event(30_000, 'accepted', 'downloading', 'b'),
          event(33_000, 'downloading', 'succeeded', 'b'),
          event(33_000, 'running', 'completed', 'b'),
        ],
      },
      99_000,
    )
    expect([ruler.from, ruler.to]).toEqual([1_000, 33_000])
    expect(ruler.lanes.map((l) => [l.model, l.end])).toEqual([
      ['Stills', 'fail'],
      ['Seedling', 'done'],
    ])
    expect(ruler.lanes.map((l) => l.spans.map((s) => [s.kind, s.tone, s.from, s.to]))).toEqual([
      [
        ['wait', 'line', 1_000, 2_000],
        ['work', 'fail', 2_000, 4_000],
      ],
      [
        ['work', 'wait', 4_500, 5_000],
        ['wait', 'wait', 5_000, 17_000],
        ['work', 'ink', 17_000, 18_000],
        ['work', 'ink', 18_000, 30_000],
        ['work', 'done', 30_000, 33_000],
      ],
    ])
    expect(ruler.lanes.map(laneWords)).toEqual([
      'Stills on Acme: waited 1.0 s, worked 2.0 s, failed',
      'Seedling on Acme: waited 12 s, worked 16 s, done',
    ])
  })

  test('what goes on reaches until now, and a job that was never sent only waits', () => {
    const open = job('j', { state: 'running', phase: 'accepted', created_at: 0, finished_at: null })
    const running = rulerOf(
      {
        job: open,
        attempts: [attempt('a', 'accepted')],
        prints: [],
        events: [event(0, 'queued', 'running', 'a'), event(500, 'submitting', 'accepted', 'a')],
      },
      8_000,
    )
    expect(running.lanes[0]?.spans.at(-1)).toEqual({ kind: 'work', tone: 'ink', from: 500, to: 8_000 })
    expect(running.lanes[0]?.end).toBe(null)
    const queued = rulerOf(
      {
        job: { ...open, state: 'queued', phase: null },
        attempts: [],
        prints: [],
        events: [event(0, '', 'queued', null)],
      },
      8_000,
    )
    expect(queued.lanes.map((l) => l.spans)).toEqual([[{ kind: 'wait', tone: 'line', from: 0, to: 8_000 }]])
  })

  test('its marks suit its length', () => {
    expect(axisLabels(32_000)).toEqual(['0', '8', '16', '24', '32 s'])
    expect(axisLabels(104)).toEqual(['0', '26', '52', '78', '104 ms'])
    expect(axisLabels(2_000)).toEqual(['0', '0.5', '1.0', '1.5', '2.0 s'])
    expect(axisLabels(240_000)).toEqual(['0:00', '1:00', '2:00', '3:00', '4:00'])
  })
})

test('what needs someone is there from the start, however long ago it ended', async () => {
  const host = new FakeHost()
  const recent = Array.from({ length: 150 }, (_, i) => job(`new${i}`, { created_at: 10_000 - i }))
  const old = job('old', { state: 'failed', cause: 'unavailable', created_at: 1 })
  host.on.list_jobs = ({ open, needing, limit = 100 }) =>
    open ? [] : needing ? [old] : recent.slice(0, limit)
  setHost(host)
  const jobs = new Jobs()
  await jobs.load()
  expect([jobs.list.length, jobs.needing.map((j) => j.id)]).toEqual([101, ['old']])
})

test('a page that ends inside a take loses none of its jobs', async () => {
  const host = new FakeHost()
  const all = Array.from({ length: 250 }, (_, i) =>
    // Four jobs to each moment, so that a page of 100 is cut inside one.
    job(`j${String(i).padStart(3, '0')}`, { created_at: 10_000 - Math.floor((i + 2) / 4) }),
  )
  host.on.list_jobs = ({ open, needing, before = Infinity, limit = 100 }) =>
    open || needing ? [] : all.filter((j) => j.created_at < before).slice(0, limit)
  setHost(host)
  const jobs = new Jobs()
  await jobs.load()
  let pages = 0
  while (jobs.more && pages < 9) {
    await jobs.loadMore()
    pages += 1
  }
  expect([jobs.list.length, pages]).toEqual([250, 2])
})
