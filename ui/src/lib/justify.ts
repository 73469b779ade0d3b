/**
 * Rows of pictures, grouped by day: justified (one height, each row filled to the width) or uniform squares.
 * Offsets are computed once per width and size, by sums over each day's ratios in typed arrays; what stands in
 * the window is then looked up by offset. The work is done in slices, so that a million prints hold up no frame.
 */
import { inOneGo } from './slices'

/** What the layout needs to know of the pictures. */
export interface Frames {
  /** Width over height × 1000. */
  ratios: Uint16Array
  /** First frame of each day, ascending from 0. */
  starts: Uint32Array
}

export interface Measure {
  /** Width to fill, px. */
  width: number
  /** Wished height of a row, px. */
  rowHeight: number
  /** Between frames and between rows, px. */
  gap: number
  /** Height of a day's heading, px. */
  heading: number
  /** Squares of one size instead of pictures in their own shape. */
  uniform: boolean
}

export interface Row {
  /** px from the top of the layout. */
  top: number
  height: number
  /** First frame. */
  from: number
  /** One past the last frame. */
  to: number
  /** Whether it reaches the width; a day's last row often does not. */
  full: boolean
}

export interface Layout {
  frames: Frames
  measure: Measure
  /** How many rows. */
  rows: number
  /** By row: px from the top. */
  tops: Float64Array
  heights: Float64Array
  /** By row, and one more: first frame. */
  froms: Uint32Array
  full: Uint8Array
  /** By day, and one more: first row. */
  dayRows: Uint32Array
  /** By day: px from the top to its heading. */
  dayTops: Float64Array
  /** Height of everything, px. */
  height: number
}

export interface Cell {
  /** Which frame. */
  index: number
  left: number
  width: number
}

export type Step = 'left' | 'right' | 'up' | 'down'

/** Panoramas and slivers are cropped to these in the grid, so that no row becomes a line; × 1000. */
const NARROWEST = 400
const WIDEST = 4000
/** How far a day's last row may grow to fill the width. */
const STRETCH = 1.2
/** Frames between two places where the work may be put off. */
const SLICE = 16_384

function laidRatio(ratio: number): number {
  return ratio < NARROWEST ? NARROWEST : ratio > WIDEST ? WIDEST : ratio
}

/** Lays everything out at once. */
export function justify(frames: Frames, measure: Measure): Layout {
  return inOneGo(layOut(frames, measure))
}

/** Lays out, pausing every 16,384 frames. */
export function* layOut(frames: Frames, measure: Measure): Generator<void, Layout> {
  const { ratios, starts } = frames
  const { gap, heading } = measure
  const rows = new Rows(Math.ceil(ratios.length / 4) + starts.length + 1)
  const dayRows = new Uint32Array(starts.length + 1)
  const dayTops = new Float64Array(starts.length)
  const columns = measure.uniform ? columnsOf(measure) : 0
  const side = columns > 0 ? wholePixels(sideOf(measure, columns)) : 0
  let top = 0
  let pause = SLICE
  for (let day = 0; day < starts.length; day++) {
    const end = starts[day + 1] ?? ratios.length
    dayRows[day] = rows.count
    dayTops[day] = top
    top += heading
    for (let i = starts[day]!; i < end;) {
      if (columns > 0) {
        rows.add(top, side, i, i + columns <= end)
        i = Math.min(end, i + columns)
      } else i = fill(rows, ratios, i, end, top, measure)
      top += rows.heights[rows.count - 1]! + gap
      if (i >= pause) {
        pause = i + SLICE
        yield
      }
    }
  }
  dayRows[starts.length] = rows.count
  rows.froms[rows.count] = ratios.length
  const { count, tops, heights, froms, full } = rows
  return { frames, measure, rows: count, tops, heights, froms, full, dayRows, dayTops, height: top }
}

/** Adds a row of frames from `from`, none at or after `end`, the end of the day; answers where the next begins. */
function fill(
  rows: Rows,
  ratios: Uint16Array,
  from: number,
  end: number,
  top: number,
  { width, rowHeight, gap }: Measure,
): number {
  let sum = 0
  let room = width * 1000
  for (let i = from; i < end; i++) {
    const before = sum
    sum += laidRatio(ratios[i]!)
    if (room <= rowHeight * sum) {
      const height = room / sum
      // One frame too many or one too few, whichever lands nearer to the wished height.
      const other = before === 0 ? Infinity : (room + gap * 1000) / before
      const spill = rowHeight - height > other - rowHeight
      rows.add(top, wholePixels(spill ? other : height), from, true)
      return spill ? i : i + 1
    }
    room -= gap * 1000
  }
  // A day's last row is blown up only a little; else it keeps the wished height and ends early.
  const height = (room + gap * 1000) / sum
  const isFull = height <= rowHeight * STRETCH
  rows.add(top, wholePixels(isFull ? height : rowHeight), from, isFull)
  return end
}

/** Rows as they are found, in arrays that grow. */
class Rows {
  count = 0
  tops: Float64Array
  heights: Float64Array
  froms: Uint32Array
  full: Uint8Array

  constructor(room: number) {
    this.tops = new Float64Array(room)
    this.heights = new Float64Array(room)
    this.froms = new Uint32Array(room + 1)
    this.full = new Uint8Array(room)
  }

  add(top: number, height: number, from: number, isFull: boolean): void {
    if (this.count === this.tops.length) this.#grow()
    this.tops[this.count] = top
    this.heights[this.count] = height
    this.froms[this.count] = from
    this.full[this.count] = isFull ? 1 : 0
    this.count++
  }

  #grow(): void {
    const wider = new Rows(this.tops.length * 2)
    wider.tops.set(this.tops)
    wider.heights.set(this.heights)
    wider.froms.set(this.froms)
    wider.full.set(this.full)
    Object.assign(this, { tops: wider.tops, heights: wider.heights, froms: wider.froms, full: wider.full })
  }
}

function columnsOf({ width, rowHeight, gap }: Measure): number {
  return Math.max(1, Math.floor((width + gap) / (rowHeight + gap)))
}

function sideOf({ width, gap }: Measure, columns: number): number {
  return (width - gap * (columns - 1)) / columns
}

function wholePixels(height: number): number {
  return Math.max(1, Math.round(height))
}

export function rowOfLayout(layout: Layout, row: number): Row {
  return {
    top: layout.tops[row]!,
    height: layout.heights[row]!,
    from: layout.froms[row]!,
    to: layout.froms[row + 1]!,
    full: layout.full[row] === 1,
  }
}

/** Whole-pixel places of a row's frames; a full row ends exactly at the width. */
export function cells(layout: Layout, row: number): Cell[] {
  const { width, gap, uniform } = layout.measure
  const { ratios } = layout.frames
  const { from, to, full, height } = rowOfLayout(layout, row)
  const side = uniform ? sideOf(layout.measure, columnsOf(layout.measure)) : 0
  let sum = 0
  for (let i = from; i < to; i++) sum += laidRatio(ratios[i]!)
  // Row heights are whole pixels, so a full row takes its scale from the width instead.
  const unit = (full ? (width - gap * (to - from - 1)) / sum : height / 1000) || 0
  const out: Cell[] = []
  let edge = 0
  for (let i = from; i < to; i++) {
    const left = Math.round(edge)
    edge += uniform ? side : laidRatio(ratios[i]!) * unit
    out.push({ index: i, left: left + gap * (i - from), width: Math.round(edge) - left })
  }
  return out
}

/** Index of the last row that begins at or above an offset; 0 when none does. */
export function rowAt(layout: Layout, offset: number): number {
  return lastUpTo(layout.tops, layout.rows, offset)
}

/** Index of the row that holds a frame. */
export function rowOf(layout: Layout, frame: number): number {
  return lastUpTo(layout.froms, layout.rows, frame)
}

/** Index of the day that a row belongs to. */
export function dayOfRow(layout: Layout, row: number): number {
  return lastUpTo(layout.dayRows, layout.dayTops.length, row)
}

/** Index of the day that stands at an offset. */
export function dayAt(layout: Layout, offset: number): number {
  return lastUpTo(layout.dayTops, layout.dayTops.length, offset)
}

/** The last of the first `count` sorted numbers that is not above `most`; 0 when all are. */
function lastUpTo(numbers: ArrayLike<number>, count: number, most: number): number {
  let low = 0
  let high = count - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (numbers[middle]! <= most) low = middle
    else high = middle - 1
  }
  return low
}

/**
 * Rows to draw for a window on the layout: those inside it, then as many around as fit under `most`
 * frames, at most half a window above and below. Returns `[from, to)`.
 */
export function visibleRows(layout: Layout, top: number, height: number, most: number): [number, number] {
  const { rows, tops, froms } = layout
  if (rows === 0) return [0, 0]
  let from = rowAt(layout, top)
  let to = from
  let drawn = 0
  const count = (row: number) => froms[row + 1]! - froms[row]!
  while (to < rows && tops[to]! < top + height && drawn + count(to) <= most) drawn += count(to++)
  if (to === from) drawn += count(to++)
  for (;;) {
    const below = to < rows && tops[to]! < top + height * 1.5 && drawn + count(to) <= most
    if (below) drawn += count(to++)
    const above = from > 0 && tops[from - 1]! > top - height / 2 && drawn + count(from - 1) <= most
    if (above) drawn += count(--from)
    if (!below && !above) return [from, to]
  }
}

/** The frame one step away, or the same frame at an edge. Up and down go to the nearest middle. */
export function neighbour(layout: Layout, frame: number, step: Step): number {
  const last = layout.frames.ratios.length - 1
  if (step === 'left') return Math.max(0, frame - 1)
  if (step === 'right') return Math.min(last, frame + 1)
  const here = rowOf(layout, frame)
  const there = here + (step === 'down' ? 1 : -1)
  if (there < 0 || there >= layout.rows) return frame
  const own = cells(layout, here).find((cell) => cell.index === frame)
  if (!own) return frame
  const middle = own.left + own.width / 2
  const distance = (cell: Cell) => Math.abs(cell.left + cell.width / 2 - middle)
  return cells(layout, there).reduce((best, cell) => (distance(cell) < distance(best) ? cell : best)).index
}
