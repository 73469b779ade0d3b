// What the door serves as bytes, beside the calls.
import { asApiError } from './host'
import type { ApiError } from './generated'

/** Reads an address of the door whole. Rejects with an `ApiError`. */
export async function readBytes(url: string): Promise<ArrayBuffer> {
  let response: Response
  try {
    response = await fetch(url)
  } catch (cause) {
    throw {
      code: 'network',
      message: 'Rushes is not answering.',
      hint: 'Try again. If it keeps happening, restart Rushes.',
      detail: String(cause),
    } satisfies ApiError
  }
  if (!response.ok) throw asApiError((await response.json().catch(() => null)) ?? `HTTP ${response.status}`)
  return response.arrayBuffer()
}
