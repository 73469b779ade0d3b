// What a job's state is called and what is said about it. Pure: the same job and the same second
// give the same words.
import type { Job, Price } from '../../bridge/generated'
import { clockTime, duration, left, money } from '../../lib/format'

export type Tone = 'queue' | 'run' | 'wait' | 'block' | 'fail' | 'doubt' | 'done' | 'off'

export interface Telling {
  tone: Tone
  word: string
  /** What happens, in a sentence; may be empty. */
  line: string
  /** Quieter words after it; may be empty. */
  aside: string
}

/** Causes that only the user can clear. */
const BLOCKING = new Set(['auth', 'credit', 'refused', 'invalid', 'not_found', 'budget', 'no_key'])

export function elapsedOf(job: Job, now: number): number {
  return Math.max(0, (job.finished_at ?? now) - (job.accepted_at ?? job.started_at ?? job.created_at))
}

export function tell(job: Job, now: number): Telling {
  if (job.phase === 'in_doubt' && job.state !== 'completed' && job.state !== 'cancelled') {
    return { tone: 'doubt', word: 'In doubt', line: job.message, aside: '' }
  }
  switch (job.state) {
    case 'failed':
      if (job.cause === 'dismissed') return { tone: 'off', word: 'Closed', line: job.message, aside: '' }
      return BLOCKING.has(job.cause)
        ? { tone: 'block', word: 'Blocked', line: sentence(job), aside: '' }
        : { tone: 'fail', word: 'Failed', line: sentence(job), aside: '' }
    case 'cancelled':
      return { tone: 'off', word: 'Cancelled', line: job.message, aside: '' }
    case 'completed':
      return { tone: 'done', word: 'Done', line: job.message, aside: '' }
    case 'queued':
      return queued(job, now)
    case 'running':
      return running(job, now)
  }
}

function queued(job: Job, now: number): Telling {
  if (job.wait_until !== null && job.wait_until > now) {
    const seconds = Math.ceil((job.wait_until - now) / 1000)
    const when = seconds > 90 ? `Resumes at ${hour(job.wait_until)}.` : `Resumes in ${seconds} s.`
    return { tone: 'wait', word: 'Waiting', line: join(job.message, when), aside: '' }
  }
  return { tone: 'queue', word: 'Queued', line: job.message || 'Goes as soon as there is room.', aside: '' }
}

function running(job: Job, now: number): Telling {
  if (job.phase === 'downloading') {
    return { tone: 'run', word: 'Saving', line: 'Checked as it lands', aside: '' }
  }
  if (job.phase !== 'accepted') {
    return { tone: 'run', word: 'Sending', line: `Sending to ${job.provider_name}`, aside: '' }
  }
  if (job.cause !== '') return { tone: 'wait', word: 'Out of touch', line: job.message, aside: job.hint }
  const elapsed = elapsedOf(job, now)
  const estimate = job.estimate
  if (!estimate || estimate.runs === 0) {
    return {
      tone: 'run',
      word: 'Rendering',
      line: 'First run on this route, no estimate yet',
      aside: '',
    }
  }
  const from = `from ${estimate.runs} ${estimate.runs === 1 ? 'run' : 'runs'}`
  if (elapsed > estimate.slow_ms) {
    return {
      tone: 'run',
      word: 'Rendering',
      line: `Slower than usual: ${clockTime(elapsed)}, mostly done by ${clockTime(estimate.slow_ms)}`,
      aside: `Still alive at ${job.provider_name}`,
    }
  }
  const rest = estimate.median_ms - elapsed
  return {
    tone: 'run',
    word: 'Rendering',
    line: rest > 0 ? left(rest) : 'any moment now',
    aside: `Usually ${duration(estimate.median_ms)} on this route, ${from}`,
  }
}

function hour(at: number): string {
  return new Date(at).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })
}

function join(...parts: string[]): string {
  return parts.filter(Boolean).join(' ')
}

/** What happened and what next, as the core says it. */
function sentence(job: Job): string {
  return join(job.message, job.hint)
}

/** "1 minute 6, usually 1:58", for a screen reader that asks. */
export function rulerText(job: Job, now: number): string {
  const total = Math.floor(elapsedOf(job, now) / 1000)
  const minutes = Math.floor(total / 60)
  const said =
    minutes > 0
      ? `${minutes} ${minutes === 1 ? 'minute' : 'minutes'} ${total % 60}`
      : `${total} ${total === 1 ? 'second' : 'seconds'}`
  const usual = job.estimate && job.estimate.runs > 0 ? duration(job.estimate.median_ms) : ''
  return usual ? `${said}, usually ${usual}` : `${said}, no estimate yet`
}

/** A job's sum: plain when charged, `≈` while it may change, `?` when nobody knows. */
export function priceWords(job: Job): string {
  if (!job.price) return job.sandbox ? '$0.00' : '?'
  if (job.charge === 'unknown') return `${money(job.price)}?`
  return job.price.exact || job.charge === 'charged' ? money(job.price) : `≈${money(job.price)}`
}

/** Prices of one currency, added; null as soon as one is unknown. */
export function sum(prices: readonly (Price | null)[]): Price | null {
  const first = prices[0]
  if (!first) return null
  let micros = 0
  for (const price of prices) {
    if (!price || price.currency !== first.currency) return null
    micros += price.micros
  }
  return { micros, currency: first.currency, exact: prices.every((p) => p?.exact) }
}

/** How long the longest job of a take ran, in ms; null while none is over. */
export function tookOf(jobs: readonly Job[]): number | null {
  const spans = jobs.flatMap((j) =>
    j.finished_at !== null && j.started_at !== null ? [j.finished_at - j.started_at] : [],
  )
  return spans.length > 0 ? Math.max(...spans) : null
}
