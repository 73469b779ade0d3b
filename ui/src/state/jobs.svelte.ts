// Jobs, newest first, and the takes they form.
import { call } from '../bridge/call'
import type { Composition, DoubtChoice, Job, JobBook, Submission } from '../bridge/generated'
import { Table } from './table.svelte'
import { dayOf } from '../lib/format'
import { isOpen, needsYou } from './telling'

/** Jobs of one shot and take: one strip in the feed. */
export interface Take {
  key: string
  shot: string
  shotNumber: number
  take: number
  jobs: Job[]
  createdAt: number
}

const PAGE = 100
const MOST_OPEN = 1000
const DISMISSED = 'rushes.dismissed'
const MOST_DISMISSED = 500

function readDismissed(): Set<string> {
  try {
    return new Set(JSON.parse(localStorage.getItem(DISMISSED) ?? '[]') as string[])
  } catch {
    return new Set()
  }
}

export function newestFirst(a: Job, b: Job): number {
  return b.created_at - a.created_at || b.shot_number - a.shot_number || b.take - a.take || a.index - b.index
}

/** Strips, newest first; inside a strip by place. */
export function takesOf(jobs: readonly Job[]): Take[] {
  const takes = new Map<string, Take>()
  for (const job of jobs) {
    const key = `${job.shot}/${job.take}`
    const take = takes.get(key)
    if (take) {
      take.jobs.push(job)
      take.createdAt = Math.max(take.createdAt, job.created_at)
    } else {
      takes.set(key, {
        key,
        shot: job.shot,
        shotNumber: job.shot_number,
        take: job.take,
        jobs: [job],
        createdAt: job.created_at,
      })
    }
  }
  for (const take of takes.values()) take.jobs.sort((a, b) => a.index - b.index)
  return [...takes.values()].sort(
    (a, b) => b.createdAt - a.createdAt || b.shotNumber - a.shotNumber || b.take - a.take,
  )
}

export class Jobs {
  readonly table = new Table<Job>()
  /** False once the oldest job is here. */
  more = $state(false)
  loading = $state(false)
  /** Failures the user has read and put away. */
  dismissed = $state<ReadonlySet<string>>(readDismissed())
  /** The day that is looked at, `2026-11-22`; empty for all of them. */
  day = $state('')
  /** What the studio counts to that day. Kept apart: the feed goes back in time without gaps. */
  #ofDay = $state.raw<readonly Job[]>([])
  readonly list = $derived([...this.table.rows.values()].sort(newestFirst))
  /** The jobs of the day that is looked at, or all that are here. */
  readonly shown = $derived(this.day === '' ? this.list : this.#dayList())
  readonly needing = $derived(this.list.filter((j) => this.needs(j)))
  readonly underWay = $derived(
    this.list
      .filter((j) => isOpen(j) && !needsYou(j))
      .sort((a, b) => rank(a) - rank(b) || a.created_at - b.created_at || a.index - b.index),
  )
  /** What is over and asks for nothing, with the prints that open takes already have. */
  readonly takes = $derived(
    takesOf(this.list.filter((j) => j.prints.length > 0 || (!isOpen(j) && !this.needs(j)))),
  )

  needs(job: Job): boolean {
    return needsYou(job) && !this.dismissed.has(job.id)
  }

  async load(): Promise<void> {
    const [recent, open, needing] = await Promise.all([
      call('list_jobs', { limit: PAGE }),
      call('list_jobs', { open: true, limit: MOST_OPEN }),
      call('list_jobs', { needing: true, limit: MOST_OPEN }),
    ])
    this.table.clear()
    this.table.putAll(recent)
    this.table.putAll(open)
    // However long ago it ended badly: until it was read it counts.
    this.table.putAll(needing)
    this.more = recent.length === PAGE
    this.#oldest = recent.at(-1)?.created_at ?? null
    if (this.day !== '') await this.showDay(this.day)
  }

  /** Shows the jobs that were written down or sent on a day, however long ago; all of them for an empty one. */
  async showDay(day: string): Promise<void> {
    this.day = day
    this.#ofDay = []
    if (day === '') return
    const jobs = await call('list_jobs', { day, limit: MOST_OPEN })
    if (this.day === day) this.#ofDay = jobs
  }

  /** Rows that changed since the studio was asked stand in the table. */
  #dayList(): Job[] {
    const asked = new Set(this.#ofDay.map((job) => job.id))
    const isOfDay = (job: Job) =>
      asked.has(job.id) ||
      dayOf(job.created_at) === this.day ||
      (job.started_at !== null && dayOf(job.started_at) === this.day)
    const here = this.list.filter(isOfDay)
    return [...this.#ofDay.filter((job) => !this.table.rows.has(job.id)), ...here].sort(newestFirst)
  }

  #oldest: number | null = null

  async loadMore(): Promise<void> {
    if (!this.more || this.loading || this.#oldest === null) return
    this.loading = true
    try {
      // Jobs of one take share their moment, and a page may end between them: it is asked for again.
      const older = await call('list_jobs', { before: this.#oldest + 1, limit: PAGE })
      const last = older.at(-1)?.created_at ?? this.#oldest
      this.table.add(older)
      this.more = older.length === PAGE
      this.#oldest = last === this.#oldest ? last - 1 : last
    } finally {
      this.loading = false
    }
  }

  async submit(composition: Composition): Promise<Submission> {
    const submission = await call('submit_job', composition)
    this.table.add(submission.jobs)
    return submission
  }

  async rerun(id: string, acceptUnpriced = false, count = 1): Promise<Submission> {
    const submission = await call('rerun_job', { id, accept_unpriced: acceptUnpriced, count })
    this.table.add(submission.jobs)
    return submission
  }

  /** A job with its tries and its log. */
  record(id: string): Promise<JobBook> {
    return call('get_job', { id })
  }

  async cancel(id: string): Promise<void> {
    await call('cancel_job', { id })
  }

  async retry(id: string): Promise<void> {
    await call('retry_job', { id })
  }

  async resolve(id: string, choice: DoubtChoice): Promise<void> {
    await call('resolve_doubt', { id, choice })
  }

  /** Puts a failure away; its record stays. */
  dismiss(id: string): void {
    this.#keepDismissed(new Set(this.dismissed).add(id))
  }

  /** Brings a failure back that was put away. */
  recall(id: string): void {
    this.#keepDismissed(new Set([...this.dismissed].filter((one) => one !== id)))
  }

  #keepDismissed(dismissed: ReadonlySet<string>): void {
    this.dismissed = dismissed
    try {
      localStorage.setItem(DISMISSED, JSON.stringify([...this.dismissed].slice(-MOST_DISMISSED)))
    } catch {
      // Without storage it stays put away until Rushes closes.
    }
  }
}

/** Running before waiting before queued. */
function rank(job: Job): number {
  if (job.state === 'running') return 0
  return job.wait_until === null ? 2 : 1
}

export const jobs = new Jobs()
