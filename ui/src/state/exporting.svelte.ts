// Prints on their way out of the library: which ones the dialog asks about, and how they are written.
import { call } from '../bridge/call'
import type { ExportForm, Exported, ShareCredentials } from '../bridge/generated'
import { focusAgain } from '../lib/focus'
import { rows } from './rows.svelte'

export interface Leaving {
  form: ExportForm
  /** Absolute path; empty for the user's downloads. */
  to: string
  credentials: ShareCredentials
}

export class Exporting {
  /** The prints that are asked about, by number; null when none are. */
  seqs = $state.raw<readonly number[] | null>(null)
  #returnTo: HTMLElement | null = null

  /** Asks in which form these prints leave. */
  ask(seqs: readonly number[]): void {
    if (seqs.length === 0) return
    this.#returnTo = document.activeElement instanceof HTMLElement ? document.activeElement : null
    this.seqs = seqs
  }

  /** Asks no longer; the focus goes back to where it was. */
  close(): void {
    this.seqs = null
    focusAgain(this.#returnTo)
    this.#returnTo = null
  }

  /** Writes them, in their order. Rejects with an `ApiError`. */
  async write({ form, to, credentials }: Leaving): Promise<Exported> {
    const ids = (await rows.read(this.seqs ?? [])).map((print) => print.id)
    return call('export_prints', { ids, form, credentials, ...(to.trim() ? { to: to.trim() } : {}) })
  }
}

export const exporting = new Exporting()
