// Which jobs the table shows and in what order. Pure.
import type { Job } from '../../bridge/generated'
import { isOpen } from '../../state/telling'
import { t } from '../../words'

export type JobFilter = 'all' | 'open' | 'needs' | 'done'

export interface Wanted {
  filter: JobFilter
  /** Provider id; empty for all. */
  provider: string
}

/** Newest first in each of three: what needs someone, what is under way, what is over. */
export function rowsOf(list: readonly Job[], wanted: Wanted, needs: (job: Job) => boolean): Job[] {
  const groups: Record<Exclude<JobFilter, 'all'>, Job[]> = { needs: [], open: [], done: [] }
  for (const job of list) {
    if (wanted.provider !== '' && job.provider !== wanted.provider) continue
    groups[needs(job) ? 'needs' : isOpen(job) ? 'open' : 'done'].push(job)
  }
  if (wanted.filter !== 'all') return groups[wanted.filter]
  return [...groups.needs, ...groups.open, ...groups.done]
}

/** Providers of these jobs, by name. */
export function providersOf(list: readonly Job[]): { value: string; label: string }[] {
  const names = new Map(list.map((job) => [job.provider, job.provider_name]))
  return [...names].map(([value, label]) => ({ value, label })).sort((a, b) => a.label.localeCompare(b.label))
}

/** The rows in sight, and some before and after, so that thousands cost what a screen of them costs. */
export function windowOf(
  top: number,
  height: number,
  row: number,
  count: number,
  spare = 8,
): { first: number; last: number } {
  const first = Math.max(0, Math.min(count, Math.floor(top / row)) - spare)
  const last = Math.min(count, Math.ceil((top + Math.max(height, row)) / row) + spare)
  return { first, last: Math.max(first, last) }
}

/** "Done", "on the second model": how a fallback is told beside the state. */
export function stepWords(step: number): string {
  if (step <= 0) return ''
  return t('on the {place, select, 2 {second} 3 {third} 4 {fourth} 5 {fifth} other {{place}th}} model', {
    place: step + 1,
  })
}

/** From when it was first sent until it ended, or until now, ms; null when it was not sent. */
export function tookOf(job: Job, now: number): number | null {
  return job.started_at === null ? null : Math.max(0, (job.finished_at ?? now) - job.started_at)
}
