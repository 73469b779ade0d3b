// What became of jobs while nobody was here: Rushes was closed, or the computer slept.
import type { Job } from '../bridge/generated'
import { commas, money, sentences } from '../lib/format'
import { t } from '../words'
import { jobs } from './jobs.svelte'
import { isOpen, needsYou } from './telling'

/** When somebody was last here, ms UTC. */
const SEEN = 'rushes.seen'
const LOOK_MS = 15_000
/** A timer that comes so late was asleep. */
const ASLEEP_MS = 5 * 60_000
/** A start so soon after the end is a reload. */
const CLOSED_MS = 30_000

/** What jobs that were sent before somebody left came to since. */
export interface Since {
  ready: Job[]
  failed: Job[]
  /** Of those that are not over. */
  needing: Job[]
  working: Job[]
}

export function sinceOf(list: readonly Job[], left: number): Since {
  const before = list.filter((job) => job.created_at < left)
  const ended = before.filter((job) => !isOpen(job) && (job.finished_at ?? 0) >= left)
  const open = before.filter(isOpen)
  return {
    ready: ended.filter((job) => job.state === 'completed'),
    failed: ended.filter((job) => job.state === 'failed'),
    needing: open.filter(needsYou),
    working: open.filter((job) => !needsYou(job)),
  }
}

/** `3 renders were saved, $1.05. 1 failed and was not charged. 2 are still at work.` */
export function sinceWords({ ready, failed, needing, working }: Since): string {
  const sums = new Map<string, number>()
  for (const { price, charge } of ready) {
    if (price && charge === 'charged')
      sums.set(price.currency, (sums.get(price.currency) ?? 0) + price.micros)
  }
  const paid = [...sums].map(([currency, micros]) => money({ micros, currency }))
  return sentences(
    savedWords(ready.length, commas(paid)),
    failedWords(failed),
    needing.length > 0
      ? t('{jobs, plural, one {# needs} other {# need}} you.', { jobs: needing.length })
      : '',
    working.length > 0
      ? t('{jobs, plural, one {# is} other {# are}} still at work.', { jobs: working.length })
      : '',
  )
}

function savedWords(renders: number, sums: string): string {
  if (renders === 0) return ''
  return sums === ''
    ? t('{renders, plural, one {# render was} other {# renders were}} saved.', { renders })
    : t('{renders, plural, one {# render was} other {# renders were}} saved, {sums}.', { renders, sums })
}

function failedWords(jobs: readonly Job[]): string {
  const failed = jobs.length
  const free = jobs.filter((job) => job.charge === 'none' || job.charge === 'released').length
  if (failed === 0) return ''
  if (free === failed)
    return t('{failed, plural, one {# failed and was} other {# failed and were}} not charged.', { failed })
  if (free === 0) return t('{failed} failed and may have been charged.', { failed })
  return t('{failed} failed, of which {free, plural, one {# was} other {# were}} not charged.', {
    failed,
    free,
  })
}

export class Away {
  /** When somebody left, ms UTC; null while there is nothing to tell. */
  left = $state<number | null>(null)
  readonly since = $derived(this.left === null ? null : sinceOf(jobs.list, this.left))
  readonly words = $derived(
    this.since && this.since.ready.length + this.since.failed.length + this.since.needing.length > 0
      ? sinceWords(this.since)
      : '',
  )

  /** Reads when somebody was last here, and notes it from now on. Answers with a function that stops it. */
  start(now: () => number = Date.now): () => void {
    const seen = Number(localStorage.getItem(SEEN))
    if (seen > 0 && now() - seen > CLOSED_MS) this.left = seen
    let last = now()
    const look = () => {
      const at = now()
      if (at - last > ASLEEP_MS) this.left = last
      last = at
      localStorage.setItem(SEEN, String(at))
    }
    look()
    const timer = setInterval(look, LOOK_MS)
    window.addEventListener('pagehide', look)
    return () => {
      clearInterval(timer)
      window.removeEventListener('pagehide', look)
    }
  }

  close(): void {
    this.left = null
  }
}

export const away = new Away()
