// What the gallery shows, kept while other screens are looked at.
import type { SavedSearch, Sort } from '../../bridge/generated'
import { debounce } from '../../lib/debounce'
import { isHalfTyped } from '../../lib/query'
import { views } from '../../state/views.svelte'
import { ALL, queryOf, type Place } from './places'

const SEARCH_AFTER_MS = 200
const UNIFORM = 'rushes.gallery.uniform'

export class Where {
  place = $state.raw<Place>(ALL)
  text = $state('')
  sort = $state<Sort>('newest')
  uniform = $state(localStorage.getItem(UNIFORM) === 'yes')
  readonly query = $derived(queryOf(this.place, this.text))
  readonly #later = debounce(() => this.open(), SEARCH_AFTER_MS)

  /** Reads what is shown now. */
  open(): void {
    this.#later.cancel()
    void views.open(this.query, this.sort)
  }

  go(place: Place): void {
    this.place = place
    this.text = ''
    this.open()
  }

  /** Words typed: what is shown follows after a moment. */
  type(text: string): void {
    this.text = text
    if (isHalfTyped(text)) this.#later.cancel()
    else this.#later()
  }

  order(sort: Sort): void {
    this.sort = sort
    this.open()
  }

  recall(search: SavedSearch): void {
    this.place = ALL
    this.text = search.query
    this.sort = search.sort
    this.open()
  }

  toggleUniform(): void {
    this.uniform = !this.uniform
    localStorage.setItem(UNIFORM, this.uniform ? 'yes' : 'no')
  }
}

export const where = new Where()
