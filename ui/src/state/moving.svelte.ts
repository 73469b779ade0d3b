// The library on its way to another folder, part by part: the core does a part each time it is asked.
import { call } from '../bridge/call'
import { asApiError } from '../bridge/host'
import type { ApiError, Moved } from '../bridge/generated'

export class Moving {
  /** True from the word to move until it is over, stopped or refused. */
  busy = $state(false)
  /** How far it is; after the end, how it ended. */
  now = $state.raw<Moved | null>(null)
  error = $state.raw<ApiError | null>(null)
  #stopping = false

  /** Moves it to this folder. True when the library is there. What was begun before goes on. */
  async to(folder: string): Promise<boolean> {
    if (this.busy) return false
    this.busy = true
    this.error = null
    this.now = null
    this.#stopping = false
    try {
      do this.now = await call('move_library', { to: folder })
      while (this.isOnItsWay() && !this.#stopping)
      return !this.isOnItsWay()
    } catch (cause) {
      this.error = asApiError(cause)
      return false
    } finally {
      this.busy = false
    }
  }

  /** Stops after the present part. Everything stays where it is, and the same folder asked for again goes on. */
  stop(): void {
    this.#stopping = true
  }

  /** Whether files are still copied, or removed from the old place. */
  isOnItsWay(): boolean {
    return this.now?.phase === 'copying' || this.now?.phase === 'removing'
  }
}

export const moving = new Moving()
