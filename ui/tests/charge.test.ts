import { describe, expect, it } from 'vitest'
import { cost } from '../src/lib/charge'

const price = { micros: 350_000, currency: 'USD', exact: true }

describe('cost', () => {
  it('is plain when charged, with ? in doubt and ≈ for an estimate', () => {
    expect(cost(price, 'charged')).toEqual({ sum: '$0.35', word: 'charged once' })
    expect(cost(price, 'unknown')).toEqual({ sum: '$0.35?', word: 'may have been charged' })
    expect(cost({ ...price, exact: false }, 'charged')).toEqual({ sum: '≈$0.35', word: 'charged once' })
    expect(cost(null, 'charged')).toEqual({ sum: '?', word: 'charged once' })
    expect(cost(price, 'released')).toEqual({ sum: '$0.35', word: 'given back' })
  })

  it('says that the sandbox is free', () => {
    expect(cost({ ...price, micros: 0 }, 'charged', true)).toEqual({ sum: '$0.00', word: 'free' })
    expect(cost(null, 'none', true)).toEqual({ sum: '$0.00', word: 'free' })
  })
})
