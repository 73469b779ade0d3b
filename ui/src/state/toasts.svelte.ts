// Short lines at the bottom left: undoable acts, and what could not be done.
import { asApiError } from '../bridge/host'
import { sentences } from '../lib/format'

export interface Toast {
  id: number
  message: string
  tone: 'plain' | 'fail'
  action?: { label: string; run: () => void }
  /** Stands in place of one of the same kind. */
  kind?: string
}

const SHOWN_MS = 6000

export class Toasts {
  list = $state<Toast[]>([])
  #next = 1

  show(message: string, more: Partial<Pick<Toast, 'tone' | 'action' | 'kind'>> = {}): void {
    const id = this.#next++
    const toast: Toast = { id, message, tone: 'plain', ...more }
    const others = this.list.filter(({ kind }) => kind === undefined || kind !== more.kind)
    this.list = [...others.slice(-2), toast]
    setTimeout(() => this.close(id), SHOWN_MS)
  }

  close(id: number): void {
    this.list = this.list.filter((t) => t.id !== id)
  }

  /** What toasts of this kind say holds no longer. */
  drop(kind: string): void {
    this.list = this.list.filter((toast) => toast.kind !== kind)
  }

  /** Says what a call could not do, and what to do next. */
  fail(cause: unknown): void {
    this.show(wordsOf(cause), { tone: 'fail' })
  }
}

/** What a call could not do and what to do next, in one line. */
export function wordsOf(cause: unknown): string {
  const { message, hint } = asApiError(cause)
  return sentences(message, hint)
}

export const toasts = new Toasts()

/** For acts nobody waits for: a rejection becomes a toast. */
export function orToast(act: Promise<unknown>): void {
  act.catch((cause: unknown) => toasts.fail(cause))
}
