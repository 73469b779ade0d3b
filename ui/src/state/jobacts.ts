// What can be done about a job in its present state, and the doing of it. One list for every screen.
import type { Job } from '../bridge/generated'
import { money } from '../lib/format'
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
      act('look', 'Keep looking', 'Looking', true),
      act('again', againWords([job], 'Send again'), 'Sending'),
      act('dismiss', 'Close', 'Closing'),
    ]
  }
  const cancel = canCancel(job) ? [act('cancel', 'Cancel', 'Cancelling')] : []
  if (isHeld(job)) return [act('key', keyWords(job), '', true), ...cancel]
  if (isSetAside(job)) return [act('fetch', 'Fetch again', 'Fetching', true)]
  if (isOpen(job)) return [...cancel, act('edit', edit, 'Loading')]
  if (job.state === 'failed' && job.cause !== 'dismissed') {
    const key = job.cause === 'auth' || job.cause === 'no_key'
    const words = job.cause === 'refused' || job.cause === 'invalid'
    const retry = act('retry', againWords([job], 'Try again'), 'Sending', !key && !words)
    const first = key ? [act('key', keyWords(job), '', true)] : []
    const fix = act('edit', edit, 'Loading', words)
    return [...first, ...(words ? [fix, retry] : [retry, fix]), act('close', 'Close')]
  }
  return [act('run', againWords([job]), 'Sending'), act('edit', edit, 'Loading')]
}

function keyWords(job: Job): string {
  if (job.cause === 'no_key') return 'Add a key'
  return job.cause === 'auth' ? 'Replace key' : 'Check the account'
}

/** "If the first one ran, you'll pay twice: $0.28 + $0.28." */
export function twiceWords(job: Job): string {
  const both = job.price ? `${money(job.price)} + ${money(job.price)}` : 'the price of both'
  return `If the first one ran, you'll pay twice: ${both}.`
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
      done.did('Put away. Its record stays in Jobs.', () => jobs.recall(job.id), 'put away')
  }
}

/** What was never sent can be queued again; not by Ctrl+Z, because it costs what it would have cost. */
async function cancel(job: Job): Promise<void> {
  await jobs.cancel(job.id)
  if (job.state !== 'queued') return
  toasts.show('Cancelled before it was sent. Nothing was charged.', {
    kind: `cancelled ${job.id}`,
    action: {
      label: job.price ? `Undo, ${money(job.price)}` : 'Undo',
      run: () => orToast(jobs.retry(job.id)),
    },
  })
}

/** For a key that cancels whatever is chosen. */
export async function cancelOrSay(job: Job): Promise<void> {
  if (canCancel(job)) await perform('cancel', job)
  else toasts.show(isOpen(job) ? "It's on its way, so it can't be cancelled now." : 'This job is over.')
}

export async function copyTaskId(job: Job): Promise<void> {
  if (job.remote_id === null) return
  await navigator.clipboard.writeText(job.remote_id)
  toasts.show('Task id copied.')
}
