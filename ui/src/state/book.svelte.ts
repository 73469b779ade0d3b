// The record of the print one looks at, and what running it again costs today.
import { asApiError } from '../bridge/host'
import type { ApiError, PrintBook, Quote } from '../bridge/generated'
import { quoteAgain } from './acts'
import { jobOf } from './onward'
import { prints } from './prints.svelte'

export class BookReader {
  book = $state.raw<PrintBook | null>(null)
  quote = $state.raw<Quote | null>(null)
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
      const job = jobOf(book)
      if (!job) return
      this.quote = { each: job.price, total: job.price, most: null, note: '' }
      const quote = await quoteAgain(job).catch(() => null)
      if (quote && !isLate()) this.quote = quote
    } catch (cause) {
      if (!isLate()) this.error = asApiError(cause)
    }
  }
}
