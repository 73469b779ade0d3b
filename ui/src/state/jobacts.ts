// What can be done about a job in its present state, and the doing of it. One list for every screen.
import type { Job } from '../bridge/generated'
import { money } from '../lib/format'
import { t } from '../words'
import { editAndRun, runAgain } from './acts'
import { done } from './done'
import { jobs } from './jobs.svelte'
import { nav } from './nav.svelte'
import { againWords, inDoubt, isHeld, isOpen, isSetAside } from './telling'
import { orToast, toasts } from './toasts.svelte'

export type ActName =
  'look' | 'again' | 'dismiss' | 'key' | 'edit' | 'retry' | 'fetch' | 'run' | 'cancel' | 'close'

export interface Act {
  name: ActName
  label: string
  /** The verb while it is being done. */
  doing: string
  /** The first thing to do about a job that needs someone. */
  main: boolean
}

const act = (name: ActName, label: string, doing = '', main = false): Act => ({ name, label, doing, main })

/** Nothing can be called back while it is on its way, or once it lands. */
export function canCancel(job: Job): boolean {
  return job.state === 'queued' || (job.state === 'running' && job.phase === 'accepted')
}

/** In the order they stand in. `edit` is what loading it into the composer is called there. */
export function actsOf(job: Job, edit: string): Act[] {
  if (inDoubt(job)) {
    return [
      act('look', t('Keep looking'), t('Looking'), true),
      act('again', againWords([job], t('Send again')), t('Sending')),
      act('dismiss', t('Close'), t('Closing')),
    ]
  }
  const cancel = canCancel(job) ? [act('cancel', t('Cancel'), t('Cancelling'))] : []
  if (isHeld(job)) return [act('key', keyWords(job), '', true), ...cancel]
  if (isSetAside(job)) return [act('fetch', t('Fetch again'), t('Fetching'), true)]
  if (isOpen(job)) return [...cancel, act('edit', edit, t('Loading'))]
  if (job.state === 'failed' && job.cause !== 'dismissed') {
    const key = job.cause === 'auth' || job.cause === 'no_key'
    const words = job.cause === 'refused' || job.cause === 'invalid'
    const retry = act('retry', againWords([job], t('Try again')), t('Sending'), !key && !words)
    const first = key ? [act('key', keyWords(job), '', true)] : []
    const fix = act('edit', edit, t('Loading'), words)
    return [...first, ...(words ? [fix, retry] : [retry, fix]), act('close', t('Close'))]
  }
  return [act('run', againWords([job]), t('Sending')), act('edit', edit, t('Loading'))]
}

function keyWords(job: Job): string {
  if (job.cause === 'no_key') return t('Add a key')
  return job.cause === 'auth' ? t('Replace key') : t('Check the account')
}

/** "If the first one ran, you'll pay twice: $0.28 + $0.28." */
export function twiceWords(job: Job): string {
  if (!job.price) return t("If the first one ran, you'll pay twice: the price of both.")
  return t("If the first one ran, you'll pay twice: {price} + {price}.", { price: money(job.price) })
}

export async function perform(name: ActName, job: Job): Promise<void> {
  switch (name) {
    case 'look':
      return jobs.resolve(job.id, 'look')
    case 'again':
      return jobs.resolve(job.id, 'again')
    case 'dismiss':
      return jobs.resolve(job.id, 'dismiss')
    case 'key':
      return nav.go('settings', 'keys')
    case 'edit':
      await editAndRun(job)
      requestAnimationFrame(() => document.getElementById('prompt')?.focus())
      return
    case 'retry':
    case 'fetch':
      return jobs.retry(job.id)
    case 'run':
      await runAgain(job)
      return
    case 'cancel':
      return cancel(job)
    case 'close':
      jobs.dismiss(job.id)
      done.did(t('Put away. Its record stays in Jobs.'), () => jobs.recall(job.id), 'put away')
  }
}

/** What was never sent can be queued again; not by Ctrl+Z, because it costs what it would have cost. */
async function cancel(job: Job): Promise<void> {
  await jobs.cancel(job.id)
  if (job.state !== 'queued') return
  toasts.show(t('Cancelled before it was sent. Nothing was charged.'), {
    kind: `cancelled ${job.id}`,
    action: {
      label: job.price ? t('{act}, {price}', { act: t('Undo'), price: money(job.price) }) : t('Undo'),
      run: () => orToast(jobs.retry(job.id)),
    },
  })
}

/** For a key that cancels whatever is chosen. */
export async function cancelOrSay(job: Job): Promise<void> {
  if (canCancel(job)) await perform('cancel', job)
  else toasts.show(isOpen(job) ? t("It's on its way, so it can't be cancelled now.") : t('This job is over.'))
}

export async function copyTaskId(job: Job): Promise<void> {
  if (job.remote_id === null) return
  await navigator.clipboard.writeText(job.remote_id)
  toasts.show(t('Task id copied.'))
}
