/**
 * A view: an ordered list of prints under a query, as one binary answer of the studio. It stays in the typed
 * arrays it came in, so that a million prints cost six megabytes and no object each.
 */

export interface View {
  /** Which state of the library it was read from. */
  revision: number
  /** The prints, in order. */
  seqs: Uint32Array
  /** Width over height × 1000, by place; 1000 when unknown. */
  ratios: Uint16Array
  /** Days since 1970-01-01, in order; one `UNGROUPED` where the order is not by day. */
  days: Int32Array
  /** Place of each day's first print. */
  starts: Uint32Array
  /** What stacks its prints, where that was asked for. */
  told?: Told
  /** How prints are laid on one another, where they are: a place is then a tile. */
  tiles?: Tiles
}

/** By place of a view: what stacks the prints of a take. */
export interface Told {
  /** The lowest number of its job's prints, its own for a print without a job. */
  stacks: Uint32Array
  /** Stars, and 8 more where it is circled. */
  marks: Uint8Array
}

export interface Tiles {
  /** All prints of the view, those of a tile beside each other. */
  prints: Uint32Array
  /** By tile, and one more: place of its first print in `prints`. */
  froms: Uint32Array
  /** By tile: the stack that it belongs to. */
  stacks: Uint32Array
  /** By tile: how many prints that stack has in the view; 1 for a print by itself. */
  sizes: Uint32Array
}

/** The day of a view that is not grouped by days. */
export const UNGROUPED = -(2 ** 31)

/** `RSV1`, little endian. */
const MAGIC = 0x31565352
/** `RSV2`: the same, with stacks before the ratios and marks after them. */
const STACKED = 0x32565352
const HEAD = 16
const DAY_MS = 86_400_000

export const EMPTY_VIEW: View = {
  revision: 0,
  seqs: new Uint32Array(),
  ratios: new Uint16Array(),
  days: new Int32Array(),
  starts: new Uint32Array(),
}

/**
 * Reads the answer without copying its lists (they are little endian, as is every machine that a window runs on).
 * Throws a `RangeError` when it is not a whole view.
 */
export function decodeView(bytes: ArrayBuffer): View {
  const head = new DataView(bytes)
  const magic = bytes.byteLength < HEAD ? 0 : head.getUint32(0, true)
  if (magic !== MAGIC && magic !== STACKED) throw new RangeError('not a view')
  const isTold = magic === STACKED
  const count = head.getUint32(4, true)
  const dayCount = head.getUint32(8, true)
  const lists = HEAD + dayCount * 8
  if (bytes.byteLength !== lists + count * (isTold ? 11 : 6)) throw new RangeError('a view of another length')
  const days = new Int32Array(dayCount)
  const starts = new Uint32Array(dayCount)
  for (let i = 0; i < dayCount; i++) {
    days[i] = head.getInt32(HEAD + i * 8, true)
    starts[i] = head.getUint32(HEAD + i * 8 + 4, true)
    const least = i === 0 ? 0 : starts[i - 1]! + 1
    if (starts[i]! < least || starts[i]! >= count || (i === 0 && starts[i] !== 0))
      throw new RangeError('days out of order')
  }
  if (count > 0 && dayCount === 0) throw new RangeError('prints without a day')
  const view: View = {
    revision: head.getUint32(12, true),
    seqs: new Uint32Array(bytes, lists, count),
    ratios: new Uint16Array(bytes, lists + count * (isTold ? 8 : 4), count),
    days,
    starts,
  }
  if (isTold) {
    const stacks = new Uint32Array(bytes, lists + count * 4, count)
    view.told = { stacks, marks: new Uint8Array(bytes, lists + count * 10, count) }
  }
  return view
}

/** Whether its prints stand under days. */
export function isGrouped(view: View): boolean {
  return view.days.length > 0 && view.days[0] !== UNGROUPED
}

/** One past the last print of a day. */
export function dayEnd(view: View, day: number): number {
  return view.starts[day + 1] ?? view.seqs.length
}

/** Which day holds a place. */
export function dayOf(view: View, place: number): number {
  let low = 0
  let high = view.starts.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (view.starts[middle]! <= place) low = middle
    else high = middle - 1
  }
  return low
}

/** `2026-11-22` for a number of days since 1970. */
export function dayName(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10)
}
