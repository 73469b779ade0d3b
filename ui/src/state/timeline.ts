// A job's record as lines that a person understands: what happened, what it cost, how long it took.
// Pure, and the same on every screen that tells it.
import type { Attempt, Event, JobBook, Print } from '../bridge/generated'
import { bytes, dayOf, money, secondsWords, timeOfDay } from '../lib/format'
import { language, msg, t, type Message } from '../words'

export type LineTone = 'plain' | 'ink' | 'wait' | 'doubt' | 'fail' | 'done'

export interface TimelineLine {
  /** ms UTC */
  at: number
  tone: LineTone
  title: string
  /** The provider's handle, after the title. */
  code: string
  /** Quieter: what it cost, and why. */
  note: string
  /** How long this step took, ms. */
  took: number | null
}

/** What told of work whose answer was lost. */
const FOUND_BY: Record<string, Message> = {
  history: msg('In its list of recent work'),
  webhook: msg('In its message when it was done'),
}

/** States that only an attempt leaves; the job's own lines leave `queued` and `running`. */
const OF_ATTEMPT = new Set(['submitting', 'accepted', 'downloading', 'in_doubt'])

export function isAttemptEvent(event: Event): boolean {
  return event.attempt !== null && OF_ATTEMPT.has(event.from)
}

/** Whether a try sets out: the job leaves the queue with it. */
export function isSending(event: Event): boolean {
  return event.attempt !== null && event.from === 'queued' && event.to === 'running'
}

/** Whether a try went on as it was after Rushes had been closed: no step of its own. */
function isTakenUp(event: Event): boolean {
  return event.from === 'running' && event.to === 'running'
}

/** The record, oldest first. */
export function timeline(book: JobBook): TimelineLine[] {
  const tries = new Map(book.attempts.map((attempt) => [attempt.id, attempt]))
  const moments = momentsOf(book.events)
  let steps = 1
  return moments.map((event, i) => {
    if (event.to === 'fell_back') {
      steps += 1
      return fellBack(book, event, steps, moments[i - 1])
    }
    const attempt = event.attempt === null ? undefined : tries.get(event.attempt)
    return lineOf(book, event, attempt, moments.slice(i + 1), lastStep(moments, i))
  })
}

/** A job and its try tell of the same moment; the try's own word is kept. */
function momentsOf(events: readonly Event[]): Event[] {
  const moments: Event[] = []
  for (const event of events) {
    const last = moments.at(-1)
    const told = last && isAttemptEvent(last) && last.attempt === event.attempt && last.at === event.at
    if (told && !isAttemptEvent(event) && !isSending(event)) continue
    moments.push(event)
  }
  return moments
}

/** When the step that this moment ends began: the try's line before it. */
function lastStep(moments: readonly Event[], i: number): number | null {
  const { attempt } = moments[i] as Event
  if (attempt === null) return null
  const own = moments.slice(0, i).filter((event) => event.attempt === attempt && !isTakenUp(event))
  return own.at(-1)?.at ?? null
}

/** The reason stands in the line of the try that failed; where nothing was tried, it is told here. */
function fellBack({ job }: JobBook, { at, cause }: Event, step: number, before?: Event): TimelineLine {
  const end = cause.search(/: |：/)
  const isTold = before !== undefined && isAttemptEvent(before) && before.at === at
  const reason =
    isTold || end < 0
      ? ''
      : cause
          .slice(end + 1)
          .trim()
          .replace(/[.。]$/, '')
  const note = join(reason, job.route === null ? '' : t('Step {step} of {route}', { step, route: job.route }))
  return { at, tone: 'plain', title: end < 0 ? cause : cause.slice(0, end), code: '', note, took: null }
}

function lineOf(
  book: JobBook,
  event: Event,
  attempt: Attempt | undefined,
  after: readonly Event[],
  since: number | null,
): TimelineLine {
  const took = since === null ? null : event.at - since
  const line = (tone: LineTone, title: string, note = '', code = ''): TimelineLine => ({
    at: event.at,
    tone,
    title,
    code,
    note,
    took,
  })
  const said = split(event.cause)
  const id = attempt?.remote_id ?? ''
  const provider = attempt?.provider_name ?? book.job.provider_name
  switch (event.to) {
    case 'queued':
      return { ...line('plain', ...queuedWords(event, said)), took: null }
    case 'running':
      return isSending(event)
        ? {
            ...line('ink', t('Sent to {provider}', { provider }), atStake(book)),
            took: null,
          }
        : { ...line('plain', said.title || t('Taken up'), said.rest), took: null }
    case 'accepted':
      if (event.from === 'in_doubt') {
        const how = FOUND_BY[attempt?.resolved_by ?? '']
        return line('done', t('Found, not paid twice, task'), how ? t(how) : said.rest, id)
      }
      return line('ink', id ? t('Accepted, task') : t('Accepted'), stillAsking(attempt), id)
    case 'not_sent':
      return waited(book, event, said, after, line)
    case 'in_doubt':
      return line(
        'doubt',
        said.title || t('No clear answer came back'),
        join(maybe(book), t('Not sent again without you')),
      )
    case 'downloading':
      return line(
        'ink',
        readyWords(book, attempt),
        join(checked(attempt), t('{sum} charged', { sum: sumWords(book) })),
      )
    case 'succeeded':
      return line('done', savedWords(book.prints), book.prints.length > 0 ? t('In your library') : '')
    case 'partial':
      return line('wait', said.title || t('Partly saved'), said.rest)
    case 'cancelled':
      return line('plain', said.title || t('Cancelled'), said.rest)
    case 'refused':
    case 'blocked':
    case 'failed':
    case 'expired':
    case 'lost':
      return line('fail', said.title || readable(event.to), join(said.rest, checkedAtEnd(event, attempt)))
    default:
      return line('plain', said.title || readable(event.to), said.rest)
  }
}

function queuedWords(event: Event, said: Said): [string, string] {
  if (event.from === '')
    return [t('Saved to the job book'), t("Before anything was sent, so a crash can't lose it")]
  if (event.attempt !== null) return [said.title || t('Waits for its turn'), said.rest]
  if (event.from === 'running') return [t('Sent again, as you asked'), t('It may be paid twice')]
  return [t('Tried again, as you asked'), '']
}

/** A try that did not get through: until when it waited, or waits. */
function waited(
  { job }: JobBook,
  event: Event,
  said: Said,
  after: readonly Event[],
  line: (tone: LineTone, title: string, note: string) => TimelineLine,
): TimelineLine {
  const next = after[0]
  const until = next
    ? isSending(next)
      ? t('Went on by itself at {time}', { time: timeOfDay(next.at) })
      : ''
    : job.wait_until === null
      ? ''
      : t('Waits until {time}', { time: timeOfDay(job.wait_until) })
  const told = line('wait', said.title || t('Not sent ⟨a try⟩'), join(said.rest, t('not charged'), until))
  return { ...told, took: next ? next.at - event.at : null }
}

function atStake({ job }: JobBook): string {
  if (job.sandbox) return t('Free, no AI')
  return job.price ? t('{sum} set aside', { sum: money(job.price) }) : t('Price not listed')
}

function sumWords({ job }: JobBook): string {
  if (job.sandbox) return '$0.00'
  return job.price ? money(job.price) : t('Unknown sum')
}

function maybe({ job }: JobBook): string {
  return job.price
    ? t('It may have run and cost {sum}', { sum: money(job.price) })
    : t('It may have run and cost something')
}

function checked(attempt: Attempt | undefined): string {
  if (!attempt || attempt.polls === 0) return ''
  return t('Checked {times, plural, one {# time} other {# times}}', { times: attempt.polls })
}

function stillAsking(attempt: Attempt | undefined): string {
  if (attempt?.state !== 'accepted' || attempt.polls === 0) return ''
  return t('Checked {times, plural, one {# time} other {# times}} so far', { times: attempt.polls })
}

function checkedAtEnd(event: Event, attempt: Attempt | undefined): string {
  return event.from === 'accepted' ? checked(attempt) : ''
}

function readyWords({ prints }: JobBook, attempt: Attempt | undefined): string {
  const isOver = attempt !== undefined && attempt.state !== 'downloading'
  if (!isOver) return t('Ready, fetching it')
  return prints.length > 0
    ? t('Ready, {prints, plural, one {# print} other {# prints}}', { prints: prints.length })
    : t('Ready')
}

function savedWords(prints: readonly Print[]): string {
  const size = prints.reduce((sum, print) => sum + print.bytes, 0)
  return size > 0
    ? t('Fetched, saved and checked, {size}', { size: bytes(size) })
    : t('Fetched, saved and checked')
}

interface Said {
  title: string
  rest: string
}

/** The first sentence, and what follows it. */
function split(cause: string): Said {
  const end = cause.search(/[.?!]\s+\p{Lu}|。./u)
  const [first, rest] = end < 0 ? [cause, ''] : [cause.slice(0, end + 1), cause.slice(end + 1).trim()]
  return { title: first.replace(/[.。]$/, ''), rest: rest.replace(/[.。]$/, '') }
}

/** Notes one after the other: "Checked 5 times. $0.16 charged". */
function join(...parts: string[]): string {
  return parts
    .filter(Boolean)
    .map(sentenceCase)
    .reduce((said, next) => (said ? t('{said}. {next}', { said, next }) : next), '')
}

function sentenceCase(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1)
}

const STATES: Record<string, Message> = {
  refused: msg('Refused'),
  blocked: msg('Blocked'),
  failed: msg('Failed'),
  expired: msg('Expired'),
  lost: msg('Lost'),
  completed: msg('Completed'),
}

/** `not_sent` as "Not sent" where nobody has put it into words. */
function readable(state: string): string {
  const word = STATES[state]
  return word ? t(word) : sentenceCase(state.replace(/_/g, ' '))
}

/** A line as it is drawn. */
export interface DrawnLine {
  /** `10:02:30` */
  time: string
  /** Said above the first line of another day than today; empty otherwise. */
  day: string
  tone: LineTone
  title: string
  code: string
  note: string
  took: string
}

/** Gives lines their times of day, and names the days that are not today. */
export function drawn(lines: readonly TimelineLine[], now: number): DrawnLine[] {
  let day = dayOf(now)
  return lines.map(({ at, tone, title, code, note, took }) => {
    const isOther = dayOf(at) !== day
    day = dayOf(at)
    return {
      time: timeOfDay(at),
      day: isOther ? new Date(at).toLocaleDateString(language.locale, { day: 'numeric', month: 'long' }) : '',
      tone,
      title,
      code,
      note,
      took: took === null ? '' : stepTime(took),
    }
  })
}

/** `0.2 s`, `12.0 s`, `2:03`. */
function stepTime(ms: number): string {
  if (ms < 60_000) return secondsWords((ms / 1000).toFixed(1))
  const total = Math.round(ms / 1000)
  const [h, m, s] = [Math.floor(total / 3600), Math.floor(total / 60) % 60, total % 60]
  const two = (n: number) => String(n).padStart(2, '0')
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`
}
