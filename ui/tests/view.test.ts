import { describe, expect, test } from 'vitest'
import { railMarks } from '../src/lib/rail'
import { dayEnd, dayName, dayOf, decodeView, isGrouped, UNGROUPED } from '../src/lib/view'
import { viewBytes } from './fixtures/view'

const two = [
  { day: 20_779, prints: [{ seq: 9, ratio: 1778 }, { seq: 7 }] },
  { day: 20_778, prints: [{ seq: 4_000_000_000, ratio: 65_535 }] },
]

describe('a view', () => {
  test('is read from its bytes', () => {
    const view = decodeView(viewBytes(two, 12))
    expect(view.revision).toBe(12)
    expect([...view.seqs]).toEqual([9, 7, 4_000_000_000])
    expect([...view.ratios]).toEqual([1778, 1000, 65_535])
    expect([...view.days]).toEqual([20_779, 20_778])
    expect([...view.starts]).toEqual([0, 2])
    expect(isGrouped(view)).toBe(true)
    expect([0, 1, 2].map((place) => dayOf(view, place))).toEqual([0, 0, 1])
    expect([dayEnd(view, 0), dayEnd(view, 1)]).toEqual([2, 3])
    expect(dayName(20_779)).toBe('2026-11-22')
  })

  test('may tell what stacks its prints', () => {
    const prints = [
      { seq: 9, stack: 7, marks: 12, ratio: 1778 },
      { seq: 8, stack: 8 },
      { seq: 7, stack: 7, marks: 3 },
    ]
    const { seqs, ratios, told } = decodeView(viewBytes([{ day: 3, prints }]))
    expect([[...seqs], [...ratios]]).toEqual([
      [9, 8, 7],
      [1778, 1000, 1000],
    ])
    expect([[...told!.stacks], [...told!.marks]]).toEqual([
      [7, 8, 7],
      [12, 0, 3],
    ])
    expect(decodeView(viewBytes(two)).told).toBeUndefined()
  })

  test('may be empty, or under no days', () => {
    expect(decodeView(viewBytes([])).seqs.length).toBe(0)
    expect(isGrouped(decodeView(viewBytes([{ day: UNGROUPED, prints: [{ seq: 1 }] }])))).toBe(false)
  })

  test.each([
    ['another magic', (bytes: ArrayBuffer) => new DataView(bytes).setUint8(3, 0x32)],
    ['more prints than bytes', (bytes: ArrayBuffer) => new DataView(bytes).setUint32(4, 4, true)],
    ['a day outside', (bytes: ArrayBuffer) => new DataView(bytes).setUint32(28, 3, true)],
    ['a first day that skips prints', (bytes: ArrayBuffer) => new DataView(bytes).setUint32(20, 1, true)],
  ])('is refused with %s', (_, spoil) => {
    const bytes = viewBytes(two)
    spoil(bytes)
    expect(() => decodeView(bytes)).toThrow(RangeError)
  })

  test('is refused when it is cut off', () => {
    expect(() => decodeView(viewBytes(two).slice(0, -1))).toThrow(RangeError)
    expect(() => decodeView(new ArrayBuffer(3))).toThrow(RangeError)
  })
})

test('the rail writes years, and months where there is room', () => {
  const days = ['2026-11-22', '2026-11-02', '2026-10-30', '2025-12-31', '2025-06-01', '2025-05-31']
  const view = decodeView(
    viewBytes(days.map((day, i) => ({ day: Date.parse(day) / 86_400_000, prints: [{ seq: i }] }))),
  )
  const tops = [0, 100, 200, 300, 400, 410]
  expect(railMarks(view, tops, 500, 500, 26).map(({ text, at }) => [text, at])).toEqual([
    ['2026', 0],
    ['Oct', 0.4],
    ['2025', 0.6],
    ['Jun', 0.8],
  ])
})
