import { afterEach, describe, expect, test, vi } from 'vitest'
import { Grid } from '../src/features/gallery/grid.svelte'
import { stacked } from '../src/lib/stacks'
import { decodeView, type View } from '../src/lib/view'
import { viewBytes } from './fixtures/view'

const PER_DAY = 50

/** Newest first; the takes have two prints each where they are told. */
function viewOf(count: number, told = false): View {
  const prints = Array.from({ length: count }, (_, i) => {
    const seq = count - i
    return { seq, ratio: [1000, 1778, 563][seq % 3]!, ...(told ? { stack: seq - (seq % 2) + 1 } : {}) }
  })
  const days = Array.from({ length: Math.ceil(count / PER_DAY) }, (_, day) => ({
    day: 20_000 - day,
    prints: prints.slice(day * PER_DAY, (day + 1) * PER_DAY),
  }))
  return decodeView(viewBytes(days))
}

function gridOf(width: number): Grid {
  const grid = new Grid()
  grid.width = width
  grid.resized(800)
  return grid
}

/** Every look at the clock finds the time of a task over. */
function slowly(): void {
  let now = 0
  vi.spyOn(performance, 'now').mockImplementation(() => (now += 100))
}

/** The first print of the first row that is whole in the window. */
function firstSeen(grid: Grid): number {
  const rows = grid.drawn.flatMap((day) => day.rows)
  return rows.find(({ row }) => row.top >= grid.depth)!.cells[0]!.index
}
/** Where a print stands, px below the top of the window. */
function heightOf(grid: Grid, seq: number): number {
  for (const { rows } of grid.drawn)
    for (const { row, cells } of rows)
      if (cells.some((cell) => grid.view.seqs[cell.index] === seq)) return row.top - grid.depth
  return NaN
}

afterEach(() => vi.restoreAllMocks())

describe('the grid', () => {
  test('wishes for what is drawn before what lies around it', () => {
    const grid = gridOf(1000)
    grid.lay(viewOf(3000), 'a')
    grid.toDepth(20_000)
    grid.activate(firstSeen(grid))
    const drawn = grid.drawn.flatMap(({ rows }) =>
      rows.flatMap(({ cells }) => cells.map((cell) => grid.view.seqs[cell.index]!)),
    )
    expect(grid.wished[0]).toBe(grid.active)
    expect(grid.wished.slice(1, drawn.length + 1)).toEqual(drawn)
    expect(new Set(grid.wished).size).toBe(drawn.length + 240)
  })

  test('keeps what it shows until another width stands, and what was looked at where it was', async () => {
    const grid = gridOf(1000)
    const view = viewOf(60_000)
    grid.lay(view, 'a')
    await vi.waitFor(() => expect(grid.layout?.frames).toBe(view))
    grid.toDepth(90_000)
    grid.activate(firstSeen(grid))
    const seen = grid.active!
    const before = [grid.layout, heightOf(grid, seen)]
    slowly()
    grid.width = 700
    grid.lay(view, 'a')
    expect([grid.layout, heightOf(grid, seen)]).toEqual(before)
    await vi.waitFor(() => expect(grid.layout?.measure.width).toBe(700))
    expect([grid.active, heightOf(grid, seen)]).toEqual([seen, before[1]])
  })

  test('drops a layout that another one overtakes', async () => {
    const grid = gridOf(1000)
    slowly()
    grid.lay(viewOf(60_000), 'old')
    const newer = viewOf(40_000)
    grid.lay(newer, 'new')
    await vi.waitFor(() => expect(grid.layout).not.toBeNull())
    expect(grid.view).toBe(newer)
    await new Promise((on) => setTimeout(on, 20))
    expect(grid.view).toBe(newer)
  })

  test('shifts nothing when the rest of a view comes', async () => {
    const grid = gridOf(1000)
    const all = viewOf(30_000)
    const first = { ...all, seqs: all.seqs.subarray(0, 1000), ratios: all.ratios.subarray(0, 1000) }
    grid.lay({ ...first, days: all.days.subarray(0, 20), starts: all.starts.subarray(0, 20) }, 'a')
    grid.toDepth(3000)
    const before = JSON.stringify(grid.drawn)
    slowly()
    grid.lay(all, 'a')
    await vi.waitFor(() => expect(grid.view).toBe(all))
    expect([grid.depth, JSON.stringify(grid.drawn)]).toEqual([3000, before])
  })

  test('stacks in slices as at once, and not again for another width', async () => {
    const grid = gridOf(1000)
    const view = viewOf(20_000, true)
    const open = new Set([19_999])
    slowly()
    grid.lay(view, 'a', open)
    expect(grid.layout).toBeNull()
    await vi.waitFor(() => expect(grid.layout).not.toBeNull())
    const { tiles, seqs } = stacked(view, open)
    expect(grid.view.seqs).toEqual(seqs)
    expect(grid.view.tiles).toEqual(tiles)
    const shown = grid.view
    grid.width = 700
    grid.lay(view, 'a', open)
    await vi.waitFor(() => expect(grid.layout?.measure.width).toBe(700))
    expect(grid.view).toBe(shown)
  })
})
