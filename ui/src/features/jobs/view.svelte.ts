// What the Jobs screen shows: which jobs, in what order, and which one is looked at.
import type { Job } from '../../bridge/generated'
import { jobs } from '../../state/jobs.svelte'
import { wordsOf } from '../../state/toasts.svelte'
import { providersOf, rowsOf, type JobFilter } from './rows'

export class JobsView {
  filter = $state<JobFilter>('all')
  /** Provider id; empty for all. */
  provider = $state('')
  /** The job that was chosen; the first row stands in for one that is not shown. */
  chosen = $state<string | null>(null)
  /** Whether the record lies over the table, where there is no room beside it. */
  open = $state(false)
  /** Why the next page did not come; empty when it did. */
  stuck = $state('')
  #day = ''
  readonly rows = $derived(
    rowsOf(jobs.shown, { filter: this.filter, provider: this.provider }, (job) => jobs.needs(job)),
  )
  readonly providers = $derived(providersOf(jobs.shown))
  /** Whether older jobs are to be read when the end comes near: those of one day are all here. */
  readonly hasMore = $derived(jobs.more && jobs.day === '')
  readonly place = $derived(
    Math.max(
      0,
      this.rows.findIndex((job) => job.id === this.chosen),
    ),
  )
  readonly job = $derived<Job | undefined>(this.rows[this.place])

  choose(place: number): void {
    const row = this.rows[Math.min(this.rows.length - 1, Math.max(0, place))]
    if (row) this.chosen = row.id
  }

  /** Another day is looked at: all of its jobs, whatever was asked of those before. */
  follow(day: string): void {
    if (day === this.#day) return
    this.#day = day
    if (day === '') return
    this.filter = 'all'
    this.provider = ''
  }

  showAll(): void {
    this.filter = 'all'
    this.provider = ''
    void jobs.showDay('')
  }

  async more(): Promise<void> {
    this.stuck = ''
    await jobs.loadMore().catch((cause: unknown) => (this.stuck = wordsOf(cause)))
  }
}

export const view = new JobsView()
