import { beforeEach, describe, expect, test } from 'vitest'
import { setHost } from '../src/bridge/call'
import type { Preset } from '../src/bridge/generated'
import { draft } from '../src/state/draft.svelte'
import { endpoints } from '../src/state/endpoints.svelte'
import { placed, presets } from '../src/state/presets.svelte'
import { routes } from '../src/state/routes.svelte'
import { takeRoute } from '../src/state/routing'
import { settings } from '../src/state/settings.svelte'
import { FakeHost } from './fixtures/host'
import { endpoint, field, promptField, seedField } from './fixtures/rows'

const steps = (max: number) => field('steps', { kind: { type: 'integer', min: 1, max, step: 1 } })
const kept: Preset = {
  name: 'Hero still',
  modality: 'image',
  endpoint: 'acme:stills',
  model_name: 'Stills',
  route: null,
  inputs: { steps: 40 },
  count: 4,
  words: '',
  place: 'replace',
}

let host: FakeHost

beforeEach(async () => {
  host = new FakeHost()
  host.endpoints = [
    endpoint('acme:stills', { name: 'Stills', fields: [promptField, seedField, steps(50)] }),
    endpoint('acme:plain', { name: 'Plain', fields: [promptField, seedField] }),
  ]
  setHost(host)
  await Promise.all([endpoints.load(), settings.load()])
  await draft.restore()
  draft.choose('acme:stills')
  draft.clear()
})

describe('a preset', () => {
  test('keeps what the composer is set to, and the seed only where it is locked', () => {
    draft.setPrompt('Boats')
    draft.setValue('steps', 40)
    draft.setValue('seed', 7)
    draft.setCount(4)
    expect(presets.present('Hero still', '', 'replace')).toEqual(kept)
    draft.lockSeed(true)
    expect(presets.present('Hero still', '', 'replace').inputs).toEqual({ steps: 40, seed: 7 })
  })

  test('sets model, values and count, and gives back to the model what it does not set', () => {
    draft.setPrompt('Boats')
    draft.setValue('seed', 7)
    draft.choose('acme:plain')
    presets.apply(kept)
    const { sheet } = draft
    expect([sheet.endpoint, sheet.values, sheet.count, sheet.seedLocked, sheet.prompt]).toEqual([
      'acme:stills',
      { steps: 40 },
      4,
      false,
      'Boats',
    ])
    expect(draft.note).toBe('')
  })

  test('brings its route, and says so where that cannot run any more', async () => {
    host.routes = [
      { name: 'Rough', modality: 'image', steps: ['gone:model', 'acme:stills', 'acme:plain'], most: null },
    ]
    await routes.load()
    takeRoute('Rough')
    const preset = presets.present('Quick', '', 'replace')
    expect([preset.route, preset.endpoint]).toEqual(['Rough', 'acme:stills'])
    draft.choose('acme:plain')
    presets.apply({ ...preset, inputs: { steps: 40 } })
    expect([draft.route?.name, draft.sheet.endpoint, draft.sheet.values]).toEqual([
      'Rough',
      'acme:stills',
      { steps: 40 },
    ])
    expect([draft.compose().route, draft.note]).toEqual(['Rough', ''])
    routes.apply([])
    expect(draft.compose().route).toBeUndefined()
    presets.apply(preset)
    expect([draft.sheet.route, draft.note]).toEqual([
      null,
      'There is no route Rough any more, so Stills is chosen.',
    ])
  })

  test('locks the seed that it brings', () => {
    presets.apply({ ...kept, inputs: { seed: 7 } })
    expect([draft.sheet.values, draft.sheet.seedLocked]).toEqual([{ seed: 7 }, true])
  })

  test('says what its model does not take any more', () => {
    presets.apply({ ...kept, inputs: { steps: 90, film_grain: 2 } })
    expect(draft.sheet.values).toEqual({})
    expect(draft.note).toBe(
      "Steps isn't used by Stills. Kept for later. Film grain: Stills has no such setting any more.",
    )
  })

  test('of a model that is gone sets what the present one takes, and says so', () => {
    draft.choose('acme:stills')
    presets.apply({ ...kept, endpoint: 'acme:old', model_name: 'Old Stills' })
    expect([draft.sheet.endpoint, draft.sheet.values]).toEqual(['acme:stills', { steps: 40 }])
    expect(draft.note).toBe('Old Stills is not listed any more, so Stills stays.')
  })

  test('puts its words where they belong', () => {
    expect(placed({ words: '35 mm', place: 'after' }, 'Boats')).toBe('Boats, 35 mm')
    expect(placed({ words: '35 mm', place: 'after' }, 'Boats. ')).toBe('Boats. 35 mm')
    expect(placed({ words: 'A photo of', place: 'before' }, 'boats')).toBe('A photo of boats')
    expect(placed({ words: 'Boats', place: 'replace' }, 'Cars')).toBe('Boats')
    expect(placed({ words: '', place: 'replace' }, 'Cars')).toBe('Cars')
  })
})
