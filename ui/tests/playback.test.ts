import { describe, expect, it } from 'vitest'
import {
  clock,
  faster,
  frameRate,
  nextSpeed,
  seekByKey,
  stepFrame,
  timeAt,
  timecode,
} from '../src/lib/playback'

describe('timecode', () => {
  it('counts frames when the rate is known', () => {
    expect(timecode(2 + 11 / 24, 24)).toBe('00:00:02:11')
    expect(timecode(0, 24)).toBe('00:00:00:00')
    expect(timecode(3725.5, 30)).toBe('01:02:05:15')
  })

  it('does not slip a frame on times a hair before an edge', () => {
    expect(timecode(1 / 24 - 1e-7, 24)).toBe('00:00:00:01')
    expect(timecode(1.99999, 25)).toBe('00:00:02:00')
  })

  it('shows hundredths when it is not, and zero for nonsense', () => {
    expect(timecode(2.46, null)).toBe('00:00:02.46')
    expect(timecode(NaN, 24)).toBe('00:00:00:00')
    expect(timecode(-1, null)).toBe('00:00:00.00')
  })
})

describe('frameRate', () => {
  it('finds the rate through a dropped frame and jitter', () => {
    const times = [0, 1, 2, 4, 5, 6, 7].map((n, i) => n / 24 + (i % 2) * 1e-5)
    expect(frameRate(times)).toBe(24)
  })

  it('keeps an uncommon rate and waits for enough frames', () => {
    expect(frameRate([0, 1, 2, 3, 4, 5].map((n) => n / 18))).toBe(18)
    expect(frameRate([0, 0.04])).toBe(null)
  })
})

describe('steps', () => {
  it('steps by whole frames and stays inside the clip', () => {
    expect(stepFrame(0, 1, 25, 5)).toBeCloseTo(1.5 / 25)
    expect(stepFrame(1.5 / 25, -1, 25, 5)).toBeCloseTo(0.5 / 25)
    expect(stepFrame(0, -1, 25, 5)).toBeCloseTo(0.5 / 25)
    expect(stepFrame(5, 1, 25, 5)).toBeCloseTo(124.5 / 25)
  })

  it('moves the seek bar by key within the clip', () => {
    const at = (key: string) => seekByKey(key, 2, 5)
    expect(['ArrowRight', 'ArrowLeft', 'PageUp', 'PageDown', 'Home', 'End', 'a'].map(at)).toEqual([
      2.5,
      1.5,
      4.5,
      0,
      0,
      5,
      null,
    ])
    expect(seekByKey('ArrowRight', 59.5, 60)).toBe(60)
  })

  it('reads a pointer on the bar', () => {
    expect(timeAt(150, 100, 200, 8)).toBe(2)
    expect(timeAt(50, 100, 200, 8)).toBe(0)
    expect(timeAt(900, 100, 200, 8)).toBe(8)
    expect(timeAt(150, 100, 0, 8)).toBe(0)
  })

  it('doubles while playing and goes round the offered speeds', () => {
    expect([faster(false, 2), faster(true, 1), faster(true, 2), faster(true, 4)]).toEqual([1, 2, 4, 4])
    expect([nextSpeed(1), nextSpeed(4), nextSpeed(3)]).toEqual([1.5, 0.25, 4])
  })
})

describe('clock', () => {
  it('writes minutes and seconds, hours only when there are', () => {
    expect([0, 13_400, 104_000, 3_725_000].map(clock)).toEqual(['0:00', '0:13', '1:44', '1:02:05'])
  })
})
