// Copies of the records: what is kept, a copy made now, and going back to one at the next start.
import { call, host } from '../bridge/call'
import { asApiError } from '../bridge/host'
import type { ApiError, BookCopies, RestoreFrom, RestorePreview } from '../bridge/generated'

export type CopyAct = 'list' | 'make' | 'save' | 'look' | 'restore' | 'call off' | 'restart'

export class Copies {
  now = $state.raw<BookCopies | null>(null)
  /** What is under way; null for nothing. */
  act = $state<CopyAct | null>(null)
  error = $state.raw<ApiError | null>(null)
  /** Where a copy was written. */
  savedTo = $state('')
  /** What the restore that is asked about would do. */
  preview = $state.raw<RestorePreview | null>(null)
  /** Whether it is asked about. */
  asking = $state(false)
  #from: RestoreFrom = {}

  load(): Promise<boolean> {
    return this.#do('list', async () => void (this.now = await call('list_copies', {})))
  }

  make(): Promise<boolean> {
    return this.#do('make', async () => void (this.now = await call('make_copy', {})))
  }

  /** Writes a copy into a folder of the user's. */
  save(name: string, folder: string): Promise<boolean> {
    this.savedTo = ''
    return this.#do('save', async () => {
      this.savedTo = (await call('save_copy', { name, folder })).path
    })
  }

  /** Looks at what going back would mean; nothing is changed. */
  look(from: RestoreFrom): Promise<boolean> {
    this.#from = from
    return this.#do('look', async () => {
      this.preview = await call('preview_restore', from)
      this.asking = true
    })
  }

  /** Lets what was looked at take the place of the records at the next start. */
  restore(): Promise<boolean> {
    return this.#do('restore', async () => {
      this.asking = false
      this.now = await call('restore_book', this.#from)
    })
  }

  callOff(): Promise<boolean> {
    return this.#do('call off', async () => void (this.now = await call('call_off_restore', {})))
  }

  restart(): Promise<boolean> {
    return this.#do('restart', async () => void (await host().restart()))
  }

  /** One act at a time; answers whether it was done. */
  async #do(act: CopyAct, work: () => Promise<void>): Promise<boolean> {
    if (this.act) return false
    this.act = act
    this.error = null
    try {
      await work()
      return true
    } catch (cause) {
      this.error = asApiError(cause)
      return false
    } finally {
      this.act = null
    }
  }
}

export const copies = new Copies()
