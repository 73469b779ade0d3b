// What stands in the gallery's window: the layout of all shown prints, and the few that are drawn.
import { untrack } from 'svelte'
import { cells, justify, neighbour, rowAt, rowOf, visibleRows } from '../../lib/justify'
import type { Cell, Day, Frame, Layout, Row, Step } from '../../lib/justify'
import { prints } from '../../state/prints.svelte'

/** Frames in the DOM at most; the row that holds the focus may come on top. */
const MOST_DRAWN = 180
const GAP = 4
const HEADING = 46
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
  day: Day
  /** False while later pages may still add to it. */
  whole: boolean
  rows: DrawnRow[]
}

export class Grid {
  /** Inner size of the window, px. */
  width = $state(0)
  height = $state(0)
  scroll = $state(0)
  rowHeight = $state(220)
  #active = $state<string | null>(null)
  /** The newest print shown while scrolled down; newer ones wait above it. */
  #head = $state<string | null>(null)

  /** How many new prints wait above, so that nothing moves under the eye. */
  readonly held = $derived(this.#head === null ? 0 : Math.max(0, prints.order.indexOf(this.#head)))
  readonly ids = $derived(this.held === 0 ? prints.order : prints.order.slice(this.held))
  readonly #places = $derived(new Map(this.ids.map((id, place) => [id, place])))
  readonly #frames = $derived.by(() => {
    const ids = this.ids
    return untrack(() => ids.map(frameOf))
  })
  readonly layout: Layout = $derived(
    justify(this.#frames, { width: this.width, rowHeight: this.rowHeight, gap: GAP, heading: HEADING }),
  )
  /** The print that the keys act on; the first one until another is chosen. */
  readonly active = $derived(
    this.#active !== null && this.#places.has(this.#active) ? this.#active : (this.ids[0] ?? null),
  )
  readonly place = $derived(this.active === null ? -1 : (this.#places.get(this.active) ?? -1))
  readonly #window = $derived(visibleRows(this.layout, this.scroll, this.height, MOST_DRAWN))
  readonly drawn: DrawnDay[] = $derived.by(() => {
    if (this.width <= 0 || this.layout.rows.length === 0) return []
    const [from, to] = this.#window
    // The row with the focus stays in the DOM, or scrolling would drop the focus.
    const kept = rowOf(this.layout, Math.max(0, this.place))
    const rows = range(from, to)
    if (kept < from) rows.unshift(kept)
    else if (kept >= to) rows.push(kept)
    return this.#byDay(rows)
  })
  /** Whether the end of what is loaded comes near. */
  readonly nearEnd = $derived(this.scroll + this.height * 3 > this.layout.height)

  #byDay(rows: number[]): DrawnDay[] {
    const days: DrawnDay[] = []
    for (const index of rows) {
      const row = this.layout.rows[index]!
      const day = this.layout.days[row.day]!
      const whole = prints.next === null || row.day < this.layout.days.length - 1
      if (days.at(-1)?.day !== day) days.push({ day, whole, rows: [] })
      days.at(-1)!.rows.push({ index, row, cells: cells(this.layout, row) })
    }
    return days
  }

  activate(id: string): void {
    this.#active = id
  }

  scrolled(to: number): void {
    this.scroll = to
    if (to <= AT_TOP) this.#head = null
    else this.#head ??= prints.order[0] ?? null
  }

  /** Shows what waits above. */
  release(): void {
    this.#head = null
  }

  move(step: Step): void {
    if (this.place >= 0) this.#active = this.ids[neighbour(this.layout, this.place, step)]!
  }

  toFirst(): void {
    this.#active = this.ids[0] ?? null
  }

  toLast(): void {
    this.#active = this.ids.at(-1) ?? null
  }

  /** One window up (-1) or down (1). */
  page(direction: number): void {
    if (this.place < 0) return
    const row = this.layout.rows[rowOf(this.layout, this.place)]!
    const there = this.layout.rows[rowAt(this.layout, row.top + direction * this.height)]!
    this.#active = this.ids[Math.min(there.from + this.place - row.from, there.to - 1)]!
  }

  /** Where to scroll so that the active print is whole in the window; null when it is. */
  scrollToActive(): number | null {
    if (this.place < 0) return null
    const index = rowOf(this.layout, this.place)
    const row = this.layout.rows[index]!
    const heading = this.layout.days[row.day]!.from === index ? HEADING : 0
    const top = row.top - heading - MARGIN
    const bottom = row.top + row.height + MARGIN
    if (top < this.scroll) return Math.max(0, top)
    return bottom > this.scroll + this.height ? Math.max(0, Math.min(top, bottom - this.height)) : null
  }

  /** Applies a change of size and answers how far what was looked at has moved, px. */
  resize(change: () => void): number {
    const before = this.layout
    if (before.rows.length === 0) {
      change()
      return 0
    }
    const inWindow = (row: Row) => row.top + row.height > this.scroll && row.top < this.scroll + this.height
    const own = before.rows[rowOf(before, Math.max(0, this.place))]!
    const anchor = inWindow(own) ? this.place : before.rows[rowAt(before, this.scroll)]!.from
    const from = before.rows[rowOf(before, anchor)]!.top
    change()
    return this.layout.rows[rowOf(this.layout, anchor)]!.top - from
  }
}

function frameOf(id: string): Frame {
  const print = prints.table.get(id)
  return { ratio: print && print.height > 0 ? print.width / print.height : 1, day: print?.day ?? '' }
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i)
}
