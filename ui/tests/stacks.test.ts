import { describe, expect, test } from 'vitest'
import { orderOf, placeOf, printsOf, stackAt, stacked, stackWords } from '../src/lib/stacks'
import { decodeView, type View } from '../src/lib/view'
import { Selection } from '../src/state/selection.svelte'
import { viewBytes, type PrintOfView } from './fixtures/view'

const of = (days: [number, PrintOfView[]][]): View =>
  decodeView(viewBytes(days.map(([day, prints]) => ({ day, prints }))))

/** Two takes of three, of which one reaches into the day before, and two prints by themselves. */
const view = of([
  [
    20,
    [
      { seq: 9, stack: 7, ratio: 900 },
      { seq: 8, stack: 7, marks: 4, ratio: 800 },
      { seq: 6, ratio: 600 },
    ],
  ],
  [19, [{ seq: 7, stack: 7, marks: 3 }]],
  [18, [{ seq: 5, stack: 2, marks: 5 }, { seq: 4 }, { seq: 3, stack: 2, marks: 8 }, { seq: 2, stack: 2 }]],
])
const none = new Set<number>()

describe('stacks', () => {
  test('are one tile each, under the day of their first, with the best on top', () => {
    const shown = stacked(view, none)
    expect([...shown.seqs]).toEqual([8, 6, 3, 4])
    expect([...shown.ratios]).toEqual([800, 600, 1000, 1000])
    // The day between had nothing but prints of a stack that stands above it.
    expect([[...shown.days], [...shown.starts]]).toEqual([
      [20, 18],
      [0, 2],
    ])
    expect([...orderOf(shown)]).toEqual([9, 8, 7, 6, 5, 3, 2, 4])
    expect([0, 1, 2, 3].map((place) => [...printsOf(shown, place)])).toEqual([[9, 8, 7], [6], [5, 3, 2], [4]])
    expect([0, 1].map((place) => stackAt(shown, place))).toEqual([{ id: 7, size: 3, number: 0 }, null])
  })

  test('open in place, and close again', () => {
    const shown = stacked(view, new Set([2]))
    expect([...shown.seqs]).toEqual([8, 6, 5, 3, 2, 4])
    expect([2, 3, 4].map((place) => stackAt(shown, place))).toEqual(
      [1, 2, 3].map((number) => ({ id: 2, size: 3, number })),
    )
    expect([...printsOf(shown, 1, 4)]).toEqual([6, 5, 3])
    // Whoever held a print of it holds its tile.
    const closed = stacked(view, none)
    expect([5, 3, 2, 4, 99].map((seq) => placeOf(closed, seq))).toEqual([2, 2, 2, 3, -1])
    expect([5, 2].map((seq) => placeOf(shown, seq))).toEqual([2, 4])
  })

  test('show the circled print, else the best rated, else the first that was made', () => {
    const on = (...marks: number[]) =>
      stacked(of([[1, marks.map((mark, i) => ({ seq: 9 - i, stack: 1, marks: mark }))]]), none).seqs[0]
    expect([on(0, 0, 0), on(2, 5, 1), on(5, 8, 0), on(8, 9, 13), on(4, 4, 0)]).toEqual([7, 8, 8, 7, 8])
  })

  test('stay away where nothing was told of them, and where there is nothing', () => {
    const plain = of([[1, [{ seq: 1 }]]])
    expect(stacked(plain, none)).toBe(plain)
    expect(stackAt(plain, 0)).toBeNull()
    const empty = {
      ...plain,
      seqs: new Uint32Array(),
      told: { stacks: new Uint32Array(), marks: new Uint8Array() },
    }
    expect(stacked({ ...empty, days: new Int32Array(), starts: new Uint32Array() }, none).seqs.length).toBe(0)
  })

  test('are chosen whole while they are closed', () => {
    const shown = stacked(view, none)
    const chosen = new Selection()
    chosen.toggle(8, printsOf(shown, 0))
    expect([chosen.size, chosen.among(orderOf(shown))]).toEqual([3, [9, 8, 7]])
    chosen.reach(shown, 3)
    expect(chosen.among(orderOf(shown))).toEqual([9, 8, 7, 6, 5, 3, 2])
    chosen.toggle(3, printsOf(shown, 2))
    expect(chosen.among(orderOf(shown))).toEqual([9, 8, 7, 6])
  })

  test('are named before their print', () => {
    expect([
      stackWords(null),
      stackWords({ id: 1, size: 4, number: 0 }),
      stackWords({ id: 1, size: 4, number: 2 }),
    ]).toEqual(['', 'Stack of 4, closed: ', '2 of 4 in a stack: '])
  })

  test('of a quarter of a million keep every print once', () => {
    const prints = Array.from({ length: 250_000 }, (_, i) => {
      const seq = 250_000 - i
      return { seq, stack: seq - ((seq - 1) % 4), marks: seq % 7 }
    })
    const shown = stacked(of([[1, prints]]), new Set([1]))
    expect(shown.seqs.length).toBe(62_500 + 3)
    expect([...orderOf(shown)]).toEqual(prints.map(({ seq }) => seq))
  })
})
