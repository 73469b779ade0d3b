import { describe, expect, test } from 'vitest'
import { HIGHEST, ScrollSpace } from '../src/lib/scrollspace'

const WHOLE = 40_000_000
const WINDOW = 800

function space(whole = WHOLE): ScrollSpace {
  const made = new ScrollSpace()
  made.measure(whole, WINDOW)
  return made
}

describe('a scroll space', () => {
  test('is the whole where a browser can scroll it', () => {
    const small = space(5000)
    expect(small.height).toBe(5000)
    expect([small.moved(1234), small.depth, small.shift]).toEqual([null, 1234, 0])
    expect([small.moved(4200), small.depth]).toEqual([null, 4200])
    expect(small.to(9999)).toBe(4200)
  })

  test('is no higher than a browser bears, and reaches the end all the same', () => {
    const high = space()
    expect(high.height).toBe(HIGHEST)
    high.moved(HIGHEST - WINDOW)
    expect(high.depth).toBe(WHOLE - WINDOW)
    high.moved(0)
    expect(high.depth).toBe(0)
  })

  test('moves one to one, and jumps to the same share', () => {
    const high = space()
    high.moved(4_000_000)
    const middle = high.depth
    expect(middle / (WHOLE - WINDOW)).toBeCloseTo(4_000_000 / (HIGHEST - WINDOW), 6)
    high.moved(4_000_100)
    expect(high.depth).toBe(middle + 100)
    high.moved(4_000_050)
    expect(high.depth).toBe(middle + 50)
  })

  test('stays at its depth when scrolling rests', () => {
    const high = space()
    high.to(20_000_000)
    const start = high.settle()
    expect(start).toBe(null)
    let top = high.to(20_000_000)
    for (let i = 0; i < 50; i++) high.moved((top += 700))
    expect(high.depth).toBe(20_000_000 + 35_000)
    const rest = high.settle()
    expect(rest).toBe(Math.round((20_035_000 / (WHOLE - WINDOW)) * (HIGHEST - WINDOW)))
    expect(high.depth).toBe(20_035_000)
    high.moved(rest!)
    expect(high.depth).toBe(20_035_000)
  })

  test('makes room at an end of the element that is no end of the whole', () => {
    const high = space()
    let top = high.to(6000)
    expect(top).toBeLessThan(1300)
    top -= 700
    expect([high.moved(top), high.depth]).toEqual([null, 5300])
    const other = high.moved(0)
    expect(high.depth).toBeGreaterThan(4000)
    expect(other).toBeGreaterThan(0)
  })
})
