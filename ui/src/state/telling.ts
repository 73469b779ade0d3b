// What a job's state is called and what is said about it. Pure: the same job and the same second
// give the same words.
import type { Job, Price } from '../bridge/generated'
import { clockTime, duration, left, money, secondsWords, sentences } from '../lib/format'
import { language, t } from '../words'

export type Tone = 'queue' | 'run' | 'wait' | 'block' | 'fail' | 'doubt' | 'done' | 'off'

export interface Telling {
  tone: Tone
  word: string
  /** What happens, in a sentence; may be empty. */
  line: string
  /** Quieter words after it; may be empty. */
  aside: string
}

/** Causes that hold every job of a provider's key until the user has mended it. */
const HOLDING = new Set(['auth', 'credit', 'no_key'])
/** Causes that only the user can clear. */
const BLOCKING = new Set([...HOLDING, 'refused', 'invalid', 'not_found', 'budget'])
/** Causes that go with a line that works. */
const IN_TOUCH = new Set(['', 'recovered', 'cancel_wished'])

export function isOpen(job: Job): boolean {
  return job.state === 'queued' || job.state === 'running'
}

export function inDoubt(job: Job): boolean {
  return isOpen(job) && job.phase === 'in_doubt'
}

/** Whether it waits for its provider's key to be mended. */
export function isHeld(job: Job): boolean {
  return isOpen(job) && !inDoubt(job) && HOLDING.has(job.cause)
}

/** Whether Rushes has stopped touching it, because saving it brought Rushes down again and again. */
export function isSetAside(job: Job): boolean {
  return isOpen(job) && job.cause === 'quarantined'
}

/** Whether nothing good happens before the user does something. */
export function needsYou(job: Job): boolean {
  if (isOpen(job)) return job.needs_you || inDoubt(job) || isHeld(job) || isSetAside(job)
  return job.state === 'failed' && job.cause !== 'dismissed'
}

export function elapsedOf(job: Job, now: number): number {
  return Math.max(0, (job.finished_at ?? now) - (job.accepted_at ?? job.started_at ?? job.created_at))
}

export function tell(job: Job, now: number): Telling {
  if (inDoubt(job)) return { tone: 'doubt', word: t('In doubt'), line: job.message, aside: '' }
  if (isHeld(job)) return { tone: 'block', word: t('Blocked'), line: sentence(job), aside: '' }
  if (isSetAside(job)) return { tone: 'block', word: t('Set aside'), line: sentence(job), aside: '' }
  switch (job.state) {
    case 'failed':
      if (job.cause === 'dismissed') return closed(job)
      return BLOCKING.has(job.cause)
        ? { tone: 'block', word: t('Blocked'), line: sentence(job), aside: '' }
        : { tone: 'fail', word: t('Failed'), line: sentence(job), aside: '' }
    case 'cancelled':
      if (job.cause === 'dismissed') return closed(job)
      return { tone: 'off', word: t('Cancelled'), line: job.message, aside: '' }
    case 'completed':
      return job.resolved_by === null
        ? { tone: 'done', word: t('Done'), line: job.message, aside: '' }
        : { tone: 'done', word: t('Recovered'), line: sentences(recovered(job), job.message), aside: '' }
    case 'queued':
      return queued(job, now)
    case 'running':
      return running(job, now)
  }
}

function closed(job: Job): Telling {
  return { tone: 'off', word: t('Closed'), line: job.message, aside: '' }
}

/** Whose answer was lost and found again. Only a first try is known to be paid once. */
function recovered(job: Job): string {
  const found = t('Found at {provider} and saved.', { provider: job.provider_name })
  return job.tries > 1 ? found : sentences(found, t('Not paid twice.'))
}

function queued(job: Job, now: number): Telling {
  if (job.wait_until !== null && job.wait_until > now) {
    const seconds = Math.ceil((job.wait_until - now) / 1000)
    const when =
      seconds > 90
        ? t('Resumes at {time}.', { time: hour(job.wait_until) })
        : t('Resumes in {time}.', { time: secondsWords(seconds) })
    return { tone: 'wait', word: t('Waiting'), line: sentences(job.message, when), aside: '' }
  }
  return {
    tone: 'queue',
    word: t('Queued'),
    line: job.message || t('Goes as soon as there is room.'),
    aside: '',
  }
}

function running(job: Job, now: number): Telling {
  const provider = job.provider_name
  const rendering = { tone: 'run', word: t('Rendering'), aside: '' } as const
  if (job.phase === 'downloading') {
    return { tone: 'run', word: t('Saving'), line: t('Checked as it lands'), aside: '' }
  }
  if (job.phase !== 'accepted') {
    return { tone: 'run', word: t('Sending'), line: t('Sending to {provider}', { provider }), aside: '' }
  }
  if (!IN_TOUCH.has(job.cause)) {
    return { tone: 'wait', word: t('Out of touch'), line: job.message, aside: job.hint }
  }
  if (job.message !== '') return { ...rendering, line: job.message }
  const elapsed = elapsedOf(job, now)
  const estimate = job.estimate
  if (!estimate || estimate.runs === 0) {
    return { ...rendering, line: t('First run on this route, no estimate yet') }
  }
  if (elapsed > estimate.slow_ms) {
    return {
      ...rendering,
      line: t('Slower than usual: {elapsed}, mostly done by {slow}', {
        elapsed: clockTime(elapsed),
        slow: clockTime(estimate.slow_ms),
      }),
      aside: t('Still alive at {provider}', { provider }),
    }
  }
  const rest = estimate.median_ms - elapsed
  return {
    ...rendering,
    line: rest > 0 ? left(rest) : t('any moment now'),
    aside: t('Usually {time} on this route, from {runs, plural, one {# run} other {# runs}}', {
      time: duration(estimate.median_ms),
      runs: estimate.runs,
    }),
  }
}

function hour(at: number): string {
  return new Date(at).toLocaleTimeString(language.locale, { hour: '2-digit', minute: '2-digit' })
}

/** What happened and what next, as the core says it. */
function sentence(job: Job): string {
  return sentences(job.message, job.hint)
}

/** "1 minute 6, usually 1:58", for a screen reader that asks. */
export function rulerText(job: Job, now: number): string {
  const total = Math.floor(elapsedOf(job, now) / 1000)
  const minutes = Math.floor(total / 60)
  const said =
    minutes > 0
      ? t('{minutes, plural, one {# minute} other {# minutes}} {seconds}', { minutes, seconds: total % 60 })
      : t('{seconds, plural, one {# second} other {# seconds}}', { seconds: total })
  const usual = job.estimate && job.estimate.runs > 0 ? duration(job.estimate.median_ms) : ''
  return usual
    ? t('{elapsed}, usually {usual}', { elapsed: said, usual })
    : t('{elapsed}, no estimate yet', { elapsed: said })
}

/** A job's sum: plain when charged, `≈` while it may change, `?` when nobody knows. */
export function priceWords(job: Job): string {
  if (!job.price) return job.sandbox ? '$0.00' : '?'
  if (job.charge === 'unknown') return `${money(job.price)}?`
  return job.price.exact || job.charge === 'charged' ? money(job.price) : `≈${money(job.price)}`
}

/** What a job cost so far: nothing once it is known to have cost nothing. */
export function costWords(job: Job): string {
  const free = !isOpen(job) && (job.charge === 'none' || job.charge === 'released')
  return free ? money({ micros: 0, currency: job.price?.currency ?? 'USD' }) : priceWords(job)
}

/** "Run again, $0.16": every button that spends says how much. */
export function againWords(jobs: readonly Job[], act = t('Run again')): string {
  const price = sum(jobs.map((j) => j.price))
  if (price) return t('{act}, {price}', { act, price: money(price) })
  return t('{act}, {price}', { act, price: jobs[0]?.sandbox ? '$0.00' : t('price not listed') })
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
