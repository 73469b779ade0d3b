// A job's tries on one ruler of time: what was work, what was waiting, and how each ended. Pure.
import type { Attempt, Event, JobBook } from '../../bridge/generated'
import { clockTime, duration } from '../../lib/format'
import { isAttemptEvent, isSending } from '../../state/timeline'
import { msg, t } from '../../words'

export type SpanTone = 'ink' | 'done' | 'fail' | 'wait' | 'doubt' | 'line'

export interface Span {
  kind: 'work' | 'wait'
  tone: SpanTone
  /** ms UTC */
  from: number
  to: number
}

export interface Lane {
  id: string
  model: string
  provider: string
  spans: Span[]
  /** How it ended; null while it lives, and for a try that still waits. */
  end: 'done' | 'fail' | 'off' | null
}

export interface Ruler {
  lanes: Lane[]
  /** ms UTC */
  from: number
  to: number
}

const ENDS: Record<string, Lane['end']> = {
  succeeded: 'done',
  partial: 'done',
  cancelled: 'off',
  refused: 'fail',
  blocked: 'fail',
  failed: 'fail',
  expired: 'fail',
  lost: 'fail',
}

const ENTERED: Record<string, [Span['kind'], SpanTone]> = {
  running: ['work', 'ink'],
  accepted: ['work', 'ink'],
  downloading: ['work', 'done'],
  not_sent: ['wait', 'wait'],
  in_doubt: ['wait', 'doubt'],
}

/** `now` stands in for the end of what is not over. */
export function rulerOf({ job, attempts, events }: JobBook, now: number): Ruler {
  const from = job.created_at
  const to = Math.max(from + 1, job.finished_at ?? now)
  const steps = events.filter((event) => isAttemptEvent(event) || isSending(event))
  const starts = attempts.map((a) => steps.find((e) => e.attempt === a.id)?.at ?? a.started_at)
  const lanes = attempts.map((attempt, i) => {
    const own = steps.filter((event) => event.attempt === attempt.id)
    return laneOf(attempt, own, Math.min(to, starts[i + 1] ?? to))
  })
  const queued: Span = { kind: 'wait', tone: 'line', from, to: starts[0] ?? to }
  if (lanes[0]) lanes[0].spans.unshift(queued)
  else
    lanes.push({ id: job.id, model: job.model_name, provider: job.provider_name, spans: [queued], end: null })
  for (const lane of lanes) lane.spans = lane.spans.filter((span) => span.to > span.from)
  return { lanes, from, to }
}

function laneOf(attempt: Attempt, steps: readonly Event[], until: number): Lane {
  const lane: Lane = {
    id: attempt.id,
    model: attempt.model_name,
    provider: attempt.provider_name,
    spans: [],
    end: ENDS[attempt.state] ?? null,
  }
  steps.forEach((step, i) => {
    const entered = ENTERED[step.to]
    if (!entered) return
    const next = steps[i + 1]
    const [kind, tone] = entered
    lane.spans.push({
      kind,
      tone: isSending(step) ? sentTone(next) : tone,
      from: step.at,
      to: next?.at ?? until,
    })
  })
  return lane
}

/** A send that was turned away takes the colour of its answer. */
function sentTone(next: Event | undefined): SpanTone {
  if (next?.to === 'not_sent') return 'wait'
  if (next?.to === 'in_doubt') return 'doubt'
  return next && ENDS[next.to] === 'fail' ? 'fail' : 'ink'
}

const ENDED = { fail: msg('failed'), done: msg('done'), off: msg('ended') }

/** "Seedling 4.5 on Acme: waited 12.0 s, worked 9.2 s, failed", for who cannot see it. */
export function laneWords(lane: Lane): string {
  const sum = (kind: Span['kind']) =>
    lane.spans.filter((s) => s.kind === kind).reduce((total, s) => total + s.to - s.from, 0)
  const [waited, worked] = [sum('wait'), sum('work')]
  const parts = [
    waited > 0 ? t('waited {time}', { time: duration(waited) }) : '',
    worked > 0 ? t('worked {time}', { time: duration(worked) }) : '',
    lane.end ? t(ENDED[lane.end]) : '',
  ].filter(Boolean)
  const what =
    parts.length === 0
      ? t('not begun')
      : parts.reduce((one, another) => t('{one}, {another}', { one, another }))
  return t('{model} on {provider}: {what}', { model: lane.model, provider: lane.provider, what })
}

/** Five marks from nothing to the whole. */
export function axisLabels(total: number): string[] {
  const marks = [0, 0.25, 0.5, 0.75, 1].map((part) => part * total)
  if (total >= 60_000) return marks.map((ms) => clockTime(Math.round(ms / 1000) * 1000))
  const [unit, name] = total < 1_000 ? [1, 'ms'] : [1_000, 's']
  const places = unit > 1 && total < 16_000 ? 1 : 0
  return marks.map((ms, i) => (i === 0 ? '0' : (ms / unit).toFixed(places) + (i === 4 ? ` ${name}` : '')))
}
