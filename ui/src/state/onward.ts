// Where one goes on from a print: as a reference in a certain role, as the start of a clip, with its words or its seed.
import { call } from '../bridge/call'
import type { Asset, Endpoint, Job, Print } from '../bridge/generated'
import { undrawn } from '../lib/drawn'
import { base64Of } from '../lib/files'
import { timecode } from '../lib/format'
import { frameOf, lastFrameOf } from '../lib/frame'
import { t } from '../words'
import { announcer } from './announce.svelte'
import { mediaUrl } from './app.svelte'
import { loadJob } from './composing.svelte'
import { draft } from './draft.svelte'
import { endpoints } from './endpoints.svelte'
import { assign, fieldOf, mediaFields, slotTitle, type MediaField } from './fields'
import { nav } from './nav.svelte'
import { toasts } from './toasts.svelte'
import { kin } from './variants'

const find = (id: string) => endpoints.get(id)

/** What made it; an import was made elsewhere. */
export function jobOf(book: { job?: Job | null } | null): Job | null {
  return book?.job ?? null
}

/** The places that the composer's model has for a file of this kind; none where it is only one. */
export function rolesFor(media: Print['media']): MediaField[] {
  const fields = mediaFields(draft.endpoint).filter((field) => field.kind.media === media)
  return fields.length > 1 ? fields : []
}

/** Adds a print to the composer in a certain place. */
export function useAs(print: Print, field: MediaField): void {
  draft.addPrint(print, field.name)
  say(t('Added as {place}.', { place: slotTitle(field).toLowerCase() }))
}

function say(said: string): void {
  announcer.now(said)
  toasts.show(said, { action: { label: t('Open Studio'), run: () => nav.go('studio') } })
}

/** The field that takes the first frame of a clip, of this model or of another variant of it. */
export function startField(endpoint: Endpoint | undefined): { at: Endpoint; field: MediaField } | null {
  if (!endpoint) return null
  for (const at of kin(endpoint, find)) {
    const field = mediaFields(at).find((f) => f.kind.media === 'image' && f.role === 'first_frame')
    if (field && at.usable) return { at, field }
  }
  return null
}

/** The user's model for clips where it begins with a picture, else the first that does. */
export function starter(): { at: Endpoint; field: MediaField } | null {
  const clips = endpoints.of('video').filter((e) => e.usable)
  const chosen = endpoints.get(draft.sheets.video.endpoint)
  const able = [chosen, ...clips.filter((e) => !e.sandbox), ...clips]
  return able.map(startField).find((found) => found !== null) ?? null
}

/** Lays a picture into the composer as the first frame of a clip and goes there. Nothing is sent. */
function startWith(asset: Asset, prompt: string): void {
  const start = starter()
  if (!start) {
    toasts.show(
      t(
        'No model for clips that begin with a picture is ready. Add a key in Settings, or choose a model in Models.',
      ),
      {
        tone: 'fail',
        action: { label: t('Open Models'), run: () => nav.go('models') },
      },
    )
    return
  }
  draft.setModality('video')
  const { sheet } = draft
  const before = assign(start.at, sheet.references).byField.get(start.field.name) ?? []
  draft.assets.set(asset.id, asset)
  draft.setReferences([
    ...sheet.references.filter((_, place) => !before.includes(place)),
    { asset: asset.id, media: asset.media, field: start.field.name },
  ])
  // After the picture, so that the variant which begins with one is the one that fits.
  draft.choose(start.at.id)
  if (sheet.prompt === '') draft.setPrompt(prompt)
  nav.go('studio')
  announcer.now(t('Set as the first frame for {model}.', { model: draft.endpoint?.name ?? start.at.name }))
}

function assetOf(print: Print): Asset {
  const { id, media, media_type, width, height, duration_ms, bytes, path } = print
  return { id, media, media_type, width, height, duration_ms, bytes, path }
}

/** A picture becomes the first frame of a clip. */
export function animate(print: Print): void {
  startWith(assetOf(print), print.prompt)
}

/** The last frame of a clip becomes the first of the next. */
export async function extend(print: Print): Promise<void> {
  const { png, atMs } = await lastFrameOf(mediaUrl(print.id, 'original')).catch(() => {
    throw unplayable()
  })
  startWith(await keep(print, png, atMs), print.prompt)
}

/** Animate or Extend, as the print is a picture or a clip. */
export async function moveOn(print: Print): Promise<void> {
  if (print.media === 'video') await extend(print)
  else if (print.media === 'image' && !undrawn(print)) animate(print)
}

/** Keeps the frame that a clip shows as a picture of the library. */
export async function keepFrame(print: Print, video: HTMLVideoElement, atMs: number): Promise<Asset> {
  const png = await frameOf(video).catch(() => {
    throw unplayable()
  })
  const asset = await keep(print, png, atMs)
  const said = t('Frame at {time} kept.', { time: timecode(atMs) })
  announcer.now(said)
  toasts.show(said, {
    action: {
      label: t('Use as reference'),
      run: () => {
        draft.addReference(asset)
        nav.go('studio')
      },
    },
  })
  return asset
}

const unplayable = () => ({
  code: 'unplayable',
  message: t("This computer can't play the clip here, so no frame could be taken."),
  hint: t('Open it outside and save the frame there.'),
  detail: '',
})

async function keep(print: Print, png: Blob, atMs: number): Promise<Asset> {
  return call('keep_frame', { id: print.id, at_ms: Math.round(atMs), base64: await base64Of(png) })
}

export function copyPrompt(prompt: string): Promise<void> {
  return navigator.clipboard.writeText(prompt).then(() => void toasts.show(t('Prompt copied.')))
}

/** Its words into the composer; all else stays. */
export function recallPrompt(prompt: string): void {
  draft.setPrompt(prompt)
  say(t('Its prompt stands in the composer.'))
}

/** Its seed into the composer, locked; all else stays. */
export function recallSeed(seed: number | null): void {
  if (seed === null) {
    toasts.show(t('No seed was sent for this print, so there is none to recall.'))
    return
  }
  const field = fieldOf(draft.endpoint, 'seed')
  if (!field) {
    const model = draft.endpoint?.name ?? t('The chosen model')
    toasts.show(t('{model} takes no seed. Choose another model in Studio.', { model }), { tone: 'fail' })
    return
  }
  draft.setValue(field.name, seed)
  draft.lockSeed(true)
  say(t('Seed {seed} stands in the composer, locked.', { seed }))
}

/** All it was made from into the composer, the seed locked, so that the same comes out where the model can. */
export async function recallAll(job: Job): Promise<void> {
  await loadJob(job)
  if (job.seed !== null && fieldOf(draft.endpoint, 'seed')) draft.lockSeed(true)
  nav.go('studio')
}
