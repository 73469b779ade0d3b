import { describe, expect, it } from 'vitest'
import { dayKey, dayTitle } from '../src/lib/day'

const now = new Date(2026, 2, 1, 0, 30)

describe('dayTitle', () => {
  it('says today and yesterday, also over the end of a month', () => {
    expect(dayTitle('2026-03-01', now)).toBe('Today')
    expect(dayTitle('2026-02-28', now)).toBe('Yesterday')
  })

  it('names the day, with the year when it is another one', () => {
    expect(dayTitle('2026-02-20', now)).toBe('Friday 20 February')
    expect(dayTitle('2025-12-31', now)).toBe('Wednesday 31 December 2025')
  })

  it('shows what it cannot read as it is', () => {
    expect(dayTitle('imported', now)).toBe('imported')
  })
})

describe('dayKey', () => {
  it('is the local day', () => {
    expect(dayKey(now)).toBe('2026-03-01')
  })
})
