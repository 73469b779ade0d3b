// What the feed shows and where the keyboard stands in it.
import type { Print } from '../../bridge/generated'
import { useAsReference } from '../../state/acts'
import { again } from '../../state/again.svelte'
import type { Acts } from '../../state/keymap.svelte'
import { marks } from '../../state/marks.svelte'
import { orToast } from '../../state/toasts.svelte'
import { jobs, type Take } from '../../state/jobs.svelte'
import { prints } from '../../state/prints.svelte'
import type { FeedSize } from './strip'

export type FeedFilter = 'all' | 'open' | 'needs' | 'circled'

const PAGE = 12

export class FeedView {
  filter = $state<FeedFilter>('all')
  size = $state<FeedSize>('m')
  /** The print that holds the feed's one tab stop. */
  active = $state<string | null>(null)
  /** Key of the take that waits for the word to run again. */
  armed = $state<string | null>(null)
  /** How many takes are drawn; more come with scrolling. */
  shown = $state(PAGE)
  /** While the user looks further down: takes newer than this stay out until they come back up. */
  heldAt = $state<number | null>(null)

  readonly matching = $derived(
    this.filter === 'circled'
      ? jobs.takes.filter((t) => t.jobs.some((j) => j.prints.some((id) => prints.table.get(id)?.circled)))
      : jobs.takes,
  )
  readonly held = $derived(
    this.heldAt === null ? [] : this.matching.filter((t) => t.createdAt > (this.heldAt ?? 0)),
  )
  readonly takes = $derived<Take[]>(this.matching.slice(this.held.length, this.held.length + this.shown))
  readonly hasMore = $derived(this.matching.length > this.held.length + this.shown || jobs.more)
  readonly heldPrints = $derived(
    this.held.reduce((n, t) => n + t.jobs.reduce((m, j) => m + j.prints.length, 0), 0),
  )
  /** All prints that are drawn, in order. */
  readonly sequence = $derived(this.takes.flatMap((t) => t.jobs.flatMap((j) => prints.kept(j.prints))))
  readonly stop = $derived(
    this.active !== null && this.sequence.includes(this.active) ? this.active : (this.sequence[0] ?? null),
  )

  grow(): void {
    if (this.matching.length > this.held.length + this.shown) this.shown += PAGE
    else if (jobs.more && !jobs.loading) void jobs.loadMore().then(() => (this.shown += PAGE))
  }

  /** Keeps what is looked at in place while the top is out of sight. */
  scrolled(top: number): void {
    if (top <= 60) this.heldAt = null
    else this.heldAt ??= jobs.takes[0]?.createdAt ?? 0
  }
}

export const feed = new FeedView()

/** The print that was last walked to in the feed, while it is there. */
export function feedPrint(): Print | undefined {
  const { active, sequence } = feed
  return active !== null && sequence.includes(active) ? prints.table.get(active) : undefined
}

/** What can be done with it by name. */
export function feedActs(): Acts {
  const print = feedPrint()
  if (!print) return {}
  return {
    'print.circle': () => orToast(marks.circle(print)),
    'print.reference': () => useAsReference(print),
    ...(print.job ? { 'print.run': () => orToast(again.ask('run', print.id)) } : {}),
  }
}
