import { describe, expect, it } from 'vitest'
import type { Job, Print } from '../src/bridge/generated'
import { inStep, partnerOf, rowsOf, swapped, type Side } from '../src/features/compare/sides'

const print = (more: Partial<Print> = {}) =>
  ({ model_name: 'Model', width: 1024, height: 1024, duration_ms: null, prompt: 'a leaf', ...more }) as Print

const job = (more: object = {}) =>
  ({
    prompt: 'a leaf',
    inputs: { prompt: 'a leaf', guidance_scale: 3 },
    seed: 1,
    price: { micros: 40_000, currency: 'USD', exact: true },
    charge: 'charged',
    sandbox: false,
    licence: { commercial: 'yes' },
    output_terms: { commercial: 'unknown', name: null },
    ...more,
  }) as unknown as Job

const side = (more: Partial<Side> = {}): Side => ({
  print: print(),
  job: job(),
  endpoint: undefined,
  took: 9100,
  ...more,
})

describe('rowsOf', () => {
  it('gives the same fields for each and says which differ', () => {
    const rows = rowsOf([side(), side({ job: job({ seed: 2 }), took: 6100 })])
    expect(rows.map(({ term, differs }) => [term, differs])).toEqual([
      ['Model', false],
      ['Size', false],
      ['Licence', false],
      ['Seed', true],
      ['Cost', false],
      ['Took', true],
    ])
    expect(rows.find(({ term }) => term === 'Took')?.values).toEqual(['9.1 s', '6.1 s'])
  })

  it('adds the inputs and the prompt only where they differ', () => {
    const other = job({ prompt: 'a tree', inputs: { prompt: 'a tree', guidance_scale: 7, style: 'oil' } })
    const rows = rowsOf([side(), side({ job: other, print: print({ prompt: 'a tree' }) })])
    expect(rows.slice(-3).map(({ term, values }) => [term, ...values])).toEqual([
      ['Guidance scale', '3', '7'],
      ['Style', '', 'oil'],
      ['Prompt', 'a leaf', 'a tree'],
    ])
  })

  it("says a clip's length once", () => {
    const clip = (seconds: number) =>
      side({
        print: print({ duration_ms: seconds * 1000 }),
        job: job({ inputs: { duration: seconds, length_s: seconds, fps: seconds } }),
        endpoint: { fields: [{ name: 'length_s', label: 'How long', role: 'duration' }] } as never,
      })
    const terms = rowsOf([clip(2), clip(5)]).map(({ term }) => term)
    expect(terms.filter((term) => ['Length', 'Duration', 'How long', 'Fps'].includes(term))).toEqual([
      'Length',
      'Fps',
    ])
  })

  it('takes a print that nobody here made', () => {
    const rows = rowsOf([side(), side({ job: null, took: null, print: print({ model_name: '' }) })])
    expect(rows.every(({ values }) => values.length === 2)).toBe(true)
    expect(rows.find(({ term }) => term === 'Cost')?.values).toEqual(['$0.04', ''])
  })
})

describe('sides', () => {
  it('change places with the one beside them', () => {
    expect(swapped(['a', 'b'], 0)).toEqual(['b', 'a'])
    expect(swapped(['a', 'b', 'c'], 2)).toEqual(['a', 'c', 'b'])
    expect(swapped(['a', 'b', 'c'], 1)).toEqual(['a', 'c', 'b'])
    expect(swapped(['a'], 0)).toEqual(['a'])
  })

  it('are laid against the first', () => {
    expect([0, 1, 2].map((active) => partnerOf(active, 3))).toEqual([1, 0, 0])
    expect(partnerOf(0, 1)).toBe(0)
  })
})

describe('inStep', () => {
  it('leaves a clip alone that is within a frame and brings one back that lags', () => {
    expect(inStep(2, 2.03, 5)).toBeNull()
    expect(inStep(2, 1.9, 5)).toBe(2)
  })

  it('lets a shorter clip wait at its end', () => {
    expect(inStep(4, 3, 3)).toBeNull()
    expect(inStep(4, 1, 3)).toBeCloseTo(2.999)
  })
})
