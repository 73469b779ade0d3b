// What stands in the gallery's window: the layout of the view, and the few prints that are drawn.
import { untrack } from 'svelte'
import { cells, dayOfRow, layOut, neighbour, rowAt, rowOf, rowOfLayout, visibleRows } from '../../lib/justify'
import type { Cell, Layout, Measure, Row, Step } from '../../lib/justify'
import { ScrollSpace } from '../../lib/scrollspace'
import { inSlices } from '../../lib/slices'
import { placeOf, stacking } from '../../lib/stacks'
import { dayEnd, dayOf, EMPTY_VIEW, isGrouped, type View } from '../../lib/view'

/** Frames in the DOM at most; the row that holds the focus may come on top. */
const MOST_DRAWN = 176
/** Prints on each side of what is drawn whose rows are read as well. */
const AHEAD = 120
const GAP = 4
const HEADING = 46
/** Above the first row where there are no days. */
const NO_HEADING = 16
/** Below the last row: room for the bar of what is chosen. */
const FOOT = 84
/** Room kept free above and below a frame that is scrolled to, for its focus ring. */
const MARGIN = 12
/** Scrolled less than this counts as being at the top. */
const AT_TOP = 8

export const LOWEST_ROW = 96
export const HIGHEST_ROW = 420

export interface DrawnRow {
  /** Place among all rows. */
  index: number
  row: Row
  cells: Cell[]
}

export interface DrawnDay {
  /** Index into the view's days. */
  day: number
  /** px from the top of the whole. */
  top: number
  firstRow: number
  rowCount: number
  rows: DrawnRow[]
}

/** What was looked at, to come back to. */
export interface Spot {
  depth: number
  seq: number | null
}

export class Grid {
  /** Inner size of the window, px. */
  width = $state(0)
  height = $state(0)
  rowHeight = $state(220)
  uniform = $state(false)
  /** The view that is laid out; the newest one may still be under way. */
  view = $state.raw<View>(EMPTY_VIEW)
  layout = $state.raw<Layout | null>(null)
  /** px of the whole above the window, and how much of it the scrolled element leaves out. */
  depth = $state(0)
  shift = $state(0)
  /** Height of the scrolled element, px. */
  tall = $state(0)
  /** Place in the view of the print that the keys act on. */
  place = $state(0)
  /** A `scrollTop` that the element must be put to; a new object each time. */
  go = $state.raw<{ top: number } | null>(null)
  readonly #space = new ScrollSpace()
  #key = ''
  #spot: Spot | null = null
  #stop = () => {}
  /** The view that was stacked last, and what came of it: another width does not stack it again. */
  #stacked: { view: View; open: ReadonlySet<number>; shown: View } | null = null

  readonly active = $derived(this.view.seqs[this.place] ?? null)
  readonly grouped = $derived(isGrouped(this.view))
  readonly #window = $derived(
    this.layout ? visibleRows(this.layout, this.depth, this.height, MOST_DRAWN) : ([0, 0] as const),
  )
  readonly drawn: DrawnDay[] = $derived.by(() => {
    const layout = this.layout
    if (!layout || layout.rows === 0) return []
    const [from, to] = this.#window
    // The row with the focus stays in the DOM, or scrolling would drop the focus.
    const kept = rowOf(layout, this.place)
    const rows = Array.from({ length: to - from }, (_, i) => from + i)
    if (kept < from) rows.unshift(kept)
    else if (kept >= to) rows.push(kept)
    return byDay(layout, rows)
  })
  /** The prints whose rows are to be there, those that are drawn first. */
  readonly wished: number[] = $derived.by(() => {
    const layout = this.layout
    if (!layout || layout.rows === 0) return []
    const [from, to] = this.#window
    const [first, end] = [layout.froms[from]!, layout.froms[to]!]
    const part = (from: number, to: number) => this.view.seqs.subarray(Math.max(0, from), to)
    const seqs = [...part(first, end), ...part(end, end + AHEAD), ...part(first - AHEAD, first)]
    if (this.active !== null) seqs.unshift(this.active)
    return seqs
  })

  /** Where a row stands in the scrolled element; one kept far away for its focus does not make it longer. */
  topOf(row: Row): number {
    return Math.max(-row.height - FOOT, Math.min(row.top - this.shift, this.tall - row.height))
  }

  /** Where to begin once the first view is laid out. */
  startAt(spot: Spot): void {
    this.#spot = spot
  }

  /**
   * Lays a view out, on stacks but for the open ones where `open` is given. `key` tells whose view it is: with
   * another one the window goes back to the top. What is shown stays until all of it stands.
   */
  lay(view: View, key: string, open: ReadonlySet<number> | null = null): void {
    const { width, rowHeight, uniform } = this
    if (width <= 0) return
    const heading = isGrouped(view) ? HEADING : NO_HEADING
    const measure: Measure = { width, rowHeight, gap: GAP, heading, uniform }
    this.#stop()
    this.#stop = inSlices(this.#lay(view, measure, open), ([shown, layout]) =>
      untrack(() => this.#take(shown, layout, key)),
    )
  }

  *#lay(view: View, measure: Measure, open: ReadonlySet<number> | null): Generator<void, [View, Layout]> {
    const shown = open ? yield* this.#stack(view, open) : view
    return [shown, yield* layOut(shown, measure)]
  }

  *#stack(view: View, open: ReadonlySet<number>): Generator<void, View> {
    const last = this.#stacked
    if (last?.view === view && last.open === open) return last.shown
    const shown = yield* stacking(view, open)
    this.#stacked = { view, open, shown }
    return shown
  }

  #take(view: View, layout: Layout, key: string): void {
    const isOther = key !== this.#key
    const { active } = this
    const anchor = isOther ? null : this.#anchor()
    this.#key = key
    this.view = view
    this.layout = layout
    this.#measure()
    let depth = 0
    if (this.#spot) {
      depth = this.#spot.depth
      this.place = this.#placeOf(this.#spot.seq)
      if (view.seqs.length > 0) this.#spot = null
    } else if (isOther) this.place = 0
    else {
      this.place = this.#placeOf(active)
      if (anchor) depth = layout.tops[rowOf(layout, this.#placeOf(anchor.seq, anchor.place))]! - anchor.above
    }
    this.#goTo(depth)
  }

  /** The first print in the window, or the active one when it is there: it stays where it is. */
  #anchor(): { seq: number; place: number; above: number } | null {
    const { layout } = this
    if (!layout || layout.rows === 0 || this.depth <= AT_TOP) return null
    const inWindow = (row: number) =>
      layout.tops[row]! + layout.heights[row]! > this.depth && layout.tops[row]! < this.depth + this.height
    const own = rowOf(layout, this.place)
    const row = inWindow(own) ? own : rowAt(layout, this.depth)
    const place = inWindow(own) ? this.place : layout.froms[row]!
    return { seq: this.view.seqs[place]!, place, above: layout.tops[row]! - this.depth }
  }

  /** Where a print is now; when it is gone, where it was, or the last one. */
  #placeOf(seq: number | null, before = this.place): number {
    const at = seq === null ? -1 : placeOf(this.view, seq)
    return at >= 0 ? at : Math.max(0, Math.min(before, this.view.seqs.length - 1))
  }

  #measure(): void {
    this.#space.measure((this.layout?.height ?? 0) + FOOT, this.height)
    this.tall = this.#space.height
  }

  /** The window has another height. */
  resized(height: number): void {
    this.height = height
    this.#measure()
  }

  #goTo(depth: number): void {
    const top = this.#space.to(depth)
    this.#read()
    this.go = { top }
  }

  #read(): void {
    this.depth = this.#space.depth
    this.shift = this.#space.shift
  }

  /** The element was scrolled. */
  scrolled(top: number): void {
    const other = this.#space.moved(top)
    this.#read()
    if (other !== null) this.go = { top: other }
  }

  /** Scrolling rests. */
  settle(): void {
    const top = this.#space.settle()
    this.#read()
    if (top !== null) this.go = { top }
  }

  activate(place: number): void {
    this.place = place
  }

  move(step: Step): void {
    if (this.layout && this.view.seqs.length > 0) this.place = neighbour(this.layout, this.place, step)
  }

  /** Moves, and keeps the active print in the window. */
  look(step: Step): void {
    this.move(step)
    this.reveal()
  }

  toFirst(): void {
    this.place = 0
  }

  toLast(): void {
    this.place = Math.max(0, this.view.seqs.length - 1)
  }

  /** One window up (-1) or down (1). */
  page(direction: number): void {
    const { layout } = this
    if (!layout || layout.rows === 0) return
    const row = rowOfLayout(layout, rowOf(layout, this.place))
    const there = rowOfLayout(layout, rowAt(layout, row.top + direction * this.height))
    this.place = Math.min(there.from + this.place - row.from, there.to - 1)
  }

  /** Goes to a day's heading; its first print becomes the active one. */
  toDay(day: number): void {
    const { layout } = this
    if (!layout || day < 0 || day >= layout.dayTops.length) return
    this.place = this.view.starts[day]!
    this.#goTo(layout.dayTops[day]!)
  }

  /** Goes to a depth of the whole, px. */
  toDepth(depth: number): void {
    this.#goTo(depth)
  }

  /** The places of the active print's day, as `[from, to)`. */
  ownDay(): [number, number] {
    if (!this.grouped) return [0, this.view.seqs.length]
    const day = dayOf(this.view, this.place)
    return [this.view.starts[day]!, dayEnd(this.view, day)]
  }

  /** Makes a print the active one and brings it into the window. */
  show(seq: number): void {
    this.place = this.#placeOf(seq)
    this.reveal()
  }

  /** Scrolls just so far that the active print is whole in the window. */
  reveal(): void {
    const { layout } = this
    if (!layout || layout.rows === 0) return
    const index = rowOf(layout, this.place)
    const row = rowOfLayout(layout, index)
    const isFirst = layout.dayRows[dayOfRow(layout, index)] === index
    const top = row.top - (isFirst ? layout.measure.heading : 0) - MARGIN
    const bottom = row.top + row.height + MARGIN
    if (top < this.depth) this.#goTo(top)
    else if (bottom > this.depth + this.height) this.#goTo(Math.min(top, bottom - this.height))
  }

  spot(): Spot {
    return { depth: this.depth, seq: this.active }
  }

  /** Gives up a layout that is under way. */
  close(): void {
    this.#stop()
  }
}

function byDay(layout: Layout, rows: number[]): DrawnDay[] {
  const days: DrawnDay[] = []
  for (const index of rows) {
    const day = dayOfRow(layout, index)
    if (days.at(-1)?.day !== day) {
      const firstRow = layout.dayRows[day]!
      const rowCount = layout.dayRows[day + 1]! - firstRow
      days.push({ day, top: layout.dayTops[day]!, firstRow, rowCount, rows: [] })
    }
    days.at(-1)!.rows.push({ index, row: rowOfLayout(layout, index), cells: cells(layout, index) })
  }
  return days
}
