import { describe, expect, test } from 'vitest'
import {
  about,
  ago,
  bytes,
  clipLength,
  clockTime,
  duration,
  left,
  money,
  priceOrUnknown,
  timecode,
} from '../src/lib/format'

const usd = (micros: number, exact = true) => ({ micros, currency: 'USD', exact })

describe('money', () => {
  test.each([
    [0, '$0.00'],
    [40_000, '$0.04'],
    [45_000, '$0.045'],
    [3_500, '$0.0035'],
    [350_000, '$0.35'],
    [12_000_000, '$12.00'],
    [-40_000, '−$0.04'],
  ])('%i micros read %s', (micros, words) => expect(money(usd(micros))).toBe(words))

  test('other currencies keep their name', () => {
    expect(money({ micros: 500_000, currency: 'CHF' })).toBe('CHF 0.50')
    expect(money({ micros: 1_200_000, currency: 'EUR' })).toBe('€1.20')
  })

  test('a starting price says it is one, and an unknown price is a question mark', () => {
    expect(priceOrUnknown(usd(40_000, false))).toBe('≈$0.04')
    expect(priceOrUnknown(usd(40_000))).toBe('$0.04')
    expect(priceOrUnknown(null)).toBe('?')
  })
})

describe('time', () => {
  test.each([
    [9_480, '9.4 s'],
    [52_900, '52 s'],
    [118_000, '1:58'],
    [3_731_000, '1:02:11'],
  ])('%i ms took %s', (ms, words) => expect(duration(ms)).toBe(words))

  test('a running job counts in timecode', () => expect(timecode(66_400)).toBe('00:01:06'))
  test('clocks and clips are short', () => {
    expect([clockTime(9_000), clipLength(5_040), clipLength(64_000)]).toEqual(['0:09', '5s', '1:04'])
  })
  test('what is left is coarse', () => {
    expect([left(51_200), left(400), left(150_000)]).toEqual([
      'about 52 s left',
      'about 1 s left',
      'about 3 min left',
    ])
  })
  test('usual times carry no tenths', () => {
    expect([about(9_000), about(118_000), about(200)]).toEqual(['9 s', '2 min', '1 s'])
  })
  test('the past is told from now', () => {
    const now = Date.UTC(2026, 10, 22, 12)
    expect([ago(now - 20_000, now), ago(now - 240_000, now), ago(now - 3 * 3_600_000, now)]).toEqual([
      'just now',
      '4 min ago',
      '3 h ago',
    ])
  })
})

test('sizes', () => {
  expect([bytes(950), bytes(2_100_000), bytes(31_000_000_000)]).toEqual(['950 B', '2.1 MB', '31.0 GB'])
})
