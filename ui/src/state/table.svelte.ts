// Rows by id, as the last committed change left them.
import { SvelteMap } from 'svelte/reactivity'

export class Table<Row extends { id: string }> {
  readonly rows = new SvelteMap<string, Row>()

  get(id: string): Row | undefined {
    return this.rows.get(id)
  }

  put(row: Row): void {
    this.rows.set(row.id, row)
  }

  /** Applies a batch in order; the last word about a row wins. */
  putAll(rows: readonly Row[]): void {
    for (const row of rows) this.rows.set(row.id, row)
  }

  /** Adds rows that are not known yet. An answer to a call may be older than the changes that overtook it. */
  add(rows: readonly Row[]): void {
    for (const row of rows) if (!this.rows.has(row.id)) this.rows.set(row.id, row)
  }

  clear(): void {
    this.rows.clear()
  }
}
