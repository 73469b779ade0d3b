// What the Spend screen shows: which month, which currency, and how it is cut.
import { call, host } from '../bridge/call'
import { asApiError } from '../bridge/host'
import type { ApiError, SpendReport, SpendRow, SpendSum } from '../bridge/generated'
import { CURRENCY } from './caps'

export type Split = 'providers' | 'models' | 'routes'

/** Spreadsheets take a text without it for one of an old code page. */
const BYTE_ORDER_MARK = '\ufeff'

export class SpendView {
  report = $state.raw<SpendReport | null>(null)
  error = $state.raw<ApiError | null>(null)
  split = $state<Split>('providers')
  /** The currency that was chosen; the first one stands in for one that is not there. */
  currency = $state('')
  /** Whether the days stand in a table instead of bars. */
  table = $state(false)
  /** The day that keys are at; today or the last one until they moved. */
  chosen = $state<number | null>(null)
  /** The month that was asked for; null for the one it is. */
  #month: string | null = null
  #asked = 0

  readonly sum = $derived<SpendSum | undefined>(
    this.report?.sums.find((sum) => sum.currency === this.currency) ??
      this.report?.sums.find((sum) => sum.currency === CURRENCY) ??
      this.report?.sums[0],
  )
  readonly rows = $derived<SpendRow[]>(this.sum?.[this.split] ?? [])
  /** Whether the month that is shown is not over. */
  readonly isNow = $derived(this.report?.month === this.report?.today.slice(0, 7))
  /** The place of today among the days; -1 in another month. */
  readonly today = $derived(this.isNow ? Number(this.report?.today.slice(8)) - 1 : -1)
  /** The last day that can have come to anything. */
  readonly last = $derived(this.today >= 0 ? this.today : (this.sum?.days.length ?? 1) - 1)
  readonly place = $derived(Math.min(this.chosen ?? this.last, this.last))
  readonly before = $derived(this.#beside(-1))
  readonly after = $derived(this.#beside(1))
  /** Nothing was ever sent. */
  readonly isEmpty = $derived(
    this.report !== null &&
      this.report.sums.length === 0 &&
      this.report.unlisted.renders === 0 &&
      this.report.months.length < 2,
  )

  /** The month beside this one in which anything was sent; null where there is none. */
  #beside(way: 1 | -1): string | null {
    if (!this.report) return null
    const { months, month } = this.report
    return months[months.indexOf(month) + way] ?? null
  }

  async load(): Promise<void> {
    const asked = ++this.#asked
    try {
      const report = await call('spend_report', this.#month === null ? {} : { month: this.#month })
      if (asked !== this.#asked) return
      this.report = report
      this.error = null
    } catch (cause) {
      if (asked === this.#asked) this.error = asApiError(cause)
    }
  }

  /** Shows the month beside this one. */
  async step(way: 1 | -1): Promise<void> {
    const month = way < 0 ? this.before : this.after
    if (month === null) return
    // The last of them is the one it is, which goes on when a new one begins.
    this.#month = month === this.report?.today.slice(0, 7) ? null : month
    this.chosen = null
    await this.load()
  }

  /** Makes another day the one that keys are at. */
  walk(to: number): void {
    this.chosen = Math.min(this.last, Math.max(0, to))
  }

  /** Saves the month as a table; answers where it lies, empty where the browser tells that itself. */
  async save(): Promise<string> {
    const month = this.report ? { month: this.report.month } : {}
    const { name, csv } = await call('export_spend', month)
    if (host().download(name, BYTE_ORDER_MARK + csv)) return ''
    return (await call('save_spend', month)).path
  }
}

export const view = new SpendView()
