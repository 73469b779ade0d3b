// What was spent today and what may be spent: read again whenever a job moves.
import { call } from '../bridge/call'
import type { Spending } from '../bridge/generated'
import { debounce } from '../lib/debounce'
import { money, roundMoney } from '../lib/format'

const AFTER_MS = 300

/** One currency of the line in the top bar. */
export interface SpendPart {
  currency: string
  /** `$3.41` */
  spent: string
  /** `$10`; empty without a cap. */
  cap: string
}

/** What the top bar says; nothing when nothing was spent and nothing is capped. */
export function spendParts({ today, caps }: Spending): SpendPart[] {
  const spent = new Map(today.filter((sum) => sum.micros !== 0).map((sum) => [sum.currency, sum.micros]))
  const capped = Object.keys(caps.day)
  return [...new Set([...capped, ...spent.keys()])].sort().map((currency) => {
    const cap = caps.day[currency]
    return {
      currency,
      spent: money({ micros: spent.get(currency) ?? 0, currency }),
      cap: cap === undefined ? '' : roundMoney({ micros: cap, currency }),
    }
  })
}

export class Spend {
  now = $state.raw<Spending>({ today: [], caps: { day: {}, month: {}, batch: {} } })
  readonly parts = $derived(spendParts(this.now))
  #asked = 0
  #later = debounce(() => void this.load(), AFTER_MS)

  async load(): Promise<void> {
    const asked = ++this.#asked
    // What stands stays until the core answers: the next change asks again.
    const now = await call('spending', {}).catch(() => null)
    if (now && asked === this.#asked) this.now = now
  }

  /** Soon, and once for a burst of changes. */
  refresh(): void {
    this.#later()
  }
}

export const spend = new Spend()
