// The rows of the catalogue: what matches, in which family, where each stands. Pure.
import type { Endpoint, Modality } from '../../bridge/generated'
import { commercialOf } from '../../lib/licence'
import { retiredOf } from '../../state/retired'

export interface Filters {
  words: string
  modality: Modality | 'all'
  /** Provider id; empty for all. */
  provider: string
  /** Only those whose price is known. */
  priced: boolean
  /** Only those whose terms allow selling what they make. */
  commercial: boolean
  /** Only those that their provider has taken away. */
  retired: boolean
  /** Only the user's favourites. */
  favourites: boolean
}

export const NO_FILTERS: Filters = {
  words: '',
  modality: 'all',
  provider: '',
  priced: false,
  commercial: false,
  retired: false,
  favourites: false,
}

interface Place {
  key: string
  /** Among all rows, from 0. */
  at: number
  /** px from the top of all rows. */
  top: number
  height: number
}

export type Row =
  | (Place & { kind: 'family'; label: string; count: number })
  /** `place` counts the endpoints alone, from 0. */
  | (Place & { kind: 'endpoint'; endpoint: Endpoint; place: number })

export type EndpointRow = Extract<Row, { kind: 'endpoint' }>

const HEAD = 38
/** Height of an endpoint's row, px. */
export const LINE = 34
const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })

/** Letters and digits only, so that "seedream 4.5" finds `seedream-v4.5`. */
function plain(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\p{N}.]+/gu, ' ')
}

const searched = new WeakMap<Endpoint, string>()

/** What a search looks in; made once for each row of the catalogue. */
function textOf(endpoint: Endpoint): string {
  const before = searched.get(endpoint)
  if (before !== undefined) return before
  const { name, model, id, provider_name, task } = endpoint
  const text = plain(`${name} ${model} ${id} ${provider_name} ${task}`)
  searched.set(endpoint, text)
  return text
}

export function isPriced(endpoint: Endpoint): boolean {
  return endpoint.price !== null || endpoint.sandbox
}

export function matches(endpoint: Endpoint, filters: Filters): boolean {
  if (filters.modality !== 'all' && endpoint.modality !== filters.modality) return false
  if (filters.provider !== '' && endpoint.provider !== filters.provider) return false
  if (filters.priced && !isPriced(endpoint)) return false
  if (filters.commercial && commercialOf(endpoint) !== 'yes') return false
  if (filters.retired && retiredOf(endpoint) === null) return false
  const text = textOf(endpoint)
  return plain(filters.words)
    .split(' ')
    .every((word) => text.includes(word))
}

export function isFiltered(filters: Filters): boolean {
  return Object.entries(NO_FILTERS).some(([name, none]) => filters[name as keyof Filters] !== none)
}

/** Families by name with their endpoints under them; the same model at several providers stands together. */
export function rowsOf(
  all: readonly Endpoint[],
  filters: Filters,
  scaled: (px: number) => number = (px) => px,
): Row[] {
  const [head, line] = [scaled(HEAD), scaled(LINE)]
  const families = new Map<string, Endpoint[]>()
  for (const endpoint of all) {
    if (!matches(endpoint, filters)) continue
    const list = families.get(endpoint.family)
    if (list) list.push(endpoint)
    else families.set(endpoint.family, [endpoint])
  }
  const rows: Row[] = []
  let top = 0
  let place = 0
  const sorted = [...families].sort(([a], [b]) => collator.compare(a, b))
  for (const [label, list] of sorted) {
    list.sort(
      (a, b) =>
        collator.compare(a.name, b.name) ||
        collator.compare(a.provider_name, b.provider_name) ||
        collator.compare(a.id, b.id),
    )
    rows.push({
      kind: 'family',
      key: `family ${label}`,
      at: rows.length,
      label,
      count: list.length,
      top,
      height: head,
    })
    top += head
    for (const endpoint of list) {
      rows.push({ kind: 'endpoint', key: endpoint.id, at: rows.length, endpoint, place, top, height: line })
      top += line
      place += 1
    }
  }
  return rows
}

/** Height of all rows, px. */
export function heightOf(rows: readonly Row[]): number {
  const last = rows.at(-1)
  return last ? last.top + last.height : 0
}

/** Rows that can be seen between two offsets. */
export function visible(rows: readonly Row[], from: number, to: number): Row[] {
  let [low, high] = [0, rows.length]
  while (low < high) {
    const middle = (low + high) >> 1
    const row = rows[middle] as Row
    if (row.top + row.height > from) high = middle
    else low = middle + 1
  }
  let end = low
  while (end < rows.length && (rows[end] as Row).top < to) end += 1
  return rows.slice(low, end)
}

/** The providers of these endpoints, by name. */
export function providersOf(all: readonly Endpoint[]): { value: string; label: string }[] {
  const names = new Map(all.map((endpoint) => [endpoint.provider, endpoint.provider_name]))
  return [...names]
    .map(([value, label]) => ({ value, label }))
    .sort((a, b) => collator.compare(a.label, b.label))
}

/** Other endpoints of the same model. */
export function siblings(all: readonly Endpoint[], endpoint: Endpoint): Endpoint[] {
  return all.filter((other) => other.model === endpoint.model && other.id !== endpoint.id)
}
