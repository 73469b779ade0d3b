// What the Models screen shows: which endpoints, which one is looked at, and what stands beside them.
import type { Endpoint } from '../../bridge/generated'
import { endpoints } from '../../state/endpoints.svelte'
import { favourites } from '../../state/favourites.svelte'
import { settings } from '../../state/settings.svelte'
import { isFiltered, NO_FILTERS, providersOf, rowsOf, type EndpointRow, type Filters } from './rows'

export class ModelsView {
  filters = $state.raw<Filters>(NO_FILTERS)
  /** The endpoint that was chosen; the first row stands in for one that is not shown. */
  chosen = $state<string | null>(null)
  tab = $state<'routes' | 'model'>('routes')
  /** Whether the pane lies over the table, where there is no room beside it. */
  open = $state(false)
  readonly #listed = $derived(
    this.filters.favourites ? endpoints.list.filter((one) => favourites.has(one)) : endpoints.list,
  )
  readonly rows = $derived(rowsOf(this.#listed, this.filters, (px) => settings.rowHeight(px)))
  readonly lines = $derived(this.rows.filter((row): row is EndpointRow => row.kind === 'endpoint'))
  readonly providers = $derived(providersOf(endpoints.list))
  readonly filtered = $derived(isFiltered(this.filters))
  readonly line = $derived<EndpointRow | undefined>(
    this.lines.find((row) => row.endpoint.id === this.chosen) ?? this.lines[0],
  )
  readonly endpoint = $derived<Endpoint | undefined>(this.line?.endpoint)

  filter(change: Partial<Filters>): void {
    this.filters = { ...this.filters, ...change }
  }

  showAll(): void {
    this.filters = NO_FILTERS
  }

  choose(place: number): void {
    const row = this.lines[Math.min(this.lines.length - 1, Math.max(0, place))]
    if (row) this.chosen = row.endpoint.id
  }

  /** Shows one endpoint in the pane, whatever was filtered. */
  show(id: string): void {
    if (!this.lines.some((row) => row.endpoint.id === id)) this.showAll()
    this.chosen = id
    this.tab = 'model'
  }
}

export const view = new ModelsView()
