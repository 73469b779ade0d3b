/**
 * Justified rows: pictures of one height side by side, each row filled to the width, grouped by day.
 * Offsets are computed once per width and row height; what stands in the window is then looked up by offset.
 */

/** What the layout needs to know of a picture. */
export interface Frame {
  /** Width over height; anything that is no positive number counts as square. */
  ratio: number
  /** The group it belongs to; frames of one day stand together. */
  day: string
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
  /** Index into `days`. */
  day: number
}

export interface Day {
  key: string
  /** px from the top of the layout to its heading. */
  top: number
  /** First row. */
  from: number
  /** One past the last row. */
  to: number
  /** How many frames it holds. */
  count: number
}

export interface Layout {
  rows: Row[]
  days: Day[]
  /** Ratios as laid out, by frame. */
  ratios: Float64Array
  measure: Measure
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

/** Panoramas and slivers are cropped to these in the grid, so that no row becomes a line. */
const NARROWEST = 0.4
const WIDEST = 4
/** How far a day's last row may grow to fill the width. */
const STRETCH = 1.2

function laidRatio(ratio: number): number {
  if (!(ratio > 0) || !Number.isFinite(ratio)) return 1
  return Math.min(WIDEST, Math.max(NARROWEST, ratio))
}

export function justify(frames: readonly Frame[], measure: Measure): Layout {
  const { gap, heading } = measure
  const ratios = new Float64Array(frames.length)
  const rows: Row[] = []
  const days: Day[] = []
  let top = 0
  let i = 0
  while (i < frames.length) {
    const key = frames[i]!.day
    const day: Day = { key, top, from: rows.length, to: rows.length, count: 0 }
    const first = i
    top += heading
    let end = i
    for (; end < frames.length && frames[end]!.day === key; end++) ratios[end] = laidRatio(frames[end]!.ratio)
    while (i < end) {
      const row = fill(ratios, i, end, top, days.length, measure)
      rows.push(row)
      i = row.to
      top += row.height + gap
    }
    day.to = rows.length
    day.count = end - first
    days.push(day)
  }
  return { rows, days, ratios, measure, height: top }
}

/** A row of frames from `from`, none at or after `end`, the end of the day. */
function fill(
  ratios: Float64Array,
  from: number,
  end: number,
  top: number,
  day: number,
  { width, rowHeight, gap }: Measure,
): Row {
  let sum = 0
  let height = Infinity
  for (let i = from; i < end; i++) {
    const before = height
    sum += ratios[i]!
    height = (width - gap * (i - from)) / sum
    if (height > rowHeight) continue
    // One frame too many or one too few, whichever lands nearer to the wished height.
    const spill = rowHeight - height > before - rowHeight
    return { top, height: wholePixels(spill ? before : height), from, to: spill ? i : i + 1, full: true, day }
  }
  // A day's last row is blown up only a little; else it keeps the wished height and ends early.
  const full = height <= rowHeight * STRETCH
  return { top, height: wholePixels(full ? height : rowHeight), from, to: end, full, day }
}

function wholePixels(height: number): number {
  return Math.max(1, Math.round(height))
}

/** Whole-pixel places of a row's frames; a full row ends exactly at the width. */
export function cells(layout: Layout, row: Row): Cell[] {
  const { width, gap } = layout.measure
  let sum = 0
  for (let i = row.from; i < row.to; i++) sum += layout.ratios[i]!
  // Row heights are whole pixels, so a full row takes its scale from the width instead.
  const unit = row.full ? (width - gap * (row.to - row.from - 1)) / sum : row.height
  const out: Cell[] = []
  let edge = 0
  for (let i = row.from; i < row.to; i++) {
    const left = Math.round(edge)
    edge += layout.ratios[i]! * unit
    out.push({ index: i, left: left + gap * (i - row.from), width: Math.round(edge) - left })
  }
  return out
}

/** Index of the last row that begins at or above an offset; 0 when none does. */
export function rowAt(layout: Layout, offset: number): number {
  return lastAtOrBelow(layout.rows.length, (i) => layout.rows[i]!.top <= offset)
}

/** Index of the row that holds a frame. */
export function rowOf(layout: Layout, frame: number): number {
  return lastAtOrBelow(layout.rows.length, (i) => layout.rows[i]!.from <= frame)
}

function lastAtOrBelow(count: number, holds: (i: number) => boolean): number {
  let low = 0
  let high = count - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (holds(middle)) low = middle
    else high = middle - 1
  }
  return low
}

/**
 * Rows to draw for a window on the layout: those inside it, then as many around as fit under `most`
 * frames, at most one window above and below. Returns `[from, to)`.
 */
export function visibleRows(layout: Layout, top: number, height: number, most: number): [number, number] {
  const { rows } = layout
  if (rows.length === 0) return [0, 0]
  let from = rowAt(layout, top)
  let to = from
  let drawn = 0
  const count = (i: number) => rows[i]!.to - rows[i]!.from
  while (to < rows.length && rows[to]!.top < top + height && drawn + count(to) <= most) drawn += count(to++)
  if (to === from) drawn += count(to++)
  for (;;) {
    const below = to < rows.length && rows[to]!.top < top + height * 2 && drawn + count(to) <= most
    if (below) drawn += count(to++)
    const above = from > 0 && rows[from - 1]!.top > top - height && drawn + count(from - 1) <= most
    if (above) drawn += count(--from)
    if (!below && !above) return [from, to]
  }
}

/** The frame one step away, or the same frame at an edge. Up and down go to the nearest middle. */
export function neighbour(layout: Layout, frame: number, step: Step): number {
  const last = layout.ratios.length - 1
  if (step === 'left') return Math.max(0, frame - 1)
  if (step === 'right') return Math.min(last, frame + 1)
  const here = rowOf(layout, frame)
  const there = here + (step === 'down' ? 1 : -1)
  const row = layout.rows[there]
  if (!row) return frame
  const own = cells(layout, layout.rows[here]!).find((cell) => cell.index === frame)
  if (!own) return frame
  const middle = own.left + own.width / 2
  const distance = (cell: Cell) => Math.abs(cell.left + cell.width / 2 - middle)
  return cells(layout, row).reduce((best, cell) => (distance(cell) < distance(best) ? cell : best)).index
}
