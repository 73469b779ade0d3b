import { describe, expect, test } from 'vitest'
import {
  assign,
  carry,
  changed,
  exactSize,
  fit,
  formFields,
  toWire,
  type DraftReference,
} from '../src/state/fields'
import { endpoint, field, media, promptField, seedField } from './fixtures/rows'

const ratio = (options: string[]) =>
  field('aspect_ratio', { label: 'Shape', role: 'shape', kind: { type: 'choice', options } })
const size = field('size', {
  role: 'shape',
  kind: { type: 'size', min: 256, max: 2048, separator: '*', options: [], words: [] },
})
const named = field('image_size', {
  role: 'shape',
  default: 'landscape_4_3',
  kind: {
    type: 'size',
    min: 64,
    max: 14142,
    separator: '×',
    options: [],
    words: ['square_hd', 'landscape_4_3', 'portrait_16_9'],
  },
})
const ref = (asset: string, at: string | null = null): DraftReference => ({
  asset,
  media: 'image',
  field: at,
})

describe('a field takes', () => {
  const guidance = field('guidance', { kind: { type: 'number', min: 0, max: 20, step: null } })
  const steps = field('steps', { kind: { type: 'integer', min: 1, max: 50, step: 1 } })
  test.each([
    [guidance, 7.5, 7.5],
    [guidance, 21, undefined],
    [guidance, '3', 3],
    [steps, 2.5, undefined],
    [ratio(['1:1', '16:9']), '16:9', '16:9'],
    [ratio(['1:1', '16:9']), '1920*1080', '16:9'],
    [ratio(['1:1']), '5:4', undefined],
    [field('n', { kind: { type: 'choice', options: [5, 10] } }), '10', 10],
    [field('sound', { kind: { type: 'switch' } }), 'yes', undefined],
    [size, '1024x768', '1024*768'],
    [size, '4096x768', undefined],
    [size, '1:1', '1024*1024'],
    [named, 'square_hd', 'square_hd'],
    [named, '1024*768', '1024×768'],
    [named, '9:16', 'portrait_16_9'],
    [named, '16:9', '1360×768'],
    [named, 'medium', undefined],
    [field('words', { kind: { type: 'list', max_items: 2 } }), ['a', 'b', 'c'], undefined],
    [field('any', { kind: { type: 'json' } }), { a: 1 }, { a: 1 }],
  ])('%#: what it can use and nothing else', (f, value, taken) => expect(fit(f, value)).toEqual(taken))
})

describe('switching the model', () => {
  const from = endpoint('a:one', {
    fields: [
      promptField,
      seedField,
      ratio(['16:9', '1:1']),
      field('steps', { kind: { type: 'integer', min: 1, max: 50, step: 1 } }),
    ],
  })
  const to = endpoint('b:two', {
    fields: [
      promptField,
      field('random_seed', { role: 'seed', kind: { type: 'integer', min: 0, max: 10_000, step: null } }),
      size,
    ],
  })

  test('keeps what means the same under another name, and says what it drops', () => {
    const carried = carry(from, to, { seed: 77, aspect_ratio: '16:9', steps: 30 }, {})
    expect(carried).toEqual({
      values: { random_seed: 77, size: '1360*768' },
      kept: { steps: 30 },
      dropped: ['Steps'],
    })
  })

  test('brings back what an earlier model had dropped', () => {
    const away = carry(from, to, { seed: 99_999, steps: 30 }, {})
    expect([away.values, away.dropped]).toEqual([{}, ['Seed', 'Steps']])
    expect(carry(to, from, away.values, away.kept)).toEqual({
      values: { seed: 99_999, steps: 30 },
      kept: {},
      dropped: [],
    })
  })
})

describe('references go', () => {
  const strip = endpoint('a:strip', { fields: [promptField, media('images', 'reference', {}, 2)] })
  const frames = endpoint('a:frames', {
    fields: [
      media('style', 'reference', {}, 3),
      media('last', 'last_frame'),
      media('first', 'first_frame', { required: true }),
    ],
  })

  test('in order into a strip, and the rest stays', () => {
    const refs = [ref('a'), ref('b'), ref('c')]
    const given = assign(strip, refs)
    expect([given.byField.get('images'), given.left]).toEqual([[0, 1], [2]])
    expect(toWire(given, refs)).toEqual([
      { field: 'images', asset: 'a' },
      { field: 'images', asset: 'b' },
    ])
  })

  test('to what is required first, then to each slot with room', () => {
    const given = assign(frames, [ref('a'), ref('b'), ref('c')])
    expect(Object.fromEntries(given.byField)).toEqual({ first: [0], last: [1], style: [2] })
  })

  test('where the user put them, whatever the order', () => {
    const given = assign(frames, [ref('a', 'style'), ref('b')])
    expect(Object.fromEntries(given.byField)).toEqual({ first: [1], last: [], style: [0] })
  })

  test('nowhere when the kind does not fit or nothing takes files', () => {
    expect(assign(strip, [{ asset: 'v', media: 'video', field: null }]).left).toEqual([0])
    expect(assign(endpoint('a:words'), [ref('a')]).left).toEqual([0])
    expect(assign(undefined, [ref('a')]).left).toEqual([0])
  })
})

describe('the form', () => {
  const whole = endpoint('a:whole', {
    fields: [
      field('guidance', { advanced: true, default: 7 }),
      seedField,
      field('duration', { role: 'duration' }),
      size,
      ratio(['1:1']),
      field('num_images', { role: 'count' }),
      media('image', 'reference'),
      field('sync', { hidden: true }),
      promptField,
      field('extra'),
    ],
  })

  test('has the main fields in their order and the rest under Advanced', () => {
    const { main, advanced } = formFields(whole)
    expect([main.map((f) => f.name), advanced.map((f) => f.name)]).toEqual([
      ['aspect_ratio', 'duration', 'extra'],
      ['guidance'],
    ])
    expect(exactSize(whole)?.name).toBe('size')
  })

  test('counts what differs from the default', () => {
    const { advanced } = formFields(whole)
    expect([
      changed(advanced, { guidance: 7 }),
      changed(advanced, { guidance: 8 }),
      changed(advanced, {}),
    ]).toEqual([0, 1, 0])
  })
})
