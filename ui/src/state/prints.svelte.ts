// Prints: all that are known by id, and the newest in order.
import { call } from '../bridge/call'
import type { Print, PrintBook } from '../bridge/generated'
import { Table } from './table.svelte'

const PAGE = 200

export class Prints {
  readonly table = new Table<Print>()
  /** Ids of the newest prints, newest first. */
  order = $state.raw<string[]>([])
  /** How many there are in all. */
  total = $state(0)
  next = $state<string | null>(null)
  loaded = $state(false)
  readonly list = $derived(
    this.order.map((id) => this.table.get(id)).filter((p): p is Print => p !== undefined),
  )
  /** Prints that arrived while the window was open: they develop once. */
  readonly fresh = new Set<string>()
  /** The highest number seen: prints above it are new. */
  #newest = 0
  #asked = 0
  #wanted = new Set<string>()

  /** Those of a job's prints that do not lie in the trash. What is not read yet counts as kept. */
  kept(ids: readonly string[]): string[] {
    return ids.filter((id) => (this.table.get(id)?.trashed_at ?? null) === null)
  }

  /** Reads the newest prints. */
  async load(): Promise<void> {
    const asked = ++this.#asked
    const page = await call('list_prints', { limit: PAGE })
    if (asked !== this.#asked) return
    this.table.putAll(page.prints)
    this.order = page.prints.map((p) => p.id)
    this.#newest = Math.max(this.#newest, ...page.prints.map((p) => p.seq))
    this.next = page.next
    this.total = page.total
    this.loaded = true
  }

  /** Takes in changed prints; new ones go to the front, those in the trash out of the list. */
  apply(changed: readonly Print[]): void {
    const known = new Set(this.order)
    const newest = this.#newest
    const added: Print[] = []
    const gone = new Set<string>()
    let back = false
    for (const print of changed) {
      const before = this.table.get(print.id)
      const isNew = print.seq > newest && !known.has(print.id)
      if (isNew) this.fresh.add(print.id)
      this.#newest = Math.max(this.#newest, print.seq)
      if (isNew || before) this.table.put(print)
      if (print.trashed_at !== null && known.has(print.id)) gone.add(print.id)
      else if (print.trashed_at === null && isNew) added.push(print)
      else if (print.trashed_at === null && before && before.trashed_at !== null) back = true
    }
    if (added.length > 0 || gone.size > 0) {
      added.sort((a, b) => b.created_at - a.created_at || a.number - b.number)
      this.order = [...added.map((p) => p.id), ...this.order.filter((id) => !gone.has(id))]
      this.total += added.length - gone.size
    }
    // Where a print that was put back belongs, the studio knows.
    if (back) this.load().catch(() => undefined)
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
}

export const prints = new Prints()
