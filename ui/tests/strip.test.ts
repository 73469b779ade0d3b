import { describe, expect, it } from 'vitest'
import { between, edges, frameWidth } from '../src/features/viewer/strip'

describe('the filmstrip', () => {
  it('gives each frame the width of its shape, within bounds', () => {
    expect(frameWidth({ width: 1024, height: 1024 })).toBe(62)
    expect(frameWidth({ width: 10, height: 1 })).toBe(149)
    expect(frameWidth({ width: 1, height: 10 })).toBe(31)
    expect(frameWidth(undefined)).toBe(62)
  })

  it('draws the frames in sight and no others, however many there are', () => {
    const many = edges(Array.from({ length: 250_000 }, () => 62))
    expect(many).toHaveLength(250_001)
    const [from, to] = between(many, 66_000, 67_500)
    expect([from, to]).toEqual([999, 1023])
    expect(many[from]! <= 66_000 && many[to]! >= 67_500).toBe(true)
    expect(between(many, -400, 1000)[0]).toBe(0)
    expect(between(many, many.at(-1)! + 1, many.at(-1)! + 9)).toEqual([250_000, 250_000])
  })

  it('stands empty where there is nothing', () => {
    expect(between(edges([]), 0, 100)).toEqual([0, 0])
  })
})
