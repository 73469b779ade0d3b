import { describe, expect, it } from 'vitest'
import {
  actualTimes,
  fitScale,
  panned,
  percent,
  placed,
  reaches,
  WHOLE,
  within,
  zoomedAt,
  type Ground,
} from '../src/kit/zoom'

const ground: Ground = {
  picture: { width: 2000, height: 1000 },
  desk: { width: 500, height: 500 },
  density: 1,
}

describe('fitting', () => {
  it('shows the whole picture in the middle', () => {
    expect(fitScale(ground)).toBe(0.25)
    expect(placed(WHOLE, ground)).toEqual({ left: 0, top: 125, width: 500, height: 250 })
    expect(percent(WHOLE, ground)).toBe(25)
  })

  it('never draws a small picture larger than it is', () => {
    const small = { ...ground, picture: { width: 100, height: 50 } }
    expect(placed(WHOLE, small)).toEqual({ left: 200, top: 225, width: 100, height: 50 })
    expect(percent(WHOLE, small)).toBe(100)
  })

  it('says nothing of a desk or picture without a size', () => {
    expect(fitScale({ ...ground, desk: { width: 0, height: 0 } })).toBe(0)
    expect(actualTimes({ ...ground, picture: { width: 0, height: 0 } })).toBe(1)
  })
})

describe('100 %', () => {
  it('puts a picture pixel on each screen pixel, also on a dense screen', () => {
    const dense = { ...ground, density: 2 }
    const look = within({ ...WHOLE, times: actualTimes(dense) }, dense)
    expect(percent(look, dense)).toBe(100)
    expect(placed(look, dense)).toMatchObject({ width: 1000, height: 500 })
  })

  it('stands on whole screen pixels, so that it stays crisp', () => {
    const odd = { ...ground, picture: { width: 1001, height: 701 }, desk: { width: 500, height: 500 } }
    const look = within({ times: actualTimes(odd), x: 0.3333, y: 0.7777 }, odd)
    const { left, top, width, height } = placed(look, odd)
    for (const px of [left, top, width, height]) expect(px).toBe(Math.round(px))
    expect([width, height]).toEqual([1001, 701])
  })
})

describe('zooming at a point', () => {
  it('keeps what lies under the point where it is', () => {
    const at = { x: 400, y: 200 }
    const share = (look: typeof WHOLE) => {
      const box = placed(look, ground)
      return [(at.x - box.left) / box.width, (at.y - box.top) / box.height]
    }
    const before = share(WHOLE)
    const look = zoomedAt(WHOLE, 4, at, ground)
    expect(look.times).toBe(4)
    share(look).forEach((place, i) => expect(place).toBeCloseTo(before[i]!, 2))
  })

  it('goes no closer than eight screen pixels a picture pixel and no further than fitted', () => {
    expect(zoomedAt(WHOLE, 1e6, { x: 0, y: 0 }, ground).times).toBe(32)
    expect(zoomedAt(WHOLE, 0.1, { x: 0, y: 0 }, ground)).toEqual(WHOLE)
  })
})

describe('moving', () => {
  it('ends where the picture ends', () => {
    const close = within({ times: 4, x: 0.5, y: 0.5 }, ground)
    const far = panned(close, 1e6, -1e6, ground)
    expect(placed(far, ground)).toEqual({ left: 0, top: -500, width: 2000, height: 1000 })
  })

  it('knows which ways the picture reaches beyond the desk', () => {
    expect(reaches(WHOLE, ground)).toEqual({ x: false, y: false })
    expect(reaches({ ...WHOLE, times: 1.5 }, ground)).toEqual({ x: true, y: false })
    expect(reaches({ ...WHOLE, times: 4 }, ground)).toEqual({ x: true, y: true })
  })
})
