/**
 * Stacks: the prints of one take as one tile, opened and closed in place. One pass over the view's typed arrays, no
 * object for a print, and in slices, so that a million prints hold up no frame.
 */
import { t } from '../words'
import { inOneGo } from './slices'
import { dayEnd, type View } from './view'

/** What a tile is of its stack. */
export interface Stack {
  /** Names the stack. */
  id: number
  /** Prints that it has in the view. */
  size: number
  /** Which of them this tile is, from 1; 0 for the tile of a closed one. */
  number: number
}

/** Prints between two places where the work may be put off. */
const SLICE = 16_384

/** Lays the prints of each take on one another, but for the stacks that are open. */
export function stacked(view: View, open: ReadonlySet<number>): View {
  return inOneGo(stacking(view, open))
}

/** The same, pausing every 16,384 prints. */
export function* stacking(view: View, open: ReadonlySet<number>): Generator<void, View> {
  const { told, seqs } = view
  if (!told) return view
  const { order, froms, stacks, count } = yield* gathered(told.stacks)
  const most = seqs.length
  const prints = new Uint32Array(most)
  const tiles = {
    seqs: new Uint32Array(most),
    ratios: new Uint16Array(most),
    froms: new Uint32Array(most + 1),
    stacks: new Uint32Array(most),
    sizes: new Uint32Array(most),
  }
  const days: number[] = []
  const starts: number[] = []
  let tile = 0
  let day = -1
  const add = (place: number, from: number, stack: number, size: number) => {
    tiles.seqs[tile] = seqs[place]!
    tiles.ratios[tile] = view.ratios[place]!
    tiles.froms[tile] = from
    tiles.stacks[tile] = stack
    tiles.sizes[tile++] = size
  }
  let pause = SLICE
  for (let i = 0; i < count; i++) {
    const from = froms[i]!
    const to = froms[i + 1]!
    for (let at = from; at < to; at++) prints[at] = seqs[order[at]!]!
    if (to >= pause) {
      pause = to + SLICE
      yield
    }
    // A stack stands where its first print stands; a day may so lose all it had.
    const first = order[from]!
    if (day < 0 || first >= dayEnd(view, day)) {
      while (first >= dayEnd(view, day + 1)) day++
      day++
      days.push(view.days[day]!)
      starts.push(tile)
    }
    const stack = stacks[i]!
    if (open.has(stack)) for (let at = from; at < to; at++) add(order[at]!, at, stack, to - from)
    else add(pickOf(view, order, from, to), from, stack, to - from)
  }
  tiles.froms[tile] = most
  return {
    revision: view.revision,
    seqs: tiles.seqs.subarray(0, tile),
    ratios: tiles.ratios.subarray(0, tile),
    days: Int32Array.from(days),
    starts: Uint32Array.from(starts),
    tiles: {
      prints,
      froms: tiles.froms.subarray(0, tile + 1),
      stacks: tiles.stacks.subarray(0, tile),
      sizes: tiles.sizes.subarray(0, tile),
    },
  }
}

/** The places of a view, those of one stack beside each other, in the order of each stack's first. */
function* gathered(of: Uint32Array) {
  let highest = 0
  for (let i = 0; i < of.length; i++) if (of[i]! > highest) highest = of[i]!
  /** By stack: its place among the stacks, from 1. */
  const ranks = new Uint32Array(highest + 1)
  const stacks = new Uint32Array(of.length)
  const froms = new Uint32Array(of.length + 1)
  let count = 0
  for (let i = 0; i < of.length; i++) {
    const stack = of[i]!
    if (ranks[stack] === 0) {
      stacks[count] = stack
      ranks[stack] = ++count
    }
    froms[ranks[stack]!]!++
    if (i % SLICE === 0) yield
  }
  for (let i = 1; i <= count; i++) froms[i]! += froms[i - 1]!
  const next = froms.slice(0, count)
  const order = new Uint32Array(of.length)
  for (let i = 0; i < of.length; i++) {
    order[next[ranks[of[i]!]! - 1]!++] = i
    if (i % SLICE === 0) yield
  }
  return { order, froms, stacks, count }
}

/** What stands for a closed stack: the circled print, else the best rated, else the first that was made. */
function pickOf({ told, seqs }: View, order: Uint32Array, from: number, to: number): number {
  const { marks } = told!
  let pick = order[from]!
  for (let at = from + 1; at < to; at++) {
    const place = order[at]!
    const better = marks[place]! - marks[pick]!
    if (better > 0 || (better === 0 && seqs[place]! < seqs[pick]!)) pick = place
  }
  return pick
}

type Laid = Pick<View, 'seqs' | 'tiles'>

/** All prints of a view, in the order in which they are laid out. */
export function orderOf(view: Laid): Uint32Array {
  return view.tiles?.prints ?? view.seqs
}

/** The prints from one place to before another; a closed stack has more than one. */
export function printsOf({ seqs, tiles }: Laid, from: number, to = from + 1): Uint32Array {
  return tiles ? tiles.prints.subarray(tiles.froms[from], tiles.froms[to]) : seqs.subarray(from, to)
}

/** The place that holds a print; -1 where none does. */
export function placeOf({ seqs, tiles }: Laid, seq: number): number {
  const shown = seqs.indexOf(seq)
  if (shown >= 0 || !tiles) return shown
  const at = tiles.prints.indexOf(seq)
  if (at < 0) return -1
  let [low, high] = [0, seqs.length - 1]
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (tiles.froms[middle]! <= at) low = middle
    else high = middle - 1
  }
  return low
}

/** What a tile is of its stack; null for a print by itself. */
export function stackAt({ tiles }: Laid, place: number): Stack | null {
  const size = tiles?.sizes[place] ?? 1
  if (!tiles || size === 1) return null
  const id = tiles.stacks[place]!
  if (tiles.froms[place + 1]! - tiles.froms[place]! === size) return { id, size, number: 0 }
  let first = place
  while (first > 0 && tiles.stacks[first - 1] === id) first--
  return { id, size, number: place - first + 1 }
}

/** How a tile of a stack is told to a screen reader, before the name of its print. */
export function stackWords(stack: Stack | null): string {
  if (!stack) return ''
  const { number, size } = stack
  return number === 0
    ? t('Stack of {size}, closed: ', { size })
    : t('{number} of {size} in a stack: ', { number, size })
}
