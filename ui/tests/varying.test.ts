import { describe, expect, it } from 'vitest'
import type { Axis, Field, InGrid } from '../src/bridge/generated'
import {
  choicesOf,
  headOf,
  isSeveral,
  layout,
  mayVary,
  planTotal,
  planWords,
  modelsOf,
  spreads,
  steady,
  tables,
} from '../src/state/varying'
import { endpoint, job } from './fixtures/rows'

const axis = (key: string, labels: string[], kind: Axis['kind'] = 'prompt'): Axis => ({
  key,
  kind,
  title: key,
  labels,
})
const usd = (micros: number, exact = true) => ({ micros, currency: 'USD', exact })

describe('what may vary', () => {
  it('is seen in a prompt without taking every brace for it', () => {
    for (const text of ['a {dawn|dusk} sea', '__time__', 'a \\{', '{a|', '{a\n|b}'])
      expect(mayVary(text), text).toBe(true)
    for (const text of ['', 'a | b', '{"a": 1}', 'snake_case', '__ ']) expect(mayVary(text), text).toBe(false)
  })

  it('is several numbers and not one', () => {
    for (const text of ['4:6:8', '4..8', '4..8:2', '4 : 6']) expect(isSeveral(text), text).toBe(true)
    for (const text of ['4', '4.5', '-3', '']) expect(isSeveral(text), text).toBe(false)
  })

  it('runs on the chosen model first, whatever was chosen beside it before', () => {
    expect(modelsOf('a', { ...steady(), models: ['b', 'a'] })).toEqual(['a', 'b'])
    expect(modelsOf('a', { ...steady(), models: ['a'] })).toEqual([])
  })

  it('goes out as values of the fields that the model has', () => {
    const steps: Field = {
      name: 'steps',
      label: 'Steps',
      help: '',
      role: 'other',
      kind: { type: 'integer', min: null, max: null, step: null },
      required: false,
      default: null,
      hidden: false,
      advanced: false,
    }
    const of = endpoint('acme:stills', { fields: [steps] })
    const varying = { ...steady(), fields: { steps: '4:6', gone: '1:2', empty: [] } }
    expect(spreads(of, varying)).toEqual([{ field: 'steps', values: ['4:6'] }])
    expect(spreads(undefined, varying)).toEqual([])
    expect(choicesOf({ ...steps, kind: { type: 'switch' } }).map((c) => c.label)).toEqual(['On', 'Off'])
    expect(choicesOf(steps)).toEqual([])
  })
})

describe('a plan in words', () => {
  it('tells jobs and money, and what is not known of it', () => {
    expect(planWords({ jobs: 12, totals: [usd(1_440_000)], unpriced: 0 })).toBe('12 jobs, $1.44 altogether')
    expect(planWords({ jobs: 1, totals: [], unpriced: 1 })).toBe('1 job, price not listed')
    expect(planWords({ jobs: 4, totals: [usd(20_000, false)], unpriced: 2 })).toBe(
      '4 jobs, about $0.02 altogether, and 2 without a listed price',
    )
    expect(planTotal({ totals: [usd(5)], unpriced: 0 })).toEqual(usd(5))
    expect(planTotal({ totals: [usd(5)], unpriced: 1 })).toBeNull()
    expect(planTotal({ totals: [usd(5), { ...usd(5), currency: 'EUR' }], unpriced: 0 })).toBeNull()
  })
})

describe('a grid', () => {
  const axes = [axis('a', ['1', '2']), axis('b', ['x', 'y', 'z']), axis('field:c', ['4', '6'], 'field')]

  it('lays one axis across and one down, and makes parts of the rest', () => {
    expect(layout(axes, null, null)).toEqual({ across: 2, down: 0, rest: [1] })
    expect(layout(axes, 'b', 'a')).toEqual({ across: 1, down: 0, rest: [2] })
    expect(layout(axes, 'b', 'b')).toEqual({ across: 1, down: 0, rest: [2] })
    expect(layout([axes[0]!], null, null)).toEqual({ across: 0, down: null, rest: [] })
    expect(layout([], null, null)).toEqual({ across: null, down: null, rest: [] })
  })

  it('puts each job where it stands, once', () => {
    const at = (place: number[]): InGrid => ({
      id: 'grid_1',
      written: '',
      mode: 'every',
      at: place,
      values: [],
    })
    const jobs = [0, 1].flatMap((a) =>
      [0, 1, 2].flatMap((b) => [0, 1].map((c) => job(`${a}${b}${c}`, { grid: at([a, b, c]) }))),
    )
    const parts = tables(axes, jobs, layout(axes, 'b', 'a'))
    expect(parts.map((part) => part.title)).toEqual(['field:c 4', 'field:c 6'])
    expect(parts[1]!.rows[1]!.cells.map((cell) => cell.jobs.map((one) => one.id))).toEqual([
      ['101'],
      ['111'],
      ['121'],
    ])
    expect(parts.flatMap((p) => p.rows.flatMap((r) => r.cells.flatMap((c) => c.jobs)))).toHaveLength(12)
    expect(tables([], [job('1'), job('2')], layout([], null, null))[0]!.rows[0]!.cells[0]!.jobs).toHaveLength(
      2,
    )
  })

  it('names a number by what it is a number of', () => {
    expect(headOf(axes[2], 1)).toBe('field:c 6')
    expect(headOf(axes[1], 1)).toBe('y')
    expect(headOf(undefined, 0)).toBe('')
  })
})
