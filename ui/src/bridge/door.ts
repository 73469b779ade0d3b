// What the door serves as bytes, beside the calls.
import { t } from '../words'
import { asApiError } from './host'
import type { ApiError, Imported } from './generated'

/** Reads an address of the door whole. Rejects with an `ApiError`. */
export async function readBytes(url: string): Promise<ArrayBuffer> {
  let response: Response
  try {
    response = await fetch(url)
  } catch (cause) {
    throw {
      code: 'network',
      message: t('Rushes is not answering.'),
      hint: t('Try again. If it keeps happening, restart Rushes.'),
      detail: String(cause),
    } satisfies ApiError
  }
  if (!response.ok) throw asApiError((await response.json().catch(() => null)) ?? `HTTP ${response.status}`)
  return response.arrayBuffer()
}

/** Sends a file to the library, as a print. Rejects with an `ApiError`. */
export async function sendFile(url: string, file: File): Promise<Imported> {
  const about = new URLSearchParams({ name: file.name, made_at: String(file.lastModified) })
  let response: Response
  try {
    response = await fetch(`${url}?${about.toString()}`, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
      body: file,
    })
  } catch (cause) {
    throw {
      code: 'network',
      message: t('{name} could not be sent.', { name: file.name }),
      hint: t('Check that the file is still there and Rushes runs, then try again.'),
      detail: String(cause),
    } satisfies ApiError
  }
  const body: unknown = await response.json().catch(() => null)
  if (!response.ok) throw asApiError(body ?? `HTTP ${response.status}`)
  return body as Imported
}
