// The prints that are chosen together. They are kept by number, so that they survive another order.
import { SeqSet } from '../lib/seqset'

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

  /** Adds a print, or takes it out. */
  toggle(seq: number): void {
    if (this.#set.has(seq)) this.#set.delete(seq)
    else this.#set.add(seq)
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
  reach(seqs: Uint32Array, seq: number): void {
    this.anchor ??= seq
    const [a, b] = [seqs.indexOf(this.anchor), seqs.indexOf(seq)]
    if (b < 0) return
    const from = a < 0 ? b : Math.min(a, b)
    this.range(seqs, from, Math.max(a, b) + 1)
  }

  /** Chooses the places from `from` to before `to`, and nothing else. */
  range(seqs: Uint32Array, from: number, to: number): void {
    const set = new SeqSet()
    for (let i = from; i < to; i++) set.add(seqs[i]!)
    this.#set = set
    this.#version++
  }

  /** Whether all places from `from` to before `to` are chosen. */
  holds(seqs: Uint32Array, from: number, to: number): boolean {
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
