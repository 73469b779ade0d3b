// Prints on their way out of the library.
import { call } from '../bridge/call'
import type { ExportForm, Exported, ShareCredentials } from '../bridge/generated'
import { rows } from './rows.svelte'

export interface Leaving {
  form: ExportForm
  /** Absolute path; empty for the user's downloads. */
  to: string
  credentials: ShareCredentials
}

/** Writes the prints of these numbers, in their order. Rejects with an `ApiError`. */
export async function exportPrints(
  seqs: readonly number[],
  { form, to, credentials }: Leaving,
): Promise<Exported> {
  const ids = (await rows.read([...seqs])).map((print) => print.id)
  return call('export_prints', { ids, form, credentials, ...(to.trim() ? { to: to.trim() } : {}) })
}
