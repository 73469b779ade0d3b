// The media folder, and what a check of it found.
import { asApiError } from '../bridge/host'
import { call } from '../bridge/call'
import type { ApiError, Verification } from '../bridge/generated'

export class Library {
  checking = $state(false)
  found = $state.raw<Verification | null>(null)
  /** When the check ended, ms UTC. */
  checkedAt = $state<number | null>(null)
  error = $state.raw<ApiError | null>(null)

  /** Reads every file again and compares it with what was saved. */
  async verify(): Promise<void> {
    if (this.checking) return
    this.checking = true
    this.error = null
    try {
      this.found = await call('verify_library', {})
      this.checkedAt = Date.now()
    } catch (cause) {
      this.error = asApiError(cause)
    } finally {
      this.checking = false
    }
  }
}

export const library = new Library()
