// What became of jobs while nobody was here: Rushes was closed, or the computer slept.
import type { Job } from '../bridge/generated'
import { count, money } from '../lib/format'
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
  const were = (n: number) => (n === 1 ? 'was' : 'were')
  const sums = new Map<string, number>()
  for (const { price, charge } of ready) {
    if (price && charge === 'charged')
      sums.set(price.currency, (sums.get(price.currency) ?? 0) + price.micros)
  }
  const paid = [...sums].map(([currency, micros]) => money({ micros, currency }))
  const free = failed.filter((job) => job.charge === 'none' || job.charge === 'released')
  const charged =
    free.length === failed.length
      ? ` and ${were(failed.length)} not charged`
      : free.length === 0
        ? ' and may have been charged'
        : `, of which ${free.length} ${were(free.length)} not charged`
  const lines = [
    ready.length > 0
      ? `${count(ready.length, 'render')} ${were(ready.length)} saved${paid.map((sum) => `, ${sum}`).join('')}.`
      : '',
    failed.length > 0 ? `${failed.length} failed${charged}.` : '',
    needing.length > 0 ? `${needing.length} ${needing.length === 1 ? 'needs' : 'need'} you.` : '',
    working.length > 0 ? `${working.length} ${working.length === 1 ? 'is' : 'are'} still at work.` : '',
  ]
  return lines.filter(Boolean).join(' ')
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
