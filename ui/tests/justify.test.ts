import { describe, expect, it } from 'vitest'
import {
  cells,
  dayAt,
  dayOfRow,
  justify,
  layOut,
  neighbour,
  rowAt,
  rowOf,
  rowOfLayout,
  visibleRows,
  type Frames,
  type Layout,
  type Measure,
} from '../src/lib/justify'

/** Node's own; the tests run there. */
declare const process: {
  cpuUsage(since?: { user: number; system: number }): { user: number; system: number }
}

const measure: Measure = { width: 1000, rowHeight: 200, gap: 4, heading: 46, uniform: false }

/** The same ratios on every machine: a small linear congruence. */
function frames(count: number, perDay: number): Frames {
  const shapes = [1000, 1778, 563, 1500, 800, 2333]
  let state = 7
  const ratios = Uint16Array.from({ length: count }, () => {
    state = (state * 1103515245 + 12345) % 2147483648
    return shapes[state % shapes.length]!
  })
  return { ratios, starts: Uint32Array.from({ length: Math.ceil(count / perDay) }, (_, i) => i * perDay) }
}

function square(count: number, ...starts: number[]): Frames {
  return { ratios: new Uint16Array(count).fill(1000), starts: Uint32Array.from(starts) }
}

const rowsOf = (layout: Layout) => Array.from({ length: layout.rows }, (_, i) => rowOfLayout(layout, i))

/** The same rows with nothing but lists and numbers: what the typed arrays must come to. */
function plainly({ ratios, starts }: Frames, { width, rowHeight, gap, heading }: Measure) {
  const rows: { top: number; height: number; from: number; to: number }[] = []
  let top = 0
  starts.forEach((start, day) => {
    const end = starts[day + 1] ?? ratios.length
    top += heading
    let from = start
    while (from < end) {
      const heightOf = (to: number) => {
        const shapes = Array.from(ratios.slice(from, to), (r) => Math.min(4, Math.max(0.4, r / 1000)))
        return (width - gap * (to - from - 1)) / shapes.reduce((sum, shape) => sum + shape, 0)
      }
      let to = from + 1
      while (to < end && heightOf(to) > rowHeight) to++
      let height = heightOf(to)
      if (height > rowHeight) height = height <= rowHeight * 1.2 ? height : rowHeight
      else if (to - from > 1 && rowHeight - height > heightOf(to - 1) - rowHeight) height = heightOf(--to)
      rows.push({ top, height: Math.max(1, Math.round(height)), from, to })
      top += rows.at(-1)!.height + gap
      from = to
    }
  })
  return { rows, height: top }
}

describe('justify', () => {
  it('fills each row to the width and leaves the last of a day at the wished height', () => {
    const layout = justify(square(7, 0), measure)
    expect(rowsOf(layout)).toEqual([
      { top: 46, height: 197, from: 0, to: 5, full: true },
      { top: 247, height: 200, from: 5, to: 7, full: false },
    ])
    expect([[...layout.dayTops], [...layout.dayRows], layout.height]).toEqual([[0], [0, 2], 451])
    expect(cells(layout, 0)).toEqual([
      { index: 0, left: 0, width: 197 },
      { index: 1, left: 201, width: 197 },
      { index: 2, left: 402, width: 196 },
      { index: 3, left: 602, width: 197 },
      { index: 4, left: 803, width: 197 },
    ])
    expect(cells(layout, 1)).toEqual([
      { index: 5, left: 0, width: 200 },
      { index: 6, left: 204, width: 200 },
    ])
  })

  it('comes to the same rows as plain sums over lists', () => {
    for (const rowHeight of [96, 200, 420]) {
      const some = frames(3000, 37)
      const own = { ...measure, rowHeight }
      const layout = justify(some, own)
      const plain = plainly(some, own)
      expect(rowsOf(layout).map(({ top, height, from, to }) => ({ top, height, from, to }))).toEqual(
        plain.rows,
      )
      expect(layout.height).toBe(plain.height)
    }
  })

  it('lays out a million prints in slices, each row after the other and each print once', () => {
    const many = frames(1_000_000, 700)
    const work = layOut(many, measure)
    let slices = 1
    let step = work.next()
    for (; !step.done; step = work.next()) slices++
    const layout = step.value
    expect(slices).toBe(62)
    let top = 0
    let frame = 0
    for (let day = 0, row = 0; day < many.starts.length; day++) {
      expect(layout.dayTops[day]).toBe(top)
      top += measure.heading
      for (; row < layout.dayRows[day + 1]!; row++) {
        // Plain comparisons: an assertion for each of 200,000 rows takes minutes.
        if (layout.tops[row] !== top || layout.froms[row] !== frame) throw new Error(`row ${row}`)
        frame = layout.froms[row + 1]!
        top += layout.heights[row]! + measure.gap
      }
      if (frame !== (many.starts[day + 1] ?? 1_000_000)) throw new Error(`day ${day}`)
    }
    expect([layout.height, frame]).toEqual([top, 1_000_000])
    // Its first days are what the plain reference makes of them alone.
    const first = { ratios: many.ratios.subarray(0, 2800), starts: many.starts.subarray(0, 4) }
    expect(plainly(first, measure).rows.map((row) => row.top)).toEqual([
      ...layout.tops.subarray(0, layout.dayRows[4]!),
    ])
  })

  it('lays out 250,000 frames within a frame of the screen', () => {
    const many = frames(250_000, 140)
    justify(many, measure)
    const took = Array.from({ length: 25 }, () => {
      const start = process.cpuUsage()
      justify(many, { ...measure, width: 1040 })
      const { user, system } = process.cpuUsage(start)
      return (user + system) / 1000
    })
    // Time of this process only, in ms; the fastest run says what the work costs.
    expect(Math.min(...took)).toBeLessThan(16)
  })

  it('covers every frame once, rows one gap apart, full rows flush, heights near the wish', () => {
    const layout = justify(frames(2000, 90), measure)
    let next = 0
    rowsOf(layout).forEach((row, i) => {
      expect(row.from).toBe(next)
      next = row.to
      const places = cells(layout, i)
      const last = places.at(-1)!
      if (row.full) expect(last.left + last.width).toBe(measure.width)
      else expect(last.left + last.width).toBeLessThan(measure.width)
      for (let k = 1; k < places.length; k++) {
        expect(places[k]!.left - places[k - 1]!.left - places[k - 1]!.width).toBe(measure.gap)
      }
      expect(row.height).toBeGreaterThan(measure.rowHeight * 0.6)
      expect(row.height).toBeLessThan(measure.rowHeight * 1.5)
    })
    expect(next).toBe(2000)
  })

  it('makes squares of one size where that is asked for', () => {
    const layout = justify(frames(23, 12), { ...measure, uniform: true })
    expect(rowsOf(layout).map((row) => [row.to - row.from, row.height, row.full])).toEqual([
      [4, 247, true],
      [4, 247, true],
      [4, 247, true],
      [4, 247, true],
      [4, 247, true],
      [3, 247, false],
    ])
    expect(cells(layout, 0).map(({ left, width }) => [left, width])).toEqual([
      [0, 247],
      [251, 247],
      [502, 247],
      [753, 247],
    ])
    expect(cells(layout, 5).at(-1)).toEqual({ index: 22, left: 502, width: 247 })
  })

  it('crops slivers and panoramas', () => {
    const odd = { ratios: Uint16Array.from([1, 65535, 1000]), starts: Uint32Array.from([0]) }
    expect(cells(justify(odd, { ...measure, width: 4000 }), 0).map(({ width }) => width)).toEqual([
      80, 800, 200,
    ])
  })

  it('is empty without frames', () => {
    const layout = justify({ ratios: new Uint16Array(), starts: new Uint32Array() }, measure)
    expect([layout.rows, layout.dayTops.length, layout.height]).toEqual([0, 0, 0])
    expect(visibleRows(layout, 0, 800, 200)).toEqual([0, 0])
  })
})

describe('what stands in the window', () => {
  const layout = justify(frames(5000, 140), { ...measure, rowHeight: 96 })

  it('finds rows by offset and by frame, and their days', () => {
    rowsOf(layout).forEach((row, i) => {
      expect(rowAt(layout, row.top)).toBe(i)
      expect(rowOf(layout, row.from)).toBe(i)
      expect(rowOf(layout, row.to - 1)).toBe(i)
      expect(dayOfRow(layout, i)).toBe(Math.floor(row.from / 140))
      expect(dayAt(layout, row.top)).toBe(Math.floor(row.from / 140))
    })
    expect(rowAt(layout, -50)).toBe(0)
    expect(rowAt(layout, layout.height + 50)).toBe(layout.rows - 1)
  })

  it('draws every row of the window and at most 200 frames', () => {
    for (let top = 0; top < layout.height; top += 333) {
      const [from, to] = visibleRows(layout, top, 900, 200)
      expect(layout.froms[to]! - layout.froms[from]!).toBeLessThanOrEqual(200)
      expect(layout.tops[from]!).toBeLessThanOrEqual(Math.max(top, 46))
      expect(to === layout.rows || layout.tops[to]! >= top + 900).toBe(true)
    }
  })
})

describe('neighbour', () => {
  const layout = justify(square(12, 0, 7), measure)

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
