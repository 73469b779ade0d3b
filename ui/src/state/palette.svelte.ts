// What is looked for by name: open or not, the words, the prints and prompts that fit them, and what was chosen before.
import { SvelteMap } from 'svelte/reactivity'
import { call } from '../bridge/call'
import type { Job, PastPrompt, Print } from '../bridge/generated'
import { debounce } from '../lib/debounce'
import { priceOrUnknown } from '../lib/format'
import { quoteAgain } from './acts'
import { prints } from './prints.svelte'
import { wordsOf } from './toasts.svelte'

const AFTER_MS = 50
const MOST_PRINTS = 5
const MOST_PROMPTS = 20
const RECENT = 'rushes.palette'
const KEPT = 24

function readRecent(): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(RECENT) ?? '[]')
    return Array.isArray(kept) ? kept.filter((one) => typeof one === 'string') : []
  } catch {
    return []
  }
}

export class Palette {
  open = $state(false)
  text = $state('')
  /** Prints that fit the words. */
  found = $state.raw<Print[]>([])
  /** Prompts that were run at any time and have the words. */
  past = $state.raw<PastPrompt[]>([])
  /** Prints and prompts are being looked for, and what stands here may change. */
  asking = $state(false)
  /** Why prints could not be looked for; empty when they could. */
  failed = $state('')
  /** Why past prompts could not be looked for; empty when they could. */
  pastFailed = $state('')
  /** What was chosen before, the last first. */
  recent = $state.raw<readonly string[]>(readRecent())
  /** What running a job again costs today, by job and count. */
  readonly prices = new SvelteMap<string, string>()
  #asked = 0
  readonly #later = debounce(() => void this.#find(), AFTER_MS)

  show(text = ''): void {
    this.open = true
    this.prices.clear()
    this.type(text)
  }

  close(): void {
    this.open = false
    this.#later.cancel()
    this.#asked++
    this.asking = false
    this.#forget()
  }

  #forget(): void {
    this.found = []
    this.past = []
  }

  /** The words without the sign that asks for commands only. */
  get words(): string {
    return this.text.replace(/^\s*>/, '').trim()
  }

  get commandsOnly(): boolean {
    return this.text.trimStart().startsWith('>')
  }

  type(text: string): void {
    this.text = text
    this.failed = this.pastFailed = ''
    this.#asked++
    const isWanted = this.words !== '' && !this.commandsOnly
    this.asking = isWanted
    if (isWanted) this.#later()
    else {
      this.#later.cancel()
      this.#forget()
    }
  }

  async #find(): Promise<void> {
    const asked = ++this.#asked
    const { words } = this
    const [fit, ran] = await Promise.allSettled([
      call('list_prints', { words, limit: MOST_PRINTS, sort: 'fit' }),
      call('list_prompts', { search: words, limit: MOST_PROMPTS }),
    ])
    if (asked !== this.#asked) return
    this.#forget()
    if (fit.status === 'fulfilled') {
      prints.table.putAll(fit.value.prints)
      this.found = fit.value.prints
    } else this.failed = wordsOf(fit.reason)
    if (ran.status === 'fulfilled') this.past = ran.value.prompts
    else this.pastFailed = wordsOf(ran.reason)
    this.asking = false
  }

  /** Asks what a job costs once more; the answer stands in `prices`. */
  async price(job: Job, count = 1): Promise<void> {
    const name = priceName(job.id, count)
    if (this.prices.has(name)) return
    this.prices.set(name, '')
    const quote = await quoteAgain(job, count).catch(() => null)
    this.prices.set(name, quote ? priceOrUnknown(quote.total) : '?')
  }

  /** Remembers a choice, so that it stands first the next time. */
  used(id: string): void {
    this.recent = [id, ...this.recent.filter((one) => one !== id)].slice(0, KEPT)
    try {
      localStorage.setItem(RECENT, JSON.stringify(this.recent))
    } catch {
      // Without storage it is remembered until Rushes closes.
    }
  }
}

export function priceName(job: string, count = 1): string {
  return `${job} ${count}`
}

export const palette = new Palette()
