// What is done with a print from wherever it is seen: gallery, viewer, feed.
import type { Job, Print, Quote } from '../bridge/generated'
import { call } from '../bridge/call'
import { asApiError } from '../bridge/host'
import { NOT_DRAWN, undrawn } from '../lib/drawn'
import { sentences } from '../lib/format'
import { t } from '../words'
import { announcer } from './announce.svelte'
import { loadJob } from './composing.svelte'
import { draft } from './draft.svelte'
import { mediaFields } from './fields'
import { jobs } from './jobs.svelte'
import { nav } from './nav.svelte'
import { orToast, toasts } from './toasts.svelte'

/** Adds a print to the composer's references and says which one it became. */
export function useAsReference(print: Print): void {
  // No service reads it as a picture.
  if (undrawn(print)) return void toasts.show(t(NOT_DRAWN))
  const place = draft.addPrint(print)
  const fits = mediaFields(draft.endpoint).filter((field) => field.kind.media === print.media)
  const most = fits.reduce((sum, field) => sum + Math.max(1, field.kind.max_items), 0)
  const said =
    most >= place
      ? t('Added as reference {place} of {most}.', { place, most })
      : sentences(t('Added as reference {place}.', { place }), tooManyWords(print.media, most))
  announcer.now(said)
  toasts.show(said, { action: { label: t('Open Studio'), run: () => nav.go('studio') } })
}

/** How many files of a kind the chosen model takes, where those are too few. */
function tooManyWords(media: Print['media'], most: number): string {
  const model = draft.endpoint?.name ?? t('The chosen model')
  if (media === 'video')
    return t(
      '{model} takes {most, plural, =0 {no video} one {# video} other {# videos}}, so choose another model in Studio.',
      { model, most },
    )
  if (media === 'audio')
    return t(
      '{model} takes {most, plural, =0 {no audio} one {# audio} other {# audios}}, so choose another model in Studio.',
      { model, most },
    )
  return t(
    '{model} takes {most, plural, =0 {no image} one {# image} other {# images}}, so choose another model in Studio.',
    { model, most },
  )
}

/** What the same inputs cost today, so many times. */
export function quoteAgain(job: Job, count = 1): Promise<Quote> {
  return call('quote', { endpoint: job.endpoint, inputs: job.inputs, references: job.references, count })
}

/** Sends the same inputs, each time with a new seed; false when something has to be fixed or said first. */
export async function runAgain(job: Job, count = 1, acceptUnpriced = false): Promise<boolean> {
  const sent = await jobs.rerun(job.id, acceptUnpriced, count).catch((cause: unknown) => {
    offerUnpriced(cause, () => runAgain(job, count, true))
  })
  if (!sent) return false
  const first = sent.jobs[0]
  if (!first) {
    toasts.show(sent.problems[0]?.message ?? t('Nothing was sent.'), {
      tone: 'fail',
      action: { label: t('Edit'), run: () => void editAndRun(job) },
    })
    return false
  }
  const said = t('Sent as shot {shot}, take {take}.', { shot: first.shot_number, take: first.take })
  announcer.now(said)
  toasts.show(said, { action: { label: t('Open Studio'), run: () => nav.go('studio') } })
  return true
}

/** Where no cap can watch the price, one press sends it all the same. Any other cause is thrown on. */
export function offerUnpriced(cause: unknown, send: () => Promise<unknown>): void {
  const { code, message } = asApiError(cause)
  if (code !== 'unpriced') throw cause
  toasts.show(sentences(message, t('Nothing was sent.')), {
    tone: 'fail',
    action: { label: t('Run it anyway'), run: () => orToast(send()) },
  })
}

/** Puts the inputs back into the composer and goes there. */
export async function editAndRun(job: Job): Promise<void> {
  await loadJob(job)
  nav.go('studio')
}
