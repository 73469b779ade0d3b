// Short lines at the bottom left: undoable acts, and what could not be done.
import { asApiError } from '../bridge/host'

export interface Toast {
  id: number
  message: string
  tone: 'plain' | 'fail'
  action?: { label: string; run: () => void }
}

const SHOWN_MS = 6000

export class Toasts {
  list = $state<Toast[]>([])
  #next = 1

  show(message: string, more: { tone?: Toast['tone']; action?: Toast['action'] } = {}): void {
    const id = this.#next++
    const toast: Toast = { id, message, tone: more.tone ?? 'plain' }
    if (more.action) toast.action = more.action
    this.list = [...this.list.slice(-2), toast]
    setTimeout(() => this.close(id), SHOWN_MS)
  }

  close(id: number): void {
    this.list = this.list.filter((t) => t.id !== id)
  }

  /** Says what a call could not do, and what to do next. */
  fail(cause: unknown): void {
    this.show(wordsOf(cause), { tone: 'fail' })
  }
}

/** What a call could not do and what to do next, in one line. */
export function wordsOf(cause: unknown): string {
  const { message, hint } = asApiError(cause)
  return hint ? `${message} ${hint}` : message
}

export const toasts = new Toasts()

/** For acts nobody waits for: a rejection becomes a toast. */
export function orToast(act: Promise<unknown>): void {
  act.catch((cause: unknown) => toasts.fail(cause))
}
