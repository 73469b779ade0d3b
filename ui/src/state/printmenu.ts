// What menus offer to go on with from a print, wherever they hang.
import type { Job, Print } from '../bridge/generated'
import { undrawn } from '../lib/drawn'
import { editAndRun, useAsReference } from './acts'
import { slotTitle } from './fields'
import { copyPrompt, jobOf, moveOn, recallAll, recallPrompt, recallSeed, rolesFor, useAs } from './onward'
import { prints } from './prints.svelte'
import { orToast } from './toasts.svelte'

/** An item without its picture, which features add. */
export interface Offer {
  kind: 'reference' | 'move' | 'edit' | 'copy' | 'recall'
  label: string
  heading?: string
  note?: string
  run: () => void
}

/** As a reference, in each place that the composer's model has for it. */
export function referenceOffers(print: Print): Offer[] {
  if (undrawn(print)) return []
  const roles = rolesFor(print.media).map((field): Offer => ({
    kind: 'reference',
    heading: 'Use as',
    label: slotTitle(field),
    run: () => useAs(print, field),
  }))
  const plain: Offer = {
    kind: 'reference',
    label: 'Use as reference',
    note: 'R',
    run: () => useAsReference(print),
  }
  return [plain, ...roles]
}

/** Pictures begin a clip, clips go on. */
export function moveOffer(print: Print): Offer[] {
  if (print.media === 'audio' || undrawn(print)) return []
  const label = print.media === 'video' ? 'Extend' : 'Animate'
  return [{ kind: 'move', label, note: 'A', run: () => orToast(moveOn(print)) }]
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
    offers.push({ kind: 'recall', heading: 'Recall', label, run })
  if (print.job) recall('All, with the seed', () => withJob(print, recallAll))
  if (print.prompt) recall('The prompt', () => recallPrompt(print.prompt))
  if (print.job) recall('The seed', () => withJob(print, (job) => recallSeed(job.seed)))
  return offers
}

export function editOffer(print: Print): Offer[] {
  if (!print.job) return []
  return [{ kind: 'edit', label: 'Edit and run', run: () => withJob(print, editAndRun) }]
}

export function copyOffer(print: Print): Offer[] {
  if (!print.prompt) return []
  return [{ kind: 'copy', label: 'Copy the prompt', run: () => orToast(copyPrompt(print.prompt)) }]
}
