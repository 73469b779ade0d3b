import { beforeEach, describe, expect, test } from 'vitest'
import type { Route } from '../src/bridge/generated'
import { setHost } from '../src/bridge/call'
import {
  checkSteps,
  costWords,
  nameProblem,
  onSteps,
  weakest,
  type Steps,
} from '../src/features/models/check'
import { Editor, NEW } from '../src/features/models/editor.svelte'
import { heightOf, matches, NO_FILTERS, rowsOf, siblings, visible } from '../src/features/models/rows'
import { lackOf, makesWords, priceOf } from '../src/features/models/words'
import { dayWords, listsAge } from '../src/lib/lists'
import { endpoints } from '../src/state/endpoints.svelte'
import { keys } from '../src/state/keys.svelte'
import { routes } from '../src/state/routes.svelte'
import { FakeHost } from './fixtures/host'
import { CATALOGUE } from './fixtures/models-scene'
import { endpoint, keyRow, media, promptField } from './fixtures/rows'

const usd = (micros: number, exact = true) => ({ micros, currency: 'USD', exact })

describe('lists', () => {
  const now = new Date(2026, 10, 22, 12).getTime()
  const list = (hours: number | null) => ({
    models: 3,
    models_at: hours === null ? null : now - hours * 3_600_000,
  })
  test('are as old as the oldest that was read', () => {
    expect(listsAge([list(null)], now)).toBe('Bundled lists')
    expect(listsAge([list(2), list(null)], now)).toBe('List read 2 h ago')
    expect(listsAge([list(2), list(5)], now)).toBe('Lists read 5 h ago or later')
    expect(listsAge([list(0), list(0)], now)).toBe('Lists read just now')
  })
  test('carry the year of a day that is not of this one', () => {
    expect(dayWords('2026-11-22', now)).toBe('22 Nov')
    expect(dayWords('2025-03-04', now)).toBe('4 Mar 2025')
    expect(dayWords('someday', now)).toBe('someday')
  })
})

describe('rows', () => {
  const ids = (change: Partial<typeof NO_FILTERS>) =>
    CATALOGUE.filter((e) => matches(e, { ...NO_FILTERS, ...change })).map((e) => e.id)

  test('are found by name, provider and remote id, in any order of words', () => {
    expect(ids({ words: 'delta wander' })).toEqual(['delta:wander-2.6'])
    expect(ids({ words: 'north:river' })).toEqual(['north:river-1.0-lite'])
    expect(ids({ words: 'nothing like it' })).toEqual([])
  })
  test('are narrowed by each filter', () => {
    expect(ids({ provider: 'home' })).toEqual(['home:wander-2.2', 'home:flint.1-dev-'])
    expect(ids({ modality: 'video', commercial: true })).toEqual([
      'acme:wander-2.6',
      'delta:wander-2.6',
      'home:wander-2.2',
    ])
    expect(ids({ retired: true })).toEqual(['north:aurora'])
    expect(CATALOGUE.length - ids({ priced: true }).length).toBe(3)
  })
  test('stand in families by name, the same model of several providers side by side', () => {
    const rows = rowsOf(CATALOGUE, { ...NO_FILTERS, words: 'er', modality: 'video' })
    const told = rows.map((row) => (row.kind === 'family' ? `${row.label} ${row.count}` : row.endpoint.id))
    expect(told).toEqual([
      'River 2',
      'north:river-1.0-lite',
      'acme:river-2-pro',
      'Wander 3',
      'home:wander-2.2',
      'acme:wander-2.6',
      'delta:wander-2.6',
    ])
    expect(rows.map((row) => row.at)).toEqual([0, 1, 2, 3, 4, 5, 6])
    expect(rows.map((row) => row.top)).toEqual([0, 38, 72, 106, 144, 178, 212])
    expect(heightOf(rows)).toBe(246)
  })
  test('in sight are found whatever their height', () => {
    const rows = rowsOf(CATALOGUE, NO_FILTERS)
    const naive = (from: number, to: number) => rows.filter((r) => r.top + r.height > from && r.top < to)
    for (const from of [-50, 0, 38, 39, 200, 400, 9_000])
      expect(visible(rows, from, from + 200)).toEqual(naive(from, from + 200))
  })
  test('know where else a model is offered', () => {
    const wander = CATALOGUE.find((e) => e.id === 'acme:wander-2.6')!
    expect(siblings(CATALOGUE, wander).map((e) => e.id)).toEqual(['delta:wander-2.6'])
  })
})

test('words for what it makes, what it costs and what it lacks', () => {
  const of = (id: string) => CATALOGUE.find((e) => e.id === id)!
  expect(makesWords(of('acme:seedling-4.5'))).toBe('Text, 10 images to image')
  expect(makesWords(of('acme:wander-2.6'))).toBe('Text, image to video')
  expect(makesWords(of('acme:unread-1'))).toBe('Images')
  const prices = ['acme:flint.2-klein', 'acme:river-2-pro', 'home:wander-2.2', 'delta:paper-banana-2']
  expect(prices.map((id) => priceOf(of(id)))).toEqual(['$0.003', 'from $0.26', 'Free', 'Not listed'])
  expect(lackOf(of('delta:wander-2.6'), keyRow('delta'))).toBe('key')
  expect(lackOf(of('acme:unread-1'), keyRow('acme', { place: 'keychain' }))).toBe('inputs')
  expect(lackOf(of('north:aurora'), undefined)).toBe('retired')
  expect(lackOf(of('acme:seedling-4.5'), undefined)).toBe(null)
})

describe('a route', () => {
  const check = (steps: string[], more: Partial<Steps> = {}) =>
    checkSteps(
      { steps, modality: 'image', most: null, ...more },
      { get: (id) => CATALOGUE.find((e) => e.id === id), key: (provider) => keyRow(provider) },
    )
  const tones = (...given: Parameters<typeof check>) => check(...given).map((c) => c.tone)

  test('cannot be kept with what makes something else, stands twice or is gone', () => {
    const checks = check(['acme:seedling-4.5', 'acme:river-2-pro', 'acme:seedling-4.5', 'acme:was'])
    expect(checks.map((c) => [c.tone, c.problem])).toEqual([
      ['fine', ''],
      ['stop', 'It makes clips, and this route is for pictures. Take it out.'],
      ['stop', 'It is in this route twice. Take one of them out.'],
      ['stop', 'Nobody offers it any more. Take it out.'],
    ])
  })
  test('goes past what costs more than the first that can run, or than its limit', () => {
    const steps = ['delta:seedling-4.5', 'acme:seedling-4.5', 'north:flint.2-pro', 'acme:flint.2-klein']
    expect(tones(steps)).toEqual(['skip', 'fine', 'skip', 'fine'])
    expect(tones(steps, { most: usd(45_000) })).toEqual(['skip', 'fine', 'fine', 'fine'])
    expect(tones(steps, { most: usd(30_000) })).toEqual(['skip', 'skip', 'skip', 'fine'])
    expect(tones(steps, { most: { ...usd(45_000), currency: 'EUR' } })).toEqual([
      'skip',
      'skip',
      'skip',
      'skip',
    ])
  })
  test('that begins with a free step stays free', () => {
    const checks = check(['home:flint.1-dev-', 'acme:flint.2-klein', 'sandbox:stills'])
    expect(checks.map((c) => c.tone)).toEqual(['fine', 'skip', 'fine'])
    expect(checks[1]?.problem).toContain('and the first step is free')
    expect(costWords(checks, null)).toBe('Free')
  })
  test('says what a run costs at most, and never less than it may', () => {
    const cost = (steps: string[], more: Partial<Steps> = {}) =>
      costWords(check(steps, more), more.most ?? null)
    expect(cost(['acme:seedling-4.5', 'acme:flint.2-klein'])).toBe('$0.04 a run')
    expect(cost(['acme:flint.2-klein', 'acme:seedling-4.5'], { most: usd(90_000) })).toBe('$0.04 a run')
    const clips = { modality: 'video' } as const
    expect(cost(['acme:river-2-pro'], clips)).toBe('What the first step costs, from $0.26')
    expect(cost(['acme:river-2-pro'], { ...clips, most: usd(400_000) })).toBe('$0.40 a run, the limit below')
    expect(cost(['delta:seedling-4.5', 'delta:paper-banana-2'])).toBe('No step can run yet')
  })
  test('says which inputs of the first step a later one has not', () => {
    const checks = check(['acme:river-2-pro', 'acme:wander-2.6', 'home:wander-2.2'], { modality: 'video' })
    expect(checks.map((c) => c.lacks)).toEqual([
      '',
      'Wander 2.6 takes no end frame. A take that uses one skips this step.',
      'Wander 2.2 takes no end frame. A take that uses one skips this step.',
    ])
  })
  test('has the weakest licence of its steps', () => {
    const checks = check(['acme:seedling-4.5', 'home:flint.1-dev-', 'sandbox:stills'])
    expect(weakest(checks)).toEqual({ commercial: 'no', steps: [2] })
    expect(weakest(check(['sandbox:stills']))).toBe(null)
    expect([onSteps([2], 3), onSteps([1, 2], 3), onSteps([1, 2, 4], 5), onSteps([1, 2], 2)]).toEqual([
      'on step 2',
      'on steps 1 and 2',
      'on steps 1, 2 and 4',
      '',
    ])
  })
  test('needs a name of its own that is not too long', () => {
    expect(nameProblem('  ', false)).toContain('Give it a name')
    expect(nameProblem('x'.repeat(61), false)).toBe('A name has up to 60 characters, this has 61.')
    expect(nameProblem('Hero', true)).toContain('Another route')
    expect(nameProblem('Hero', false)).toBe('')
  })
})

describe('the editor', () => {
  const hero: Route = { name: 'Hero', modality: 'image', steps: ['a:one', 'a:two', 'a:three'], most: null }
  let host: FakeHost
  let editor: Editor

  beforeEach(async () => {
    host = new FakeHost()
    host.endpoints = [
      ...['a:one', 'a:two', 'a:three', 'a:four'].map((id) => endpoint(id)),
      endpoint('a:clip', { modality: 'video', fields: [promptField, media('image', 'first_frame')] }),
    ]
    host.routes = [structuredClone(hero)]
    setHost(host)
    await Promise.all([endpoints.load(), keys.load(), routes.load()])
    editor = new Editor()
  })

  test('shows the first route, and what is put back is no change', () => {
    expect([editor.at, editor.dirty]).toEqual(['Hero', false])
    expect(editor.move(2, 0)).toBe(0)
    expect(editor.draft?.steps).toEqual(['a:three', 'a:one', 'a:two'])
    expect(editor.dirty).toBe(true)
    expect(editor.move(0, 9)).toBe(2)
    expect([editor.draft?.steps, editor.dirty]).toEqual([hero.steps, false])
  })

  test('a new route takes its kind from its first step, and is kept under its name', async () => {
    editor.fresh()
    expect([editor.at, editor.stop]).toEqual([NEW, 'Give it a name, like Hero video.'])
    editor.change({ name: 'hero' })
    expect(editor.stop).toContain('Another route has this name')
    editor.change({ name: 'Motion' })
    expect(editor.stop).toBe('Add the model to try first.')
    editor.add('a:clip')
    editor.add('a:one')
    expect([editor.draft?.modality, editor.stop]).toEqual(['video', 'Step 2 has to go first.'])
    expect(await editor.save()).toBe(null)
    editor.take(1)
    editor.change({ most: usd(500_000) })
    await editor.save()
    expect(host.asked.at(-1)).toEqual({
      cmd: 'save_route',
      request: { name: 'Motion', modality: 'video', steps: ['a:clip'], most: usd(500_000) },
    })
    expect([editor.at, editor.dirty, editor.places]).toEqual(['Motion', false, ['Hero', 'Motion']])
  })

  test('a new name is given in one step', async () => {
    const before = host.asked.length
    editor.change({ name: 'Hero still' })
    await editor.save()
    expect(host.asked.slice(before)).toEqual([
      {
        cmd: 'save_route',
        request: { name: 'Hero still', modality: 'image', steps: hero.steps, most: null, was: 'Hero' },
      },
    ])
    expect(host.routes.map((r) => r.name)).toEqual(['Hero still'])
    expect([editor.at, editor.dirty]).toEqual(['Hero still', false])
  })

  test('what is changed while it is being kept is not lost', async () => {
    editor.change({ name: 'Hero still' })
    const saving = editor.save()
    editor.change({ most: usd(500_000) })
    await saving
    expect([editor.at, editor.dirty, editor.draft?.most]).toEqual(['Hero still', true, usd(500_000)])
    await editor.save()
    expect([editor.dirty, host.routes.map((route) => route.most)]).toEqual([false, [usd(500_000)]])
  })

  test('what was changed elsewhere is shown at once, and never over what is being edited', () => {
    routes.apply([{ ...hero, steps: ['a:two'] }])
    expect([editor.draft?.steps, editor.elsewhere]).toEqual([['a:two'], null])
    editor.add('a:four')
    expect([editor.draft?.steps, editor.elsewhere]).toEqual([['a:two', 'a:four'], null])
    routes.apply([hero])
    expect([editor.draft?.steps, editor.elsewhere]).toEqual([['a:two', 'a:four'], 'changed'])
    routes.apply([])
    expect([editor.places, editor.elsewhere]).toEqual([['Hero'], 'removed'])
    routes.apply([hero])
    editor.discard()
    expect([editor.draft?.steps, editor.dirty]).toEqual([hero.steps, false])
  })

  test('looking at another route loses nothing', () => {
    editor.take(0)
    editor.fresh()
    editor.open('Hero')
    expect(editor.draft?.steps).toEqual(['a:two', 'a:three'])
    expect([editor.isDirty('Hero'), editor.isDirty(NEW)]).toEqual([true, true])
  })

  test('a route that is removed can be brought back', async () => {
    const gone = await editor.remove()
    expect([gone, editor.at, host.routes]).toEqual([hero, null, []])
    await routes.save(gone!)
    expect(routes.list).toEqual([hero])
  })

  test('takes eight steps and no more', () => {
    editor.change({ steps: Array.from({ length: 8 }, (_, n) => `a:${n}`) })
    expect(editor.add('a:one')).toBe(false)
    expect(editor.draft?.steps).toHaveLength(8)
  })
})
