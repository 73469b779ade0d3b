import { describe, expect, test } from 'vitest'
import { isSettled, sectionsOf, type Row, type Sources } from '../src/features/palette/rows'
import { byName, byWords, pieces } from '../src/lib/matching'

const row = (id: string, kind: Row['kind'], label: string, more: Partial<Row> = {}): Row => ({
  id,
  kind,
  label,
  run: () => undefined,
  ...more,
})

const nothing: Sources = { prints: [], prompts: [], models: [], routes: [], commands: [], withWords: [] }
const commands = [
  row('do:go.jobs', 'command', 'Go to Jobs', { group: 'Anywhere' }),
  row('do:print.run', 'command', 'Run again', { group: 'On 151-2', price: '$0.16' }),
  row('go:limits', 'command', 'Settings: Limits', { group: 'Settings' }),
]
const names = (sections: { name: string; rows: Row[] }[]) =>
  sections.map(({ name, rows }) => `${name}: ${rows.map((one) => one.id).join(' ')}`)

describe('matching', () => {
  test('a name is met with letters left out, and says which letters fit', () => {
    const found = byName('nbana', [{ label: 'Nano Banana' }, { label: 'Seedream 4.5' }], 5)
    expect(found.map(({ row: one }) => one.label)).toEqual(['Nano Banana'])
    expect(found[0]?.marks).toHaveLength(5)
    expect(byName('xq', [{ label: 'Nano Banana' }], 5)).toEqual([])
  })

  test('what it also answers to finds it, without a mark on the label', () => {
    const found = byName('provider x', [{ label: 'Seedream 4.5', also: 'Provider X family' }], 5)
    expect(found).toHaveLength(1)
    expect(found[0]?.marks).toEqual([])
  })

  test('a text is met where its words begin, whatever their accents and capitals', () => {
    expect(byWords('boat', 'Wooden boats and a Boathouse')).toEqual([7, 8, 9, 10, 19, 20, 21, 22])
    expect(byWords('ats', 'Wooden boats')).toBeNull()
    expect(byWords('cafe', 'Café at dusk')).toEqual([0, 1, 2, 3])
    expect(byWords('dusk wood', 'Wooden boats at dusk')).toHaveLength(8)
    expect(byWords('夕暮', '海の夕暮れ')).toEqual([2, 3])
  })

  test('pieces put together are the label', () => {
    const parts = pieces('Wooden boats', [7, 8, 9, 10])
    expect(parts).toEqual([
      { text: 'Wooden ', fits: false },
      { text: 'boat', fits: true },
      { text: 's', fits: false },
    ])
  })
})

describe('sections', () => {
  test('nothing typed: what was chosen last, then what can be done here', () => {
    expect(names(sectionsOf('', false, { ...nothing, commands }, ['go:limits', 'gone']))).toEqual([
      'Recent: go:limits',
      'Anywhere: do:go.jobs',
      'On 151-2: do:print.run',
    ])
  })

  test('prints stand before past prompts, and commands last', () => {
    const all: Sources = {
      ...nothing,
      commands,
      prints: [row('print:a', 'print', 'Wooden boats')],
      prompts: [
        row('prompt:1', 'prompt', 'Same boats at first light', { lead: 'Run again: ', price: '$0.16' }),
        row('prompt:2', 'prompt', 'Boat hull', { lead: 'Run again: ', price: '' }),
        row('prompt:3', 'prompt', 'A hill'),
      ],
      withWords: [row('words:new', 'command', 'New prompt “boat”')],
    }
    const sections = sectionsOf('boat', false, all, [])
    expect(names(sections)).toEqual([
      'Prints: print:a',
      'Past prompts: prompt:1 prompt:2',
      'Commands: words:new',
    ])
    const past = sections[1]?.rows ?? []
    expect(past.map(({ lead, price }) => [lead, price])).toEqual([
      ['Run again: ', '$0.16'],
      ['Load into Studio: ', undefined],
    ])
    expect(isSettled('boat', sections)).toBe(false)
  })

  test('a command whose words begin so stands before prints, and does not move when they come', () => {
    const all = { ...nothing, commands, withWords: [row('words:new', 'command', 'New prompt “jobs”')] }
    const before = sectionsOf('jobs', false, all, [])
    const after = sectionsOf('jobs', false, { ...all, prints: [row('print:a', 'print', 'Jobs')] }, [])
    expect([before[0]?.rows[0]?.id, after[0]?.rows[0]?.id]).toEqual(['do:go.jobs', 'do:go.jobs'])
    expect(isSettled('jobs', before)).toBe(true)
    expect(names(after).slice(1)).toEqual(['Prints: print:a', 'With these words: words:new'])
  })

  test('of names that fit, those chosen before stand first', () => {
    const models = ['one', 'two', 'three'].map((n) => row(`model:${n}`, 'model', `Flux ${n}`))
    const [first] = sectionsOf('flux', false, { ...nothing, models }, ['model:three'])
    expect(first?.rows[0]?.id).toBe('model:three')
  })

  test('after > only commands, and nothing when none is called so', () => {
    const all = { ...nothing, commands, prints: [row('print:a', 'print', 'Limits')] }
    expect(names(sectionsOf('limits', true, all, []))).toEqual(['Commands: go:limits'])
    expect(sectionsOf('zzz', true, all, [])).toEqual([])
  })
})
