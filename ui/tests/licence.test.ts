import { describe, expect, test } from 'vitest'
import { matches, NO_FILTERS } from '../src/features/models/rows'
import { commercialOf, outputTerms } from '../src/lib/licence'
import { endpoint, job } from './fixtures/rows'

const terms = (commercial: 'yes' | 'no' | 'conditions' | 'unknown', name: string | null = null) => ({
  commercial,
  name,
  url: null,
  read_on: null,
})

describe('whether it may be sold', () => {
  test.each([
    ['yes', 'unknown', 'yes'],
    ['yes', 'yes', 'yes'],
    ['yes', 'conditions', 'conditions'],
    ['yes', 'no', 'no'],
    ['unknown', 'no', 'no'],
    ['unknown', 'conditions', 'unknown'],
    ['conditions', 'yes', 'conditions'],
    ['no', 'yes', 'no'],
  ] as const)('licence %s beside terms %s: %s', (licence, output_terms, both) => {
    const made = { licence: terms(licence), output_terms: terms(output_terms) }
    expect(commercialOf(made)).toBe(both)
    expect(matches(endpoint('a:b', made), { ...NO_FILTERS, commercial: true })).toBe(both === 'yes')
  })
  test('names the terms of the provider where somebody knows them', () => {
    expect(outputTerms(job('job_1'))).toBe('')
    const named = job('job_1', { output_terms: terms('unknown', 'Acme terms') })
    expect(outputTerms(named)).toBe('Beside it: Acme terms.')
  })
})
