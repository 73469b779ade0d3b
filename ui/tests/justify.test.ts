import { describe, expect, it } from 'vitest'
import {
  cells,
  justify,
  neighbour,
  rowAt,
  rowOf,
  visibleRows,
  type Frame,
  type Measure,
} from '../src/lib/justify'

/** Node's own; the tests run there. */
declare const process: {
  cpuUsage(since?: { user: number; system: number }): { user: number; system: number }
}

const measure: Measure = { width: 1000, rowHeight: 200, gap: 4, heading: 46 }

/** The same ratios on every machine: a small linear congruence. */
function frames(count: number, perDay: number): Frame[] {
  const shapes = [1, 16 / 9, 9 / 16, 3 / 2, 4 / 5, 21 / 9]
  let state = 7
  return Array.from({ length: count }, (_, i) => {
    state = (state * 1103515245 + 12345) % 2147483648
    return { ratio: shapes[state % shapes.length]!, day: `day ${Math.floor(i / perDay)}` }
  })
}

describe('justify', () => {
  it('fills each row to the width and leaves the last of a day at the wished height', () => {
    const square = Array.from({ length: 7 }, () => ({ ratio: 1, day: 'a' }))
    const layout = justify(square, measure)
    expect(layout.rows).toEqual([
      { top: 46, height: 197, from: 0, to: 5, full: true, day: 0 },
      { top: 247, height: 200, from: 5, to: 7, full: false, day: 0 },
    ])
    expect(layout.days).toEqual([{ key: 'a', top: 0, from: 0, to: 2, count: 7 }])
    expect(layout.height).toBe(451)
    expect(cells(layout, layout.rows[0]!)).toEqual([
      { index: 0, left: 0, width: 197 },
      { index: 1, left: 201, width: 197 },
      { index: 2, left: 402, width: 196 },
      { index: 3, left: 602, width: 197 },
      { index: 4, left: 803, width: 197 },
    ])
    expect(cells(layout, layout.rows[1]!)).toEqual([
      { index: 5, left: 0, width: 200 },
      { index: 6, left: 204, width: 200 },
    ])
  })

  it('never mixes two days in a row and begins each day under its heading', () => {
    const layout = justify(frames(60, 13), measure)
    expect(layout.days.map((day) => day.count)).toEqual([13, 13, 13, 13, 8])
    for (const day of layout.days) {
      const own = layout.rows.slice(day.from, day.to)
      expect(own[0]!.top).toBe(day.top + measure.heading)
      expect(own.reduce((sum, row) => sum + row.to - row.from, 0)).toBe(day.count)
    }
  })

  it('covers every frame once, rows one gap apart, full rows flush, heights near the wish', () => {
    const layout = justify(frames(2000, 90), measure)
    let next = 0
    for (const [i, row] of layout.rows.entries()) {
      expect(row.from).toBe(next)
      next = row.to
      const places = cells(layout, row)
      const last = places[places.length - 1]!
      if (row.full) expect(last.left + last.width).toBe(measure.width)
      else expect(last.left + last.width).toBeLessThan(measure.width)
      for (let k = 1; k < places.length; k++) {
        expect(places[k]!.left - places[k - 1]!.left - places[k - 1]!.width).toBe(measure.gap)
      }
      expect(row.height).toBeGreaterThan(measure.rowHeight * 0.6)
      expect(row.height).toBeLessThan(measure.rowHeight * 1.5)
      const after = layout.rows[i + 1]
      if (after?.day === row.day) expect(after.top).toBe(row.top + row.height + measure.gap)
    }
    expect(next).toBe(2000)
  })

  it('takes a file without a known size as square and crops slivers and panoramas', () => {
    const odd = [0, NaN, Infinity, -2, 0.01, 40].map((ratio) => ({ ratio, day: 'a' }))
    expect(Array.from(justify(odd, measure).ratios)).toEqual([1, 1, 1, 1, 0.4, 4])
  })

  it('is empty without frames', () => {
    const layout = justify([], measure)
    expect([layout.rows, layout.days, layout.height]).toEqual([[], [], 0])
    expect(visibleRows(layout, 0, 800, 200)).toEqual([0, 0])
  })

  it('lays out 100,000 frames within a frame of the screen', () => {
    const many = frames(100_000, 140)
    justify(many, measure)
    const took = Array.from({ length: 25 }, () => {
      const start = process.cpuUsage()
      justify(many, { ...measure, width: 1040 })
      const { user, system } = process.cpuUsage(start)
      return (user + system) / 1000
    })
    // Time of this process only, in µs; the fastest run says what the work costs.
    expect(Math.min(...took)).toBeLessThan(16)
  })
})

describe('what stands in the window', () => {
  const layout = justify(frames(5000, 140), { ...measure, rowHeight: 96 })

  it('finds rows by offset and by frame', () => {
    for (const [i, row] of layout.rows.entries()) {
      expect(rowAt(layout, row.top)).toBe(i)
      expect(rowOf(layout, row.from)).toBe(i)
      expect(rowOf(layout, row.to - 1)).toBe(i)
    }
    expect(rowAt(layout, -50)).toBe(0)
    expect(rowAt(layout, layout.height + 50)).toBe(layout.rows.length - 1)
  })

  it('draws every row of the window and at most 200 frames', () => {
    for (let top = 0; top < layout.height; top += 333) {
      const [from, to] = visibleRows(layout, top, 900, 200)
      const drawn = layout.rows[to - 1]!.to - layout.rows[from]!.from
      expect(drawn).toBeLessThanOrEqual(200)
      expect(layout.rows[from]!.top).toBeLessThanOrEqual(Math.max(top, 46))
      expect(to === layout.rows.length || layout.rows[to]!.top >= top + 900).toBe(true)
    }
  })
})

describe('neighbour', () => {
  const square = Array.from({ length: 12 }, (_, i) => ({ ratio: 1, day: i < 7 ? 'a' : 'b' }))
  const layout = justify(square, measure)

  it('walks in reading order and stops at the ends', () => {
    expect(neighbour(layout, 4, 'right')).toBe(5)
    expect(neighbour(layout, 5, 'left')).toBe(4)
    expect(neighbour(layout, 0, 'left')).toBe(0)
    expect(neighbour(layout, 11, 'right')).toBe(11)
  })

  it('goes to the nearest middle above and below, across days', () => {
    expect(neighbour(layout, 4, 'down')).toBe(6)
    expect(neighbour(layout, 6, 'down')).toBe(8)
    expect(neighbour(layout, 8, 'up')).toBe(6)
    expect(neighbour(layout, 6, 'up')).toBe(1)
    expect(neighbour(layout, 2, 'up')).toBe(2)
    expect(neighbour(layout, 9, 'down')).toBe(9)
  })
})
