// The prints that are chosen together. They are kept by number, so that they survive another order.
import { SeqSet } from '../lib/seqset'
import { placeOf, printsOf } from '../lib/stacks'
import type { View } from '../lib/view'

export class Selection {
  #set = new SeqSet()
  #version = $state(0)
  /** Where a range begins: the print that was chosen last by itself. */
  anchor: number | null = null

  readonly size = $derived.by(() => {
    void this.#version
    return this.#set.size
  })

  has(seq: number): boolean {
    void this.#version
    return this.#set.has(seq)
  }

  /** Adds a print and all that are stacked with it, or takes them out. */
  toggle(seq: number, prints: ArrayLike<number> = [seq]): void {
    const isAll = this.holds(prints, 0, prints.length)
    for (let i = 0; i < prints.length; i++) {
      if (isAll) this.#set.delete(prints[i]!)
      else this.#set.add(prints[i]!)
    }
    this.anchor = seq
    this.#version++
  }

  /** Chooses nothing; a range begins here next. */
  begin(seq: number | null): void {
    this.anchor = seq
    if (this.#set.size === 0) return
    this.#set = new SeqSet()
    this.#version++
  }

  /** Chooses all from the anchor to `seq`, and nothing else. */
  reach(view: Pick<View, 'seqs' | 'tiles'>, seq: number): void {
    this.anchor ??= seq
    const [a, b] = [placeOf(view, this.anchor), placeOf(view, seq)]
    if (b < 0) return
    const prints = printsOf(view, a < 0 ? b : Math.min(a, b), Math.max(a, b) + 1)
    this.range(prints, 0, prints.length)
  }

  /** Chooses the places from `from` to before `to`, and nothing else. */
  range(seqs: Uint32Array, from: number, to: number): void {
    const set = new SeqSet()
    for (let i = from; i < to; i++) set.add(seqs[i]!)
    this.#set = set
    this.#version++
  }

  /** Whether all places from `from` to before `to` are chosen. */
  holds(seqs: ArrayLike<number>, from: number, to: number): boolean {
    void this.#version
    if (this.#set.size < to - from) return false
    for (let i = from; i < to; i++) if (!this.#set.has(seqs[i]!)) return false
    return to > from
  }

  /** Forgets what is no longer in the view. */
  keep(seqs: Uint32Array): void {
    if (this.#set.size === 0) return
    const left = this.#set.among(seqs)
    if (left.length === this.#set.size) return
    const set = new SeqSet()
    for (const seq of left) set.add(seq)
    this.#set = set
    this.#version++
  }

  /** The chosen prints in the order of the view. */
  among(seqs: Uint32Array): number[] {
    void this.#version
    return this.#set.among(seqs)
  }
}

export const selection = new Selection()
