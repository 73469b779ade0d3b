import { describe, expect, test } from 'vitest'
import type { Attempt, Event, JobBook } from '../src/bridge/generated'
import { drawn, timeline } from '../src/state/timeline'
import { job, print } from './fixtures/rows'

const T = new Date(2026, 10, 22, 10, 2, 11).getTime()

function attempt(id: string, n: number, more: Partial<Attempt> = {}): Attempt {
  return {
    id,
    n,
    model_name: 'Stills',
    provider_name: 'Acme',
    state: 'succeeded',
    polls: 0,
    seed: 7,
    remote_id: null,
    started_at: T,
    accepted_at: null,
    done_at: null,
    finished_at: null,
    resolved_by: null,
    message: '',
    ...more,
  }
}

function event(at: number, from: string, to: string, cause = '', of: string | null = null): Event {
  return { at: T + at, attempt: of, from, to, cause }
}

const saved = event(0, '', 'queued', 'Saved to the job book.')

function told(book: JobBook): string[][] {
  return timeline(book).map((l) => [
    l.tone,
    l.code ? `${l.title} ${l.code}` : l.title,
    l.note,
    l.took === null ? '' : String(l.took),
  ])
}

test('a job that waits, is accepted and saved is told step by step, with its cost', () => {
  const book: JobBook = {
    job: job('j', { prints: ['p', 'q'] }),
    attempts: [attempt('a', 1, { remote_id: 'task-9', polls: 5, accepted_at: T + 15_000 })],
    prints: [print('p'), print('q')],
    events: [
      saved,
      event(1_000, 'queued', 'running', 'Sending to Acme.', 'a'),
      event(2_000, 'submitting', 'not_sent', 'Acme is busy.', 'a'),
      event(2_000, 'running', 'queued', 'Acme is busy. Nothing charged yet.', 'a'),
      event(14_000, 'queued', 'running', 'Sending to Acme.', 'a'),
      event(15_000, 'submitting', 'accepted', 'Acme accepted it.', 'a'),
      event(24_200, 'accepted', 'downloading', 'Acme has finished it.', 'a'),
      event(25_000, 'downloading', 'succeeded', 'Saved to the library and checked.', 'a'),
      event(25_000, 'running', 'completed', 'Saved to the library and checked.', 'a'),
    ],
  }
  expect(told(book)).toEqual([
    ['plain', 'Saved to the job book', "Before anything was sent, so a crash can't lose it", ''],
    ['ink', 'Sent to Acme', '$0.04 set aside', ''],
    ['wait', 'Acme is busy', 'Not charged. Went on by itself at 10:02:25', '12000'],
    ['ink', 'Sent to Acme', '$0.04 set aside', ''],
    ['ink', 'Accepted, task task-9', '', '1000'],
    ['ink', 'Ready, 2 prints', 'Checked 5 times. $0.04 charged', '9200'],
    ['done', 'Fetched, saved and checked, 2.4 MB', 'In your library', '800'],
  ])
})

test('work that was taken up again after a close says so, and its render is timed as one', () => {
  const cause = 'Rushes was closed meanwhile. Taken up where it stood, not sent again.'
  const book: JobBook = {
    job: job('j', { prints: ['p'] }),
    attempts: [attempt('a', 1, { remote_id: 'task-9', polls: 2 })],
    prints: [print('p')],
    events: [
      saved,
      event(1_000, 'queued', 'running', 'Sending to Acme.', 'a'),
      event(2_000, 'submitting', 'accepted', 'Acme accepted it.', 'a'),
      event(60_000, 'running', 'running', cause, 'a'),
      event(62_000, 'accepted', 'downloading', 'Acme has finished it.', 'a'),
    ],
  }
  expect(told(book).slice(3)).toEqual([
    ['plain', 'Rushes was closed meanwhile', 'Taken up where it stood, not sent again', ''],
    ['ink', 'Ready, 1 print', 'Checked 2 times. $0.04 charged', '60000'],
  ])
})

test('a fallback is told with its step and the reason before it', () => {
  const book: JobBook = {
    job: job('j', { route: 'Hero still', step: 1 }),
    attempts: [
      attempt('a', 1, { state: 'failed' }),
      attempt('b', 2, { state: 'accepted', model_name: 'Seedling', provider_name: 'Otherwise', polls: 1 }),
    ],
    prints: [],
    events: [
      saved,
      event(1_000, 'queued', 'running', 'Sending to Acme.', 'a'),
      event(2_600, 'submitting', 'refused', 'Acme retired this model. Not charged.', 'a'),
      event(
        2_600,
        'running',
        'fell_back',
        'Fell back to Seedling at Otherwise: Acme retired this model. Not charged.',
      ),
      event(2_700, 'queued', 'running', 'Sending to Otherwise.', 'b'),
      event(2_900, 'submitting', 'accepted', 'Otherwise accepted it.', 'b'),
    ],
  }
  expect(told(book).slice(2)).toEqual([
    ['fail', 'Acme retired this model', 'Not charged', '1600'],
    ['plain', 'Fell back to Seedling at Otherwise', 'Step 2 of Hero still', ''],
    ['ink', 'Sent to Otherwise', '$0.04 set aside', ''],
    ['ink', 'Accepted', 'Checked 1 time so far', '200'],
  ])
})

test('a step that was never tried, and one that was left out, say why themselves', () => {
  const book: JobBook = {
    job: job('j', { route: 'Hero still', step: 1, state: 'queued', phase: null }),
    attempts: [],
    prints: [],
    events: [
      saved,
      event(0, 'queued', 'left_out', 'Ink at Acme is left out: there is no key for it.'),
      event(
        900,
        'queued',
        'fell_back',
        'Fell back to Seedling at Otherwise: Acme took no such picture. Not charged.',
      ),
    ],
  }
  expect(told(book).slice(1)).toEqual([
    ['plain', 'Ink at Acme is left out: there is no key for it', '', ''],
    [
      'plain',
      'Fell back to Seedling at Otherwise',
      'Acme took no such picture. Not charged. Step 2 of Hero still',
      '',
    ],
  ])
})

describe('a doubt', () => {
  const lost = event(4_000, 'submitting', 'in_doubt', 'The connection broke before an answer came.', 'a')
  const sent = event(1_000, 'queued', 'running', 'Sending to Acme.', 'a')

  test('names what it may have cost and that nothing goes by itself', () => {
    const book: JobBook = {
      job: job('j', { state: 'running', phase: 'in_doubt', charge: 'unknown' }),
      attempts: [attempt('a', 1, { state: 'in_doubt' })],
      prints: [],
      events: [saved, sent, lost, event(4_000, 'running', 'running', 'Rushes sent this to Acme.', 'a')],
    }
    expect(told(book).slice(2)).toEqual([
      [
        'doubt',
        'The connection broke before an answer came',
        'It may have run and cost $0.04. Not sent again without you',
        '3000',
      ],
    ])
  })

  test('that was found says so with its task', () => {
    const book: JobBook = {
      job: job('j'),
      attempts: [attempt('a', 1, { remote_id: 'task-9', resolved_by: 'history' })],
      prints: [],
      events: [
        saved,
        sent,
        lost,
        event(9_000, 'in_doubt', 'accepted', 'Found at Acme. Not paid twice.', 'a'),
      ],
    }
    expect(told(book).at(-1)).toEqual([
      'done',
      'Found, not paid twice, task task-9',
      'In its list of recent work',
      '5000',
    ])
  })

  test('that the user sent again says who did and what it may cost', () => {
    const book: JobBook = {
      job: job('j', { state: 'queued', phase: 'cancelled' }),
      attempts: [attempt('a', 1, { state: 'cancelled' })],
      prints: [],
      events: [
        saved,
        sent,
        lost,
        event(9_000, 'in_doubt', 'cancelled', 'Closed in doubt. Acme may have run and charged it.', 'a'),
        event(9_000, 'running', 'queued', "Sent again at the user's word. It may be paid twice."),
      ],
    }
    expect(told(book).slice(-2)).toEqual([
      ['plain', 'Closed in doubt', 'Acme may have run and charged it', '5000'],
      ['plain', 'Sent again, as you asked', 'It may be paid twice', ''],
    ])
  })
})

test('a wait that goes on says until when, and a cancelled one ends the story', () => {
  const waiting: JobBook = {
    job: job('j', { state: 'queued', phase: 'not_sent', wait_until: T + 60_000 }),
    attempts: [attempt('a', 1, { state: 'not_sent' })],
    prints: [],
    events: [
      saved,
      event(1_000, 'queued', 'running', '', 'a'),
      event(2_000, 'submitting', 'not_sent', 'Acme is busy.', 'a'),
    ],
  }
  expect(told(waiting).at(-1)).toEqual(['wait', 'Acme is busy', 'Not charged. Waits until 10:03:11', ''])
  const cancelled: JobBook = {
    ...waiting,
    job: job('j', { state: 'cancelled', cause: 'cancelled' }),
    events: [...waiting.events, event(5_000, 'queued', 'cancelled', 'Cancelled before it was sent.')],
  }
  expect(told(cancelled).slice(-2)).toEqual([
    ['wait', 'Acme is busy', 'Not charged', '3000'],
    ['plain', 'Cancelled before it was sent', '', ''],
  ])
})

test('a job that failed once and was tried again keeps both tries', () => {
  const book: JobBook = {
    job: job('j', { state: 'queued', phase: 'failed', charge: 'unknown' }),
    attempts: [attempt('a', 1, { state: 'failed', polls: 3 })],
    prints: [],
    events: [
      saved,
      event(1_000, 'queued', 'running', '', 'a'),
      event(2_000, 'submitting', 'accepted', '', 'a'),
      event(9_000, 'accepted', 'failed', 'The model ran out of memory. Acme may have charged it.', 'a'),
      event(9_000, 'running', 'failed', 'The model ran out of memory. Acme may have charged it.', 'a'),
      event(20_000, 'failed', 'queued', "Tried again at the user's word."),
    ],
  }
  expect(told(book).slice(-2)).toEqual([
    ['fail', 'The model ran out of memory', 'Acme may have charged it. Checked 3 times', '7000'],
    ['plain', 'Tried again, as you asked', '', ''],
  ])
})

test('times of day are given, and another day is named once', () => {
  const book: JobBook = {
    job: job('j'),
    attempts: [attempt('a', 1)],
    prints: [],
    events: [
      saved,
      event(1_000, 'queued', 'running', '', 'a'),
      event(123_400, 'submitting', 'accepted', '', 'a'),
    ],
  }
  const at = (now: number) => drawn(timeline(book), now).map((l) => [l.day, l.time, l.took])
  expect(at(T)).toEqual([
    ['', '10:02:11', ''],
    ['', '10:02:12', ''],
    ['', '10:04:14', '2:02'],
  ])
  expect(at(T + 86_400_000).map(([day]) => day)).toEqual(['22 November', '', ''])
})
