import { beforeEach, describe, expect, test } from 'vitest'
import { setHost } from '../src/bridge/call'
import type { Origin, Print } from '../src/bridge/generated'
import { draft } from '../src/state/draft.svelte'
import { endpoints } from '../src/state/endpoints.svelte'
import { nav } from '../src/state/nav.svelte'
import { animate, jobOf, recallSeed, rolesFor, starter, useAs } from '../src/state/onward'
import { editOffer, recallOffers } from '../src/state/printmenu'
import { settings } from '../src/state/settings.svelte'
import { originCode, originRole } from '../src/state/story.svelte'
import { toasts } from '../src/state/toasts.svelte'
import { FakeHost } from './fixtures/host'
import { endpoint, media, promptField, seedField } from './fixtures/rows'

const picture = { id: 'ast_1', media: 'image', prompt: 'Boats', job: 'job_1', width: 4, height: 3 } as Print

let host: FakeHost

beforeEach(async () => {
  host = new FakeHost()
  host.endpoints = [
    endpoint('acme:stills', { name: 'Stills', fields: [promptField, seedField] }),
    endpoint('acme:words', {
      name: 'Words',
      modality: 'video',
      fields: [promptField],
      variants: ['acme:words', 'acme:start'],
    }),
    endpoint('acme:start', {
      name: 'Start',
      modality: 'video',
      fields: [
        promptField,
        media('image', 'first_frame', { required: true, label: 'Image' }),
        media('end', 'last_frame', { label: 'End' }),
      ],
      variants: ['acme:words', 'acme:start'],
    }),
  ]
  setHost(host)
  await Promise.all([endpoints.load(), settings.load()])
  await draft.restore()
  draft.setModality('image')
})

describe('animate', () => {
  test('moves to the variant of the chosen model that begins with a picture', () => {
    draft.sheets.video.endpoint = 'acme:words'
    expect(starter()?.at.id).toBe('acme:start')
    animate(picture)
    expect(nav.screen).toBe('studio')
    expect([draft.modality, draft.endpoint?.id]).toEqual(['video', 'acme:start'])
    expect(draft.sheet.references).toEqual([{ asset: 'ast_1', media: 'image', field: 'image' }])
  })

  test('takes the place of an earlier first frame, and leaves the last one', () => {
    animate(picture)
    draft.addReference({ ...picture, id: 'ast_end' }, 'end')
    animate({ ...picture, id: 'ast_2' })
    expect(draft.sheet.references.map((r) => [r.asset, r.field])).toEqual([
      ['ast_end', 'end'],
      ['ast_2', 'image'],
    ])
  })

  test('says what to do where no model begins with a picture', async () => {
    host.endpoints = host.endpoints.slice(0, 1)
    await endpoints.load()
    nav.go('gallery')
    animate(picture)
    expect(nav.screen).toBe('gallery')
    expect(toasts.list.at(-1)?.message).toMatch(/^No model for clips that begin with a picture is ready\./)
  })
})

describe('a reference', () => {
  test('may take each place that the model has for its kind', () => {
    expect(rolesFor('image')).toEqual([])
    draft.setModality('video')
    draft.choose('acme:start')
    draft.sheet.references = []
    const roles = rolesFor('image')
    expect(roles.map((role) => role.name)).toEqual(['image', 'end'])
    useAs({ ...picture, id: 'ast_3' }, roles[1]!)
    expect(draft.sheet.references.at(-1)).toMatchObject({ asset: 'ast_3', field: 'end' })
  })
})

describe('recall', () => {
  test('locks the seed where the model takes one, and says so where it does not or there is none', () => {
    recallSeed(7)
    expect([draft.sheet.values.seed, draft.sheet.seedLocked]).toEqual([7, true])
    recallSeed(null)
    expect(toasts.list.at(-1)?.message).toMatch(/^No seed was sent/)
    draft.setModality('video')
    recallSeed(7)
    expect(toasts.list.at(-1)?.message).toMatch(/takes no seed/)
  })

  test('offers of a print that was made elsewhere only what it has', () => {
    const labels = (print: Print) => [...editOffer(print), ...recallOffers(print)].map((offer) => offer.label)
    expect(labels(picture)).toEqual(['Edit and run', 'All, with the seed', 'The prompt', 'The seed'])
    expect(labels({ ...picture, job: '' })).toEqual(['The prompt'])
    expect(labels({ ...picture, job: '', prompt: '' })).toEqual([])
    expect([jobOf(null), jobOf({}), jobOf({ job: null })]).toEqual([null, null, null])
  })
})

describe('lineage', () => {
  const origin = (more: Partial<Origin>): Origin => ({
    field: 'images',
    endpoint: 'acme:x',
    id: 'ast_9',
    code: '12-1·1',
    media: 'image',
    width: 1,
    height: 1,
    trashed: false,
    frame: null,
    ...more,
  })

  test('says what one was to the other', () => {
    const start = endpoints.get('acme:start')
    expect(originRole(origin({ field: 'image' }), start)).toBe('Start frame')
    expect(originRole(origin({ field: 'ref_images' }), undefined)).toBe('Ref images')
    const frame = { clip: 'ast_c', code: '3-1·1', at_ms: 4_000 }
    expect(originRole(origin({ field: '', code: '', frame }), undefined)).toBe('Frame at 00:00:04')
    expect(originCode(origin({ code: '', frame }))).toBe('3-1·1 00:00:04')
    expect(originCode(origin({ id: null, code: '' }))).toBe('removed')
    expect(originCode(origin({ code: '' }))).toBe('file')
    expect(originCode(origin({}))).toBe('12-1·1')
  })
})
