// Prompts that were run: searched as one types, and walked one by one from the prompt.
import { call } from '../bridge/call'
import type { Modality, PastPrompt } from '../bridge/generated'
import { t } from '../words'
import { recallAll } from './onward'
import { orToast, toasts } from './toasts.svelte'

export class Past {
  list = $state.raw<PastPrompt[]>([])
  search = $state('')
  /** Only those for pictures, or for clips. */
  modality = $state<Modality | null>(null)
  /** What was asked for has come. */
  ready = $state(false)
  #next: string | null = null
  #asked = 0

  /** Reads the first page of what is asked for now. */
  async load(): Promise<void> {
    const asked = ++this.#asked
    const page = await call('list_prompts', this.#wanted())
    if (asked !== this.#asked) return
    this.list = page.prompts
    this.#next = page.next
    this.ready = true
  }

  /** The page after those that are here. */
  async more(): Promise<void> {
    const before = this.#next
    if (before === null) return
    this.#next = null
    const asked = this.#asked
    const page = await call('list_prompts', { ...this.#wanted(), before })
    if (asked !== this.#asked) return
    this.list = [...this.list, ...page.prompts]
    this.#next = page.next
  }

  #wanted() {
    const { search, modality } = this
    return modality === null ? { search } : { search, modality }
  }

  /** Leaves one out of the list; its prints stay. */
  async hide(prompt: PastPrompt): Promise<void> {
    await call('hide_prompt', { id: prompt.id, hidden: true })
    this.list = this.list.filter((one) => one.id !== prompt.id)
    toasts.show(t('Left out of your past prompts. Its prints stay.'), {
      action: { label: t('Undo'), run: () => orToast(this.#unhide(prompt)) },
    })
  }

  async #unhide(prompt: PastPrompt): Promise<void> {
    await call('hide_prompt', { id: prompt.id, hidden: false })
    await this.load()
  }

  /** All settings of its newest run into the composer. */
  async recall(prompt: PastPrompt): Promise<void> {
    const { job } = await call('get_job', { id: prompt.job })
    await recallAll(job)
  }
}

/** Walks all of them from the newest back, each words once. */
export class PastWalk {
  #texts: string[] = []
  #next: string | null = null
  #begun = false
  /** -1 is what was being written. */
  #at = -1
  #written = ''

  /** Whatever was typed begins the walk anew. */
  leave(): void {
    this.#at = -1
    this.#begun = false
  }

  /** The words so many steps further back; null where there are none. `written`: what stands there now. */
  async step(by: 1 | -1, written: string): Promise<string | null> {
    const to = this.#at + by
    if (to < -1) return null
    if (this.#at === -1) {
      this.#written = written
      if (!this.#begun) {
        this.#texts = []
        this.#begun = true
        await this.#read()
      }
    }
    while (to >= this.#texts.length && this.#next !== null) await this.#read()
    if (to >= this.#texts.length) return null
    this.#at = to
    return to === -1 ? this.#written : (this.#texts[to] ?? null)
  }

  async #read(): Promise<void> {
    const page = await call('list_prompts', this.#next === null ? {} : { before: this.#next })
    this.#next = page.next
    const known = new Set(this.#texts)
    for (const { text } of page.prompts) {
      if (!known.has(text)) this.#texts.push(text)
      known.add(text)
    }
  }
}

export const past = new Past()
