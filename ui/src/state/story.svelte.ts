// What is read of a print beside its record: what its file says, and its lineage both ways.
import { call } from '../bridge/call'
import { asApiError } from '../bridge/host'
import type { ApiError, Endpoint, Origin, PrintOrigins, PrintWords } from '../bridge/generated'
import { timecode } from '../lib/format'
import { known, t } from '../words'
import { readable } from './facts'
import { slotTitle } from './fields'

export class StoryReader {
  /** The print that is read of. */
  id = $state<string | null>(null)
  words = $state.raw<PrintWords | null>(null)
  origins = $state.raw<PrintOrigins | null>(null)
  /** Why its file could not be read. */
  error = $state.raw<ApiError | null>(null)
  #asked = 0

  async read(id: string): Promise<void> {
    const asked = ++this.#asked
    if (this.id !== id) {
      this.id = id
      this.words = null
      this.origins = null
    }
    this.error = null
    const [words, origins] = await Promise.allSettled([
      call('read_print', { id }),
      call('print_origins', { id }),
    ])
    if (asked !== this.#asked) return
    if (words.status === 'fulfilled') this.words = words.value
    else this.error = asApiError(words.reason)
    if (origins.status === 'fulfilled') this.origins = origins.value
  }
}

/** What one was to the other: "Start frame", "Frame at 00:00:04". */
export function originRole(origin: Origin, endpoint: Endpoint | undefined): string {
  if (origin.field === '')
    return origin.frame ? t('Frame at {time}', { time: timecode(origin.frame.at_ms) }) : ''
  const field = endpoint?.fields.find((f) => f.name === origin.field)
  return field ? slotTitle(field) : known(readable(origin.field))
}

/** Under its thumbnail: the edge print, where a frame was taken, or that it is gone. */
export function originCode(origin: Origin): string {
  if (origin.id === null) return t('removed')
  if (origin.code !== '') return origin.code
  return origin.frame ? `${origin.frame.code} ${timecode(origin.frame.at_ms)}` : t('file')
}
