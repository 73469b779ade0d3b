import { beforeEach, describe, expect, test, vi } from 'vitest'
import { setHost } from '../src/bridge/call'
import type { Asset, Route } from '../src/bridge/generated'
import { Draft } from '../src/state/draft.svelte'
import { endpoints } from '../src/state/endpoints.svelte'
import type { MediaField } from '../src/state/fields'
import { routes } from '../src/state/routes.svelte'
import { settings } from '../src/state/settings.svelte'
import { FakeHost } from './fixtures/host'
import { endpoint, field, job, media, promptField, seedField } from './fixtures/rows'

const steps = field('steps', { kind: { type: 'integer', min: 1, max: 50, step: 1 } })
const asset = (id: string): Asset => ({
  id,
  media: 'image',
  media_type: 'image/png',
  width: 640,
  height: 480,
  duration_ms: null,
  bytes: 1,
  path: `/${id}.png`,
})

let host: FakeHost
let draft: Draft

beforeEach(async () => {
  host = new FakeHost()
  host.endpoints = [
    endpoint('acme:stills', { name: 'Stills', fields: [promptField, seedField, steps] }),
    endpoint('acme:edit', {
      name: 'Edit',
      fields: [promptField, seedField, media('images', 'reference', {}, 2)],
    }),
    endpoint('acme:plain', { name: 'Plain', fields: [promptField] }),
    endpoint('acme:clip', {
      name: 'Clip',
      modality: 'video',
      fields: [promptField, media('image', 'first_frame', { required: true })],
    }),
    endpoint('sandbox:stills', { name: 'Sandbox', sandbox: true }),
  ]
  setHost(host)
  await Promise.all([endpoints.load(), settings.load()])
  draft = new Draft()
  await draft.restore()
})

describe('a draft', () => {
  test('begins on a usable model that needs words only, and with the last used one after that', async () => {
    expect(draft.sheet.endpoint).toBe('acme:stills')
    host.settings.last_endpoint = { image: 'sandbox:stills' }
    await settings.load()
    const next = new Draft()
    await next.restore()
    expect(next.sheet.endpoint).toBe('sandbox:stills')
  })

  test('moves off the stand-in sandbox once a key makes more usable', async () => {
    host.endpoints = host.endpoints.map((e) => ({ ...e, usable: e.sandbox }))
    await endpoints.load()
    const early = new Draft()
    await early.restore()
    expect(early.sheet.endpoint).toBe('sandbox:stills')
    host.endpoints = host.endpoints.map((e) => ({ ...e, usable: true }))
    await endpoints.load()
    early.settle()
    expect(early.sheet.endpoint).toBe('acme:stills')
  })

  test('is kept, one for each modality, and comes back', async () => {
    draft.setPrompt('Boats')
    draft.setValue('steps', 30)
    draft.addReference(asset('ast_1'))
    draft.flush()
    host.assets = [asset('ast_1')]
    const next = new Draft()
    await next.restore()
    expect([next.sheet.prompt, next.sheet.values, next.sheet.references.map((r) => r.asset)]).toEqual([
      'Boats',
      { steps: 30 },
      ['ast_1'],
    ])
    expect(next.assets.get('ast_1')).toEqual(asset('ast_1'))
    next.setModality('video')
    expect(next.sheet.prompt).toBe('')
  })

  test('lets go of references that left the library', async () => {
    draft.addReference(asset('gone'))
    draft.flush()
    const next = new Draft()
    await next.restore()
    expect(next.sheet.references).toEqual([])
  })
})

describe('references in the words', () => {
  beforeEach(() => {
    draft.choose('acme:edit')
    draft.addReference(asset('a'))
    draft.addReference(asset('b'))
    draft.setPrompt('@1 beside @2')
  })

  test('keep their picture when references move, and are sent as the model counts them', () => {
    draft.moveReference(1, -1)
    expect(draft.sheet.prompt).toBe('@2 beside @1')
    expect(draft.compose().inputs.prompt).toBe('image 2 beside image 1')
    expect(draft.compose().references.map((r) => r.asset)).toEqual(['b', 'a'])
  })

  test('of one that was taken away stop the send and say why', async () => {
    draft.removeReference(0)
    expect(draft.sheet.prompt).toBe('@? beside @1')
    expect(await draft.submit()).toBe(false)
    expect(host.asked.map(({ cmd }) => cmd)).not.toContain('submit_job')
    expect(draft.problemOf('prompt')).toMatch(/was taken away/)
  })

  test('speak of what was made of a picture in its place', () => {
    draft.replaceReference(0, asset('cropped'))
    expect([draft.sheet.prompt, draft.sheet.references.map((r) => r.asset)]).toEqual([
      '@1 beside @2',
      ['cropped', 'b'],
    ])
  })

  test('come back with a job that was sent with them', async () => {
    host.assets = [asset('a'), asset('b')]
    const references = ['a', 'b'].map((id) => ({ field: 'images', asset: id }))
    await draft.fill(job('job_1', { endpoint: 'acme:edit', prompt: 'image 2 at dusk', references }))
    expect(draft.sheet.prompt).toBe('@2 at dusk')
    expect(draft.compose().shot).toBe('shot_1')
  })
})

describe('the role of a reference', () => {
  const image = media('image', 'reference') as MediaField
  const mask = media('mask', 'mask') as MediaField

  beforeEach(async () => {
    host.endpoints = [endpoint('acme:paint', { name: 'Paint', fields: [promptField, image, mask] })]
    await endpoints.load()
    draft.choose('acme:paint')
    draft.addReference(asset('a'))
    draft.addReference(asset('b'))
  })

  test('is taken over from another one that had it', () => {
    draft.useAs(1, image)
    expect(draft.assignment).toEqual({
      byField: new Map([
        ['image', [1]],
        ['mask', []],
      ]),
      left: [0],
    })
    draft.useAs(0, mask)
    expect(draft.assignment.left).toEqual([])
    expect(draft.compose().references).toEqual([
      { field: 'image', asset: 'b' },
      { field: 'mask', asset: 'a' },
    ])
  })

  test('of a mask is filled by the newest one', () => {
    draft.fillSlot(asset('m1'), 'mask')
    draft.fillSlot(asset('m2'), 'mask')
    expect(draft.sheet.references.map((r) => r.asset)).toEqual(['a', 'b', 'm2'])
  })
})

describe('switching the model', () => {
  test('keeps the words and says what it dropped, and brings it back', () => {
    draft.setPrompt('Boats')
    draft.setValue('steps', 30)
    draft.choose('acme:edit')
    expect([draft.sheet.prompt, draft.sheet.values, draft.note]).toEqual([
      'Boats',
      {},
      "Steps isn't used by Edit. Kept for later.",
    ])
    draft.choose('acme:stills')
    expect([draft.sheet.values, draft.note]).toEqual([{ steps: 30 }, ''])
  })

  test('says that a locked seed is not used', () => {
    draft.lockSeed(true)
    draft.choose('acme:plain')
    expect(draft.note).toBe("Seed isn't used by Plain. Kept for later.")
  })

  test('keeps references a model cannot take, and finds one that can', () => {
    draft.addReference(asset('a'))
    expect(draft.assignment.left).toEqual([0])
    expect(draft.taker()?.id).toBe('acme:edit')
    draft.choose('acme:edit')
    expect([draft.assignment.left, draft.compose().references]).toEqual([
      [],
      [{ field: 'images', asset: 'a' }],
    ])
  })
})

describe('a composition', () => {
  test('has no seed while it is random, and the locked one when it is locked', () => {
    draft.setPrompt('Boats')
    draft.setValue('seed', 7)
    expect(draft.compose()).toMatchObject({ inputs: { prompt: 'Boats' }, keep_seed: false })
    expect(draft.compose().inputs).not.toHaveProperty('seed')
    draft.lockSeed(true)
    expect(draft.compose()).toMatchObject({ inputs: { prompt: 'Boats', seed: 7 }, keep_seed: true })
  })

  test('goes on with a shot until its words change', async () => {
    host.on.submit_job = () => ({ jobs: [job('j', { shot: 'shot_9', prompt: 'Boats' })], problems: [] })
    draft.setPrompt('Boats')
    expect(await draft.submit()).toBe(true)
    expect(draft.compose().shot).toBe('shot_9')
    draft.setPrompt('Boats at dawn')
    expect(draft.compose()).not.toHaveProperty('shot')
  })

  test('moves references and numbers follow', () => {
    draft.choose('acme:edit')
    draft.addReference(asset('a'))
    draft.addReference(asset('b'))
    expect([draft.addReference(asset('a')), draft.moveReference(1, -1)]).toEqual([1, 0])
    expect(draft.compose().references.map((r) => r.asset)).toEqual(['b', 'a'])
    expect(draft.moveReference(0, -1)).toBe(0)
    draft.removeReference(0)
    expect(draft.compose().references.map((r) => r.asset)).toEqual(['a'])
  })
})

describe('problems', () => {
  test('of a submit stand under their field, and nothing is lost', async () => {
    host.on.submit_job = () => ({
      jobs: [],
      problems: [{ field: 'prompt', message: 'Write a prompt first.' }],
    })
    draft.setValue('steps', 30)
    expect(await draft.submit()).toBe(false)
    expect([draft.problemOf('prompt'), draft.shown.length, draft.sheet.values]).toEqual([
      'Write a prompt first.',
      1,
      { steps: 30 },
    ])
  })

  test('of a field nobody touched stay quiet before a submit', async () => {
    vi.useFakeTimers()
    host.on.check_inputs = () => [
      { field: 'prompt', message: 'Write a prompt first.' },
      { field: 'steps', message: 'Up to 50.' },
    ]
    draft.setValue('steps', 50)
    await vi.advanceTimersByTimeAsync(300)
    vi.useRealTimers()
    expect(draft.shown).toEqual([{ field: 'steps', message: 'Up to 50.' }])
  })

  test('of the core are told in its words', async () => {
    host.on.submit_job = () => {
      throw { code: 'no_key', message: 'There is no key for Acme.', hint: 'Add one.', detail: '' }
    }
    await draft.submit()
    expect(draft.error).toEqual({
      code: 'no_key',
      message: 'There is no key for Acme.',
      hint: 'Add one.',
      detail: '',
    })
    expect(draft.sending).toBe(false)
  })
})

test('edit and run puts a job back, with its references in their slots', async () => {
  host.assets = [asset('a')]
  await draft.fill(
    job('j', {
      endpoint: 'acme:clip',
      modality: 'video',
      shot: 'shot_4',
      prompt: 'Slow push in',
      inputs: { prompt: 'Slow push in' },
      references: [
        { field: 'image', asset: 'a' },
        { field: 'image', asset: 'gone' },
      ],
    }),
  )
  expect([draft.modality, draft.sheet.endpoint, draft.sheet.prompt, draft.note]).toEqual([
    'video',
    'acme:clip',
    'Slow push in',
    'A reference is not in the library any more.',
  ])
  expect(draft.compose()).toMatchObject({ shot: 'shot_4', references: [{ field: 'image', asset: 'a' }] })
})

describe('a job that was sent along a route', () => {
  const sent = job('j', {
    endpoint: 'acme:plain',
    route: 'Rough',
    step: 1,
    prompt: 'Boats',
    inputs: { prompt: 'Boats' },
  })
  const rough: Route = { name: 'Rough', modality: 'image', steps: ['acme:stills', 'acme:plain'], most: null }

  test('comes back on that route, on the step that inputs are written for', async () => {
    routes.apply([rough])
    await draft.fill(sent)
    expect([draft.route?.name, draft.sheet.endpoint, draft.note]).toEqual(['Rough', 'acme:stills', ''])
    expect(draft.compose()).toMatchObject({ endpoint: 'acme:stills', route: 'Rough' })
    await draft.fill({ ...sent, endpoint: 'acme:stills', inputs: { prompt: 'Boats', steps: 40 }, seed: 7 })
    expect(draft.compose()).toMatchObject({ route: 'Rough', inputs: { prompt: 'Boats', steps: 40 } })
    expect(draft.sheet.values).toEqual({ steps: 40, seed: 7 })
    await draft.fill({ ...sent, route: null })
    expect([draft.route, draft.sheet.endpoint]).toEqual([undefined, 'acme:plain'])
  })

  test('says what the step that it is written for does not take', async () => {
    routes.apply([{ ...rough, steps: ['acme:plain', 'acme:stills'] }])
    await draft.fill({
      ...sent,
      endpoint: 'acme:stills',
      inputs: { prompt: 'Boats', steps: 40 },
      seed: null,
    })
    expect([draft.route?.name, draft.sheet.endpoint]).toEqual(['Rough', 'acme:plain'])
    expect(draft.note).toBe("Steps isn't used by Plain. Kept for later.")
  })

  test('comes back on its model where the route is gone or cannot run, and that is said', async () => {
    routes.apply([])
    await draft.fill(sent)
    expect([draft.sheet.route, draft.sheet.endpoint]).toEqual([null, 'acme:plain'])
    expect(draft.note).toBe('There is no route Rough any more, so Plain is chosen.')
    routes.apply([{ ...rough, steps: ['gone:model'] }])
    await draft.fill(sent)
    expect([draft.sheet.route, draft.note]).toEqual([
      null,
      'The route Rough can’t run now, so Plain is chosen.',
    ])
  })
})
