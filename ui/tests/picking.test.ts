// What helps to choose a model: favourites, and prices of the same inputs side by side.
import { beforeEach, describe, expect, test } from 'vitest'
import { setHost } from '../src/bridge/call'
import type { Asset, Quote } from '../src/bridge/generated'
import { rowsOf } from '../src/features/studio/picker'
import { done } from '../src/state/done'
import { draft } from '../src/state/draft.svelte'
import { endpoints } from '../src/state/endpoints.svelte'
import { favourites } from '../src/state/favourites.svelte'
import { cheapest, MOST_COMPARED, pricing, type PriceLine } from '../src/state/pricing.svelte'
import { routes } from '../src/state/routes.svelte'
import { stepNames, takeRoute } from '../src/state/routing'
import { settings } from '../src/state/settings.svelte'
import { blank } from '../src/state/sheet'
import { toasts } from '../src/state/toasts.svelte'
import { vary } from '../src/state/vary.svelte'
import { FakeHost } from './fixtures/host'
import { endpoint, field, media, promptField, seedField } from './fixtures/rows'

const usd = (micros: number, exact = true) => ({ micros, currency: 'USD', exact })
const quote = (micros: number | null, exact = true): Quote => {
  const price = micros === null ? null : usd(micros, exact)
  return { each: price, total: price, most: null, note: '' }
}

const steps = field('steps', { label: 'Steps', kind: { type: 'integer', min: 1, max: 50, step: null } })
const size = field('size', { label: 'Size', kind: { type: 'text', max_length: null, multiline: false } })
const PAIR = ['acme:still', 'acme:edit']
const ALL = [
  endpoint('acme:still', { name: 'Still', variants: PAIR, fields: [promptField, seedField, steps, size] }),
  endpoint('acme:edit', {
    name: 'Still, edit',
    variants: PAIR,
    fields: [promptField, media('image', 'reference', { required: true })],
  }),
  endpoint('delta:still', { name: 'Still', fields: [promptField, steps] }),
  endpoint('north:river', { name: 'River', fields: [], usable: false, keyed: false }),
  endpoint('north:clip', { name: 'Clip', modality: 'video' }),
  ...Array.from({ length: 9 }, (_, n) => endpoint(`many:${n}`)),
]

let host: FakeHost

beforeEach(async () => {
  host = new FakeHost()
  host.endpoints = ALL
  setHost(host)
  done.forget()
  pricing.close()
  pricing.clear()
  await Promise.all([endpoints.load(), settings.load()])
  draft.modality = 'image'
  draft.sheets.image = { ...blank(), endpoint: 'acme:still', prompt: 'Hills' }
})

const find = (id: string) => endpoints.get(id)!

describe('favourites', () => {
  test('are models with their variants, and are taken back one by one', async () => {
    await favourites.toggle(find('acme:edit'))
    await favourites.toggle(find('delta:still'))
    expect(host.settings.favourites).toEqual(['acme:edit', 'delta:still'])
    expect(favourites.has(find('acme:still'))).toBe(true)
    await favourites.toggle(find('acme:still'))
    expect(host.settings.favourites).toEqual(['delta:still'])
    await done.undo()
    expect(host.settings.favourites).toEqual(['delta:still', 'acme:edit'])
    await done.undo()
    expect(host.settings.favourites).toEqual(['acme:edit'])
  })

  test('stand first in the picker, in their own order, whether or not they can run', () => {
    const filters = { words: '', commercial: false, references: false }
    const rows = rowsOf(ALL, ['acme:edit', 'many:1'], filters, ['north:river', 'gone:model', 'acme:edit'])
    expect(rows.slice(0, 5).map((row) => (row.kind === 'head' ? `# ${row.label}` : row.endpoint.id))).toEqual(
      ['# Favourites', 'north:river', 'acme:still', '# Used of late', 'many:1'],
    )
  })
})

describe('a route', () => {
  const route = (name: string, ...list: string[]) => ({
    name,
    modality: 'image' as const,
    steps: list,
    most: null,
  })
  beforeEach(async () => {
    host.routes = [
      route('Hero', 'north:river', 'delta:still', 'acme:edit'),
      route('Nobody', 'north:river', 'gone:model'),
    ]
    await routes.load()
  })

  test('is run on from its first step that can, with the values that one takes', () => {
    draft.sheet.values = { steps: 20, size: '1024*1024' }
    expect(takeRoute('Hero')).toBe(true)
    expect(draft.compose()).toMatchObject({
      endpoint: 'delta:still',
      route: 'Hero',
      inputs: { prompt: 'Hills', steps: 20 },
    })
    expect([takeRoute('Nobody'), takeRoute('Unknown'), draft.route?.name]).toEqual([false, false, 'Hero'])
    draft.choose('acme:still')
    expect(draft.compose().route).toBeUndefined()
  })

  test('leads a reference to the step that takes it, and stays when the composer is cleared', () => {
    takeRoute('Hero')
    draft.addReference({ id: 'ast_1', media: 'image' } as Asset)
    expect([draft.sheet.endpoint, draft.route?.name]).toEqual(['acme:edit', 'Hero'])
    draft.clear()
    expect([draft.sheet.endpoint, draft.sheet.prompt, draft.route?.name]).toEqual(['acme:edit', '', 'Hero'])
  })

  test('tells its steps by their models, and by who runs them where two are called the same', () => {
    expect(stepNames({ steps: ['acme:still', 'north:river'] })).toEqual(['Still', 'River'])
    expect(stepNames({ steps: ['acme:still', 'north:river', 'delta:still', 'gone:model'] })).toEqual([
      'Still at acme',
      'River',
      'Still at delta',
      'gone:model',
    ])
  })

  test('is left out of prices and of what several models make', async () => {
    takeRoute('Hero')
    await pricing.compare(['acme:still', 'delta:still'])
    const routed = host.asked.filter(({ cmd, request }) => cmd === 'quote' && 'route' in (request as object))
    expect(routed).toEqual([])
    expect(vary.variation().composition.route).toBe('Hero')
    draft.sheet.vary.models = ['acme:still']
    expect(vary.variation().composition.route).toBeUndefined()
  })
})

describe('prices', () => {
  const asked = (cmd: string) => host.asked.filter((one) => one.cmd === cmd).map((one) => one.request)

  test('are asked for the inputs as a switch would carry them', async () => {
    Object.assign(draft.sheet, { values: { steps: 20, size: '1024*1024' }, count: 2 })
    host.on.quote = ({ endpoint: id }) => quote(id === 'delta:still' ? 30_000 : null)
    host.on.check_inputs = ({ endpoint: id }) =>
      id === 'delta:still' ? [{ field: 'steps', message: 'Too many.' }] : []
    await pricing.compare(['acme:still', 'delta:still', 'gone:model'])
    expect(asked('quote')).toEqual([
      {
        endpoint: 'acme:still',
        inputs: { prompt: 'Hills', steps: 20, size: '1024*1024' },
        references: [],
        count: 2,
        keep_seed: false,
      },
      {
        endpoint: 'delta:still',
        inputs: { prompt: 'Hills', steps: 20 },
        references: [],
        count: 2,
        keep_seed: false,
      },
    ])
    const [first, second] = pricing.lines
    expect([first?.quote?.total, first?.dropped, first?.problem]).toEqual([null, [], ''])
    expect([second?.quote?.total, second?.dropped, second?.problem]).toEqual([
      usd(30_000),
      ['Size'],
      'Too many.',
    ])
    expect(draft.sheet.values).toEqual({ steps: 20, size: '1024*1024' })
  })

  test('are those of the variant that takes the references, and of what has no place for them', async () => {
    draft.sheet.references = [{ asset: 'ast_1', media: 'image', field: null }]
    await pricing.compare(['acme:still', 'delta:still'])
    expect(pricing.lines.map(({ id, endpoint: at, left }) => [id, at.id, left])).toEqual([
      ['acme:still', 'acme:edit', 0],
      ['delta:still', 'delta:still', 1],
    ])
  })

  test('that do not come say why, beside those that do', async () => {
    host.on.quote = ({ endpoint: id }) => {
      if (id === 'delta:still') throw { code: 'network', message: 'No line.', hint: '', detail: '' }
      return quote(40_000)
    }
    await pricing.compare(['acme:still', 'delta:still'])
    expect(pricing.lines.map(({ quote: told, asking, problem }) => [told?.total, asking, problem])).toEqual([
      [usd(40_000), false, ''],
      [undefined, false, 'No line.'],
    ])
  })

  test('nothing is asked of a provider without a key, and words may be written later', async () => {
    draft.sheet.prompt = ''
    host.on.check_inputs = () => [{ field: 'prompt', message: 'Write a prompt.' }]
    await pricing.compare(['acme:still', 'north:river'])
    expect(asked('learn_model')).toEqual([])
    expect(pricing.lines.map((line) => line.problem)).toEqual(['', 'Write a prompt.'])
  })

  test('are compared of what makes the same, and of so many', () => {
    pricing.pick()
    expect([pricing.picking, pricing.chosen]).toEqual([true, ['acme:still']])
    pricing.toggle(find('north:clip'))
    expect(pricing.chosen).toEqual(['acme:still'])
    expect(toasts.list.at(-1)?.message).toContain('make the same')
    for (let n = 0; n < 9; n += 1) pricing.toggle(find(`many:${n}`))
    expect(pricing.chosen).toHaveLength(MOST_COMPARED)
    pricing.toggle(find('acme:edit'))
    expect(pricing.chosen).toHaveLength(MOST_COMPARED - 1)
    pricing.clear()
    expect([pricing.picking, pricing.chosen]).toEqual([false, []])
  })

  test('the one that is used takes the inputs', async () => {
    draft.sheet.values = { steps: 20 }
    await pricing.compare(['acme:still', 'delta:still'])
    pricing.use(pricing.lines[1]!)
    await expect.poll(() => draft.sheet.endpoint).toBe('delta:still')
    expect([draft.sheet.prompt, draft.sheet.values, pricing.open]).toEqual(['Hills', { steps: 20 }, false])
  })

  const line = (id: string, told: Quote | null, sandbox = false): PriceLine => ({
    id,
    endpoint: endpoint(id, { sandbox }),
    quote: told,
    asking: false,
    dropped: [],
    left: 0,
    problem: '',
  })
  test.each([
    ['of known prices', [line('a', quote(2)), line('b', quote(3, false))], 'a'],
    ['not a starting price', [line('a', quote(2, false)), line('b', quote(3))], null],
    ['not beside an unknown one', [line('a', quote(2)), line('b', quote(3)), line('c', quote(null))], null],
    ['not one of two alike', [line('a', quote(2)), line('b', quote(2))], null],
    ['not alone', [line('a', quote(2)), line('s', quote(null), true)], null],
    ['beside the sandbox', [line('a', quote(4)), line('b', quote(2)), line('s', null, true)], 'b'],
  ])('the least is told %s', (_, lines, id) => expect(cheapest(lines)).toBe(id))

  test('sums of two currencies are not held against each other', () => {
    const euro = { micros: 1, currency: 'EUR', exact: true }
    expect(cheapest([line('a', quote(2)), line('b', { ...quote(1), total: euro })])).toBeNull()
  })
})
