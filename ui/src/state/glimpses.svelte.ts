// What is seen of jobs while they run: the newest of each, lost with no harm.
import { SvelteMap } from 'svelte/reactivity'
import type { Glimpse } from '../bridge/generated'

export class Glimpses {
  readonly #newest = new SvelteMap<string, Glimpse>()

  of(job: string): Glimpse | undefined {
    return this.#newest.get(job)
  }

  put(glimpse: Glimpse): void {
    this.#newest.set(glimpse.job, glimpse)
  }

  forget(job: string): void {
    this.#newest.delete(job)
  }

  /** Keeps those of these jobs only. */
  keep(isOpen: (job: string) => boolean): void {
    for (const job of [...this.#newest.keys()]) if (!isOpen(job)) this.#newest.delete(job)
  }
}

export const glimpses = new Glimpses()
