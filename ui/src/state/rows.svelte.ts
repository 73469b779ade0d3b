// The rows of the prints near the window, by number: asked for in batches, dropped again when far away.
import { tick } from 'svelte'
import { SvelteMap } from 'svelte/reactivity'
import { call } from '../bridge/call'
import { asApiError } from '../bridge/host'
import type { ApiError, Print } from '../bridge/generated'
import { paced } from '../lib/slices'

/** As many as the studio answers at once. */
const BATCH = 500
/** Drawn in one task at least, about a row of the grid: on a slow computer each pause costs a frame. */
const TOGETHER = 4
/** Rows kept at most; then the oldest that nobody looks at go. */
const KEPT = 4000

export class Rows {
  readonly #rows = new SvelteMap<number, Print>()
  /** Answered, and about to be taken in. */
  readonly #coming = new Map<number, Print>()
  /** Asked for and not there. */
  readonly #gone = new Set<number>()
  #wished: readonly number[] = []
  #asking = false
  error = $state.raw<ApiError | null>(null)

  get(seq: number): Print | undefined {
    return this.#rows.get(seq)
  }

  get size(): number {
    return this.#rows.size
  }

  /** These are looked at now, the first of them most: reads those that are missing. A newer wish replaces an older one. */
  want(seqs: readonly number[]): void {
    this.#wished = seqs
    this.#evict()
    void this.#read()
  }

  /** After an error, and when the view was read anew. */
  again(): void {
    this.#gone.clear()
    this.error = null
    void this.#read()
  }

  async #read(): Promise<void> {
    if (this.#asking || this.error) return
    this.#asking = true
    try {
      for (;;) {
        const missing = this.#wished.filter((seq) => !this.#rows.has(seq) && !this.#gone.has(seq))
        if (missing.length === 0) return
        await this.#fetch(missing.slice(0, BATCH))
      }
    } catch (cause) {
      this.error = asApiError(cause)
    } finally {
      this.#asking = false
    }
  }

  async #fetch(seqs: number[]): Promise<void> {
    const rows = await call('view_rows', { seqs })
    const came = new Map(rows.map((row) => [row.seq, row]))
    for (const seq of seqs) {
      const row = came.get(seq)
      if (row) this.#coming.set(seq, row)
      else this.#gone.add(seq)
    }
    await this.#takeIn()
  }

  /** To draw a print costs far more than to keep its row: a few are drawn before the next are taken in. */
  async #takeIn(): Promise<void> {
    const pace = paced()
    // The first by itself: it is the one that the inspector shows, which is as much to draw as several tiles.
    let taken = TOGETHER - 1
    for (const [seq, row] of this.#coming) {
      this.#coming.delete(seq)
      this.#rows.set(seq, row)
      if (++taken % TOGETHER > 0) continue
      await tick()
      await pace()
    }
  }

  /** The rows of these prints in order, from the studio where they are not here; those that are gone left out. */
  async read(seqs: readonly number[]): Promise<Print[]> {
    const found = new Map<number, Print>()
    const missing: number[] = []
    for (const seq of seqs) {
      const row = this.#rows.get(seq)
      if (row) found.set(seq, row)
      else missing.push(seq)
    }
    for (let at = 0; at < missing.length; at += BATCH) {
      const batch = await call('view_rows', { seqs: missing.slice(at, at + BATCH) })
      for (const row of batch) found.set(row.seq, row)
    }
    return seqs.map((seq) => found.get(seq)).filter((row): row is Print => row !== undefined)
  }

  /** Takes in changed rows of those that are here. */
  apply(changed: readonly Print[]): void {
    for (const row of changed) {
      this.#gone.delete(row.seq)
      if (this.#coming.has(row.seq)) this.#coming.set(row.seq, row)
      if (this.#rows.has(row.seq)) this.#rows.set(row.seq, row)
    }
  }

  #evict(): void {
    if (this.#rows.size <= KEPT) return
    const wished = new Set(this.#wished)
    let spare = this.#rows.size - KEPT / 2
    for (const seq of this.#rows.keys()) {
      if (spare <= 0) return
      if (wished.has(seq)) continue
      this.#rows.delete(seq)
      spare--
    }
  }
}

export const rows = new Rows()
