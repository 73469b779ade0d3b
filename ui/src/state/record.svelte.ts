// The record of the job one looks at: its tries, its log and its prints, as they are written.
import { asApiError } from '../bridge/host'
import type { ApiError, JobBook } from '../bridge/generated'
import { jobs } from './jobs.svelte'

export class RecordReader {
  book = $state.raw<JobBook | null>(null)
  error = $state.raw<ApiError | null>(null)
  #wanted: string | null = null
  #reading = false
  #again = false

  /** Reads it, or reads it once more when it is being read already. */
  async read(id: string | null): Promise<void> {
    if (id !== this.#wanted) {
      this.#wanted = id
      this.book = null
      this.error = null
    }
    if (this.#reading) {
      this.#again = true
      return
    }
    this.#reading = true
    try {
      do {
        this.#again = false
        await this.#once(this.#wanted)
      } while (this.#again)
    } finally {
      this.#reading = false
    }
  }

  async #once(id: string | null): Promise<void> {
    if (id === null) return
    try {
      const book = await jobs.record(id)
      if (id !== this.#wanted) return
      this.book = book
      this.error = null
    } catch (cause) {
      if (id === this.#wanted) this.error = asApiError(cause)
    }
  }
}
