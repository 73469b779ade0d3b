import { describe, expect, test } from 'vitest'
import { moved, partOf } from '../src/lib/crop'
import { isPainted, type Step } from '../src/lib/masking'

const middle = { x: 0.5, y: 0.5, zoom: 1 }

describe('a crop', () => {
  test('is the largest part of the ratio, in the middle', () => {
    expect(partOf(1600, 900, 1, middle)).toEqual({ x: 350, y: 0, width: 900, height: 900 })
    expect(partOf(900, 1600, 16 / 9, middle)).toEqual({ x: 0, y: 547, width: 900, height: 506 })
  })

  test('stays inside of the picture wherever one looks', () => {
    expect(partOf(1600, 900, 1, { x: 0, y: 2, zoom: 2 })).toEqual({ x: 0, y: 450, width: 450, height: 450 })
    expect(partOf(10, 10, 2, { ...middle, zoom: 100 })).toEqual({ x: 0, y: 3, width: 10, height: 5 })
  })

  test('is moved by shares of itself, and not beyond the edge', () => {
    const right = moved(1600, 900, 1, middle, 0.1, 0)
    expect(partOf(1600, 900, 1, right).x).toBe(440)
    const end = moved(1600, 900, 1, middle, 9, 0)
    expect(partOf(1600, 900, 1, moved(1600, 900, 1, end, -0.1, 0)).x).toBe(610)
  })
})

describe('a mask', () => {
  const dab = (kind: 'paint' | 'erase'): Step => ({ kind, size: 9, points: [{ x: 1, y: 1 }] })

  test('is painted when something was painted since it was last cleared', () => {
    expect(isPainted([])).toBe(false)
    expect(isPainted([dab('erase')])).toBe(false)
    expect(isPainted([dab('paint')])).toBe(true)
    expect(isPainted([dab('paint'), { kind: 'clear' }])).toBe(false)
    expect(isPainted([{ kind: 'clear' }, { kind: 'invert' }])).toBe(true)
  })
})
