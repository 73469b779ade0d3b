import { describe, expect, test } from 'vitest'
import { SeqSet } from '../src/lib/seqset'
import { Selection } from '../src/state/selection.svelte'

const view = Uint32Array.from([90, 80, 70, 60, 50, 40, 30])

describe('what is chosen', () => {
  test('is added and taken out one by one, in the order of the view', () => {
    const chosen = new Selection()
    chosen.toggle(40)
    chosen.toggle(80)
    expect([chosen.size, chosen.among(view)]).toEqual([2, [80, 40]])
    chosen.toggle(40)
    expect([chosen.has(40), chosen.has(80), chosen.among(view)]).toEqual([false, true, [80]])
  })

  test('reaches from where it began, both ways, and again from there', () => {
    const chosen = new Selection()
    chosen.begin(60)
    expect(chosen.size).toBe(0)
    chosen.reach({ seqs: view }, 40)
    expect(chosen.among(view)).toEqual([60, 50, 40])
    chosen.reach({ seqs: view }, 80)
    expect(chosen.among(view)).toEqual([80, 70, 60])
    chosen.begin(30)
    expect(chosen.among(view)).toEqual([])
  })

  test('reaches from the print itself when the beginning is gone', () => {
    const chosen = new Selection()
    chosen.begin(1)
    chosen.reach({ seqs: view }, 50)
    expect(chosen.among(view)).toEqual([50])
  })

  test('is a whole day, then told from the whole view', () => {
    const chosen = new Selection()
    expect(chosen.holds(view, 2, 4)).toBe(false)
    chosen.range(view, 2, 4)
    expect([chosen.holds(view, 2, 4), chosen.holds(view, 1, 4), chosen.size]).toEqual([true, false, 2])
  })

  test('survives another order and forgets what is gone', () => {
    const chosen = new Selection()
    chosen.range(view, 0, 3)
    chosen.keep(Uint32Array.from([70, 40, 90]))
    expect([chosen.size, chosen.among(Uint32Array.from([70, 40, 90]))]).toEqual([2, [70, 90]])
  })
})

test('a set of print numbers holds a million of them', () => {
  const set = new SeqSet()
  for (let seq = 1; seq <= 1_000_000; seq++) set.add(seq)
  set.add(7)
  expect([set.size, set.has(1), set.has(1_000_000), set.has(1_000_001), set.has(0)]).toEqual([
    1_000_000,
    true,
    true,
    false,
    false,
  ])
  set.delete(7)
  set.delete(7)
  expect([set.size, set.has(7), set.has(6), set.has(8)]).toEqual([999_999, false, true, true])
})
