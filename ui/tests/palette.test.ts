import { describe, expect, test, vi } from 'vitest'
import { setHost } from '../src/bridge/call'
import { isSettled, sectionsOf, type Row, type Sources } from '../src/features/palette/rows'
import { byName, byWords, pieces } from '../src/lib/matching'
import { Palette } from '../src/state/palette.svelte'
import { msg } from '../src/words'
import { FakeHost } from './fixtures/host'
import { print } from './fixtures/rows'

const row = (id: string, kind: Row['kind'], label: string, more: Partial<Row> = {}): Row => ({
  id,
  kind,
  label,
  run: () => undefined,
  ...more,
})

const nothing: Sources = {
  prints: [],
  prompts: [],
  models: [],
  routes: [],
  collections: [],
  searches: [],
  commands: [],
  withWords: [],
}
const AGAIN = msg('Run again: <prompt></prompt>')
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
        row('prompt:1', 'prompt', 'Same boats at first light', { lead: AGAIN, price: '$0.16' }),
        row('prompt:2', 'prompt', 'Boat hull', { lead: AGAIN, price: '' }),
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
      [AGAIN, '$0.16'],
      ['Load into Studio: <prompt></prompt>', undefined],
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

  test('collections and saved searches are met by their names, before prints where they begin so', () => {
    const all = {
      ...nothing,
      collections: [row('collection:c1', 'place', 'Harbour, final'), row('collection:c2', 'place', 'Dunes')],
      searches: [row('search:Best harbours', 'place', 'Best harbours')],
      prints: [row('print:a', 'print', 'Harbour in fog')],
    }
    const sections = sectionsOf('harbour', false, all, [])
    expect(names(sections)).toEqual([
      'Collections: collection:c1',
      'Saved searches: search:Best harbours',
      'Prints: print:a',
    ])
    expect(isSettled('harbour', sections)).toBe(true)
    const [recent] = sectionsOf('', false, all, ['search:Best harbours'])
    expect(recent?.rows.map(({ id }) => id)).toEqual(['search:Best harbours'])
    expect(sectionsOf('harbour', true, all, [])).toEqual([])
  })

  test('what the core found of past prompts stands there, whatever begins its words', () => {
    const prompts = [
      row('prompt:1', 'prompt', 'A hill'),
      row('prompt:2', 'prompt', 'Gunboats', { found: true }),
    ]
    expect(names(sectionsOf('boats', false, { ...nothing, prompts }, []))).toEqual(['Past prompts: prompt:2'])
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

describe('looking', () => {
  const past = {
    id: 1,
    modality: 'image',
    text: 'Boats',
    runs: 2,
    used_at: 5,
    job: 'job_1',
    best: null,
  } as const

  test('asks for prints and for every prompt that was run, once for what was typed last', async () => {
    const host = new FakeHost()
    setHost(host)
    host.on.list_prints = () => ({ prints: [print('a')], next: null, total: 1 })
    host.on.list_prompts = () => ({ prompts: [past], next: null })
    const palette = new Palette()
    palette.show('bo')
    palette.type('boat')
    await vi.waitFor(() => expect(palette.asking).toBe(false))
    expect(host.asked.map(({ cmd }) => cmd)).toEqual(['list_prints', 'list_prompts'])
    expect(host.asked[1]?.request).toMatchObject({ search: 'boat' })
    expect([palette.found.length, palette.past]).toEqual([1, [past]])
    palette.type('> boat')
    expect([palette.found, palette.past]).toEqual([[], []])
  })

  test('shows what was found of one where the other could not be looked for', async () => {
    const host = new FakeHost()
    setHost(host)
    host.on.list_prints = () => {
      throw { code: 'internal', message: 'No index.', hint: '', detail: '' }
    }
    host.on.list_prompts = () => ({ prompts: [past], next: null })
    const palette = new Palette()
    palette.show('boat')
    await vi.waitFor(() => expect(palette.asking).toBe(false))
    expect([palette.failed, palette.pastFailed, palette.past]).toEqual(['No index.', '', [past]])
  })
})
