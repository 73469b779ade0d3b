// The record of the print one looks at, and what running it again costs today.
import { asApiError } from '../bridge/host'
import type { ApiError, Job, PrintBook, Quote } from '../bridge/generated'
import { quoteAgain } from './acts'
import { prints } from './prints.svelte'

/** The record of a print that a job made. */
export type MadeBook = PrintBook & { job: Job }

export class BookReader {
  book = $state.raw<PrintBook | null>(null)
  quote = $state.raw<Quote | null>(null)
  /** The record, where a job made the print. */
  readonly made = $derived(this.book?.job ? (this.book as MadeBook) : null)
  error = $state.raw<ApiError | null>(null)
  #asked = 0

  async read(id: string | null): Promise<void> {
    const asked = ++this.#asked
    const isLate = () => asked !== this.#asked
    if (this.book?.print.id !== id) {
      this.book = null
      this.quote = null
    }
    this.error = null
    if (id === null) return
    try {
      const book = await prints.book(id)
      if (isLate()) return
      this.book = book
      if (!book.job) return
      this.quote = { each: book.job.price, total: book.job.price, most: null, note: '' }
      const quote = await quoteAgain(book.job).catch(() => null)
      if (quote && !isLate()) this.quote = quote
    } catch (cause) {
      if (!isLate()) this.error = asApiError(cause)
    }
  }
}
