// What menus offer to go on with from a print, wherever they hang.
import type { Job, Print } from '../bridge/generated'
import { undrawn } from '../lib/drawn'
import { t } from '../words'
import { editAndRun, useAsReference } from './acts'
import { again, type Manner } from './again.svelte'
import { slotTitle } from './fields'
import { keymap } from './keymap.svelte'
import { copyPrompt, jobOf, moveOn, recallAll, recallPrompt, recallSeed, rolesFor, useAs } from './onward'
import { copyPath, copyPicture, onDesktop, openOutside, reveal } from './outside'
import { prints } from './prints.svelte'
import { orToast } from './toasts.svelte'

/** An item without its picture, which the kit adds. */
export interface Offer {
  kind: 'run' | 'vary' | 'edit' | 'move' | 'reference' | 'recall' | 'copy' | 'outside' | 'reveal'
  label: string
  heading?: string
  note?: string
  run: () => void
}

/** All ways on from a print. */
export function printOffers(print: Print): Offer[] {
  return [
    ...runOffers(print),
    ...editOffer(print),
    ...moveOffer(print),
    ...referenceOffers(print),
    ...recallOffers(print),
    ...fileOffers(print),
    ...copyOffer(print),
  ]
}

/** Once more what made it; the price is shown before anything is sent. */
export function runOffers(print: Print): Offer[] {
  if (!print.job) return []
  const ask = (manner: Manner) => () => orToast(again.ask(manner, print.id))
  return [
    { kind: 'run', label: t('Run again'), note: keymap.shown('print.run'), run: ask('run') },
    { kind: 'vary', label: t('Vary'), note: keymap.shown('print.vary'), run: ask('vary') },
  ]
}

/** Its file, for other programs. */
export function fileOffers(print: Print): Offer[] {
  const offers: Offer[] = []
  const add = (kind: Offer['kind'], label: string, run: () => Promise<void>, note = '') =>
    offers.push({ kind, heading: t('File'), label, note, run: () => orToast(run()) })
  if (print.present) add('outside', t('Open outside'), () => openOutside(print.id))
  if (onDesktop()) add('reveal', t('Show in folder'), () => reveal(print.id))
  if (print.present && print.media === 'image')
    add('copy', t('Copy the picture'), () => copyPicture(print), keymap.shown('print.copy'))
  add(
    'copy',
    t('Copy the path'),
    () => copyPath(print),
    print.media === 'image' ? '' : keymap.shown('print.copy'),
  )
  return offers
}

/** As a reference, in each place that the composer's model has for it. */
export function referenceOffers(print: Print): Offer[] {
  if (undrawn(print)) return []
  const roles = rolesFor(print.media).map((field): Offer => ({
    kind: 'reference',
    heading: t('Use as'),
    label: slotTitle(field),
    run: () => useAs(print, field),
  }))
  const plain: Offer = {
    kind: 'reference',
    label: t('Use as reference'),
    note: keymap.shown('print.reference'),
    run: () => useAsReference(print),
  }
  return [plain, ...roles]
}

/** Pictures begin a clip, clips go on. */
export function moveOffer(print: Print): Offer[] {
  if (print.media === 'audio' || undrawn(print)) return []
  const label = print.media === 'video' ? t('Extend') : t('Animate')
  return [{ kind: 'move', label, note: keymap.shown('print.onward'), run: () => orToast(moveOn(print)) }]
}

/** Reads what made a print, and goes on with that. */
function withJob(print: Print, act: (job: Job) => Promise<void> | void): void {
  orToast(
    prints.book(print.id).then((book) => {
      const job = jobOf(book)
      return job ? act(job) : undefined
    }),
  )
}

/** Words, seed and inputs back into the composer. */
export function recallOffers(print: Print): Offer[] {
  const offers: Offer[] = []
  const recall = (label: string, run: () => void) =>
    offers.push({ kind: 'recall', heading: t('Recall'), label, run })
  if (print.job) recall(t('All, with the seed'), () => withJob(print, recallAll))
  if (print.prompt) recall(t('The prompt'), () => recallPrompt(print.prompt))
  if (print.job) recall(t('The seed'), () => withJob(print, (job) => recallSeed(job.seed)))
  return offers
}

export function editOffer(print: Print): Offer[] {
  if (!print.job) return []
  return [{ kind: 'edit', label: t('Edit and run'), run: () => withJob(print, editAndRun) }]
}

export function copyOffer(print: Print): Offer[] {
  if (!print.prompt) return []
  return [{ kind: 'copy', label: t('Copy the prompt'), run: () => orToast(copyPrompt(print.prompt)) }]
}
