/** A set of print numbers in bits, so that a million chosen prints cost little and are put together at once. */

const PAGE = 4096

export class SeqSet {
  size = 0
  #pages = new Map<number, Uint8Array>()

  has(seq: number): boolean {
    const page = this.#pages.get(Math.floor(seq / PAGE))
    return page !== undefined && (page[(seq % PAGE) >> 3]! & (1 << (seq & 7))) !== 0
  }

  add(seq: number): void {
    const key = Math.floor(seq / PAGE)
    let page = this.#pages.get(key)
    if (!page) this.#pages.set(key, (page = new Uint8Array(PAGE / 8)))
    const at = (seq % PAGE) >> 3
    const bit = 1 << (seq & 7)
    if ((page[at]! & bit) !== 0) return
    page[at] = page[at]! | bit
    this.size++
  }

  delete(seq: number): void {
    const page = this.#pages.get(Math.floor(seq / PAGE))
    const at = (seq % PAGE) >> 3
    const bit = 1 << (seq & 7)
    if (!page || (page[at]! & bit) === 0) return
    page[at] = page[at]! & ~bit
    this.size--
  }

  /** Those of a list that are in the set, in the list's order. */
  among(seqs: ArrayLike<number>): number[] {
    const out: number[] = []
    if (this.size === 0) return out
    for (let i = 0; i < seqs.length; i++) if (this.has(seqs[i]!)) out.push(seqs[i]!)
    return out
  }
}
