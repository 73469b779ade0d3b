// What asks before it spends: running a print again, and varying it. Nothing is sent on a single key.
import { asApiError } from '../bridge/host'
import type { ApiError, Job, Quote } from '../bridge/generated'
import { t } from '../words'
import { quoteAgain, runAgain } from './acts'
import { jobOf } from './onward'
import { prints } from './prints.svelte'
import { toasts } from './toasts.svelte'

export type Manner = 'run' | 'vary'

/** How many a variation makes unless another number is chosen. */
export const VARIED = 4

export class Again {
  manner = $state<Manner | null>(null)
  job = $state.raw<Job | null>(null)
  quote = $state.raw<Quote | null>(null)
  count = $state(1)
  sending = $state(false)
  error = $state.raw<ApiError | null>(null)
  #asked = 0

  /** Reads what the print was made from and what it costs, and asks. */
  async ask(manner: Manner, print: string): Promise<void> {
    const asked = this.#begin(manner)
    try {
      const job = jobOf(await prints.book(print))
      if (asked !== this.#asked) return
      if (job === null) {
        this.manner = null
        toasts.show(
          t(
            'This print was made elsewhere, so there is nothing to run again. Use it as a reference instead.',
          ),
        )
        return
      }
      this.job = job
      await this.#price()
    } catch (cause) {
      if (asked === this.#asked) this.error = asApiError(cause)
    }
  }

  /** Reads what a job costs once more, and asks. */
  async askJob(manner: Manner, job: Job): Promise<void> {
    this.#begin(manner)
    this.job = job
    await this.#price()
  }

  #begin(manner: Manner): number {
    this.manner = manner
    this.count = manner === 'vary' ? VARIED : 1
    this.job = null
    this.quote = null
    this.error = null
    return ++this.#asked
  }

  setCount(count: number): void {
    this.count = count
    void this.#price()
  }

  async #price(): Promise<void> {
    const { job, count } = this
    if (!job) return
    this.quote = null
    const quote = await quoteAgain(job, count).catch(() => null)
    if (job === this.job && count === this.count) this.quote = quote
  }

  close(): void {
    this.#asked++
    this.manner = null
  }

  async send(): Promise<void> {
    const { job } = this
    if (!job || this.sending) return
    this.sending = true
    try {
      await runAgain(job, this.count)
      this.close()
    } catch (cause) {
      toasts.fail(cause)
    } finally {
      this.sending = false
    }
  }
}

export const again = new Again()
