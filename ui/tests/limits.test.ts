import { describe, expect, it } from 'vitest'
import { levelOf, tunnelProblem, withLevel, withLimits } from '../src/features/settings/limits'
import { keyRow } from './fixtures/rows'

const row = keyRow('acme', {
  tiers: [
    { name: 'Bronze', in_flight: 2, per_minute: 2 },
    { name: 'Open', in_flight: 24, per_minute: null },
  ],
})
const none = { in_flight: { other: 3 }, per_minute: {} }

describe('limits', () => {
  it('follow a level and know it again', () => {
    for (const name of ['Bronze', 'Open']) expect(levelOf(row, withLevel(none, row, name))).toBe(name)
    expect(levelOf(row, none)).toBe('')
    expect(withLevel(withLevel(none, row, 'Bronze'), row, '')).toEqual(none)
  })

  it('take figures of the user and leave the others alone', () => {
    const own = withLimits(withLevel(none, row, 'Bronze'), 'acme', { in_flight: 5 })
    expect(own).toEqual({ in_flight: { other: 3, acme: 5 }, per_minute: { acme: 2 } })
    expect(levelOf(row, own)).toBe('own')
    expect(withLimits(own, 'acme', { in_flight: null, per_minute: null })).toEqual(none)
  })
})

describe('a tunnel', () => {
  it('has an address that a provider can reach', () => {
    for (const fine of ['', 'https://a.example.com', 'https://a.example.com/x', 'http://127.0.0.1:9'])
      expect(tunnelProblem(fine)).toBe('')
    for (const wrong of ['a.example.com', 'http://a.example.com', 'https://a.test/?q=1', 'https://a.test/#x'])
      expect(tunnelProblem(wrong)).not.toBe('')
  })
})
