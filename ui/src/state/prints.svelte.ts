// Prints: all that are known by id, and the gallery's pages in order.
import { call } from '../bridge/call'
import { host } from '../bridge/call'
import type { Print, PrintBook } from '../bridge/generated'
import { Table } from './table.svelte'

const PAGE = 200

export class Prints {
  readonly table = new Table<Print>()
  /** Ids of the gallery's pages, newest first. */
  order = $state.raw<string[]>([])
  /** Words the pages are narrowed to. */
  words = $state('')
  /** How many match in all. */
  total = $state(0)
  next = $state<string | null>(null)
  loading = $state(false)
  loaded = $state(false)
  readonly list = $derived(
    this.order.map((id) => this.table.get(id)).filter((p): p is Print => p !== undefined),
  )
  /** Prints that arrived while the window was open: they develop once. */
  readonly fresh = new Set<string>()
  #asked = 0
  #wanted = new Set<string>()

  /** Reads the first page again, under the present words. */
  async load(): Promise<void> {
    const asked = ++this.#asked
    this.loading = true
    try {
      const page = await call(
        'list_prints',
        this.words ? { limit: PAGE, words: this.words } : { limit: PAGE },
      )
      if (asked !== this.#asked) return
      this.table.putAll(page.prints)
      this.order = page.prints.map((p) => p.id)
      this.next = page.next
      this.total = page.total
      this.loaded = true
    } finally {
      if (asked === this.#asked) this.loading = false
    }
  }

  async loadMore(): Promise<void> {
    if (this.next === null || this.loading) return
    const asked = ++this.#asked
    this.loading = true
    try {
      const request = { before: this.next, limit: PAGE }
      const page = await call('list_prints', this.words ? { ...request, words: this.words } : request)
      if (asked !== this.#asked) return
      this.table.putAll(page.prints)
      const known = new Set(this.order)
      this.order = [...this.order, ...page.prints.map((p) => p.id).filter((id) => !known.has(id))]
      this.next = page.next
      this.total = page.total
    } finally {
      if (asked === this.#asked) this.loading = false
    }
  }

  async search(words: string): Promise<void> {
    this.words = words.trim()
    await this.load()
  }

  /** Takes in changed prints; new ones go to the front of the pages. */
  apply(changed: readonly Print[]): void {
    const known = new Set(this.order)
    const added: Print[] = []
    for (const print of changed) {
      const isNew = !this.table.get(print.id)
      if (isNew) this.fresh.add(print.id)
      this.table.put(print)
      if (isNew && !known.has(print.id) && this.#fits(print)) added.push(print)
    }
    if (added.length === 0) return
    added.sort((a, b) => b.created_at - a.created_at || a.number - b.number)
    this.order = [...added.map((p) => p.id), ...this.order]
    this.total += added.length
  }

  #fits(print: Print): boolean {
    const text = `${print.prompt} ${print.model_name}`.toLowerCase()
    return this.words
      .toLowerCase()
      .split(/\s+/)
      .every((word) => text.includes(word))
  }

  /** Fetches the prints of a job that no page has brought yet. */
  async want(job: string): Promise<void> {
    if (this.#wanted.has(job)) return
    this.#wanted.add(job)
    try {
      const book = await call('get_job', { id: job })
      this.table.putAll(book.prints)
    } catch {
      this.#wanted.delete(job)
    }
  }

  book(id: string): Promise<PrintBook> {
    return call('get_print', { id })
  }

  /** Circles a print, or takes the circle away. */
  async circle(id: string): Promise<void> {
    const print = this.table.get(id)
    if (!print) return
    this.table.put({ ...print, circled: !print.circled })
    try {
      this.table.put(await call('mark_print', { id, circled: !print.circled }))
    } catch (cause) {
      this.table.put(print)
      throw cause
    }
  }

  /** Shows its file in the file manager; false where that cannot be done. */
  reveal(id: string): Promise<boolean> {
    return host().reveal(id)
  }

  /** Opens its file with the system's program for it, or in a tab of the browser where only that is possible. */
  async openOutside(id: string, url: string): Promise<void> {
    if (await host().openPrint(id)) return
    window.open(url, '_blank', 'noopener')
  }
}

export const prints = new Prints()
