// What the gallery shows, kept while other screens are looked at.
import type { SavedSearch, Sort } from '../../bridge/generated'
import { debounce } from '../../lib/debounce'
import { isHalfTyped } from '../../lib/query'
import type { Stack } from '../../lib/stacks'
import { announcer } from '../../state/announce.svelte'
import { nav } from '../../state/nav.svelte'
import { shelves } from '../../state/shelves.svelte'
import { views } from '../../state/views.svelte'
import { t } from '../../words'
import { ALL, queryOf, type Place } from './places'

const SEARCH_AFTER_MS = 200
const UNIFORM = 'rushes.gallery.uniform'
const STACKED = 'rushes.gallery.stacked'

export class Where {
  place = $state.raw<Place>(ALL)
  text = $state('')
  sort = $state<Sort>('newest')
  uniform = $state(localStorage.getItem(UNIFORM) === 'yes')
  /** The prints of a take lie on one another. */
  stacked = $state(localStorage.getItem(STACKED) === 'yes')
  /** The stacks that are open all the same. */
  opened = $state.raw<ReadonlySet<number>>(new Set())
  /** What was asked for when nothing was found; it stands until more is known of what is asked for now. */
  nothing = $state.raw<{ place: Place; words: string } | null>(null)
  readonly query = $derived(queryOf(this.place, this.text))
  readonly #later = debounce(() => this.open(), SEARCH_AFTER_MS)

  /** Reads what is shown now. */
  open(): void {
    this.#later.cancel()
    void views.stack(this.stacked)
    void views.open(this.query, this.sort)
  }

  /** Notes what came of what was asked for. */
  note(): void {
    if (!views.loaded || views.loading) return
    const found = views.view.seqs.length > 0 || views.error !== null
    this.nothing = found ? null : { place: this.place, words: this.text.trim() }
  }

  go(place: Place): void {
    this.place = place
    this.text = ''
    this.open()
  }

  /** What was asked for elsewhere: words among all prints, a collection, or a saved search. */
  follow(section: string | null): void {
    const [, kind, name] = /^(find|collection|search):([^]*)$/.exec(section ?? '') ?? []
    if (kind === undefined || name === undefined) return
    nav.section = null
    if (kind === 'find') {
      this.place = ALL
      this.text = name
      this.open()
    }
    const collection = shelves.collections.find(({ id }) => kind === 'collection' && id === name)
    if (collection) this.go({ kind: 'collection', id: collection.id, name: collection.name })
    const search = shelves.searches.find((one) => kind === 'search' && one.name === name)
    if (search) this.recall(search)
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

  toggleStacked(): void {
    this.stacked = !this.stacked
    this.opened = new Set()
    localStorage.setItem(STACKED, this.stacked ? 'yes' : 'no')
    void views.stack(this.stacked)
    announcer.now(this.stacked ? t('Prints of one take are stacked.') : t('Every print by itself.'))
  }

  /** Opens a stack in place, or closes it. */
  toggleStack({ id, size }: Stack): void {
    const opened = new Set(this.opened)
    const isOpen = opened.delete(id)
    if (!isOpen) opened.add(id)
    this.opened = opened
    announcer.now(isOpen ? t('Stack of {size} closed.', { size }) : t('Stack of {size} open.', { size }))
  }
}

export const where = new Where()
