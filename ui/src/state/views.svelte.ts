// The view that the gallery shows: which prints, in which order, kept true with what is committed.
import { readBytes } from '../bridge/door'
import { asApiError } from '../bridge/host'
import type { ApiError, Print, Sort } from '../bridge/generated'
import { debounce } from '../lib/debounce'
import { decodeView, EMPTY_VIEW, type View } from '../lib/view'
import { readQuery } from './finding'
import { rows } from './rows.svelte'

/** What is committed in a burst is read once. */
const AGAIN_AFTER_MS = 250
/** A new view is read up to here first: much more than the window shows. */
const FIRST = 1000
/** Looked for one by one; of more than that at once, some will be new. */
const FEW = 20

export class Views {
  view = $state.raw<View>(EMPTY_VIEW)
  query = $state('')
  sort = $state<Sort>('newest')
  /** What stacks its prints is asked for as well. */
  stacked = $state(false)
  loading = $state(false)
  /** The view ends here only for now: the rest of it is being read. */
  partial = $state(false)
  /** True once a view has been read. */
  loaded = $state(false)
  /** Why the last query could not be answered; the view before it stays. */
  error = $state.raw<ApiError | null>(null)
  /** How many prints there are without a query; null before that is known. */
  everything = $state<number | null>(null)
  /** Address that the view is read from. */
  #address = ''
  #asked = 0
  /** False until the gallery has been opened: nobody looks at it before. */
  #open = false
  readonly #later = debounce(() => void this.read(), AGAIN_AFTER_MS)

  /** Where the door is; `media_base` ends in `media/`. */
  at(mediaBase: string): void {
    this.#address = `${mediaBase.replace(/media\/$/, '')}view`
    void this.read()
  }

  /** Opens a query; the same one again reads nothing. */
  async open(query: string, sort: Sort): Promise<void> {
    if (this.#open && query === this.query && sort === this.sort && this.error === null) return
    this.#open = true
    this.query = query
    this.sort = sort
    await this.read(true)
  }

  /** Asks for stacks from now on, or no longer. */
  async stack(stacked: boolean): Promise<void> {
    if (stacked === this.stacked) return
    this.stacked = stacked
    if (stacked) await this.read()
  }

  /**
   * Reads the view, if anybody looks at one. A new one is looked at from its beginning, which is shown before the
   * rest is here.
   */
  async read(isNew = false): Promise<void> {
    if (!this.#open) return
    this.#later.cancel()
    const asked = ++this.#asked
    const isLate = () => asked !== this.#asked
    this.loading = true
    try {
      await this.#refuseUnknown()
      if (isLate()) return
      let [view, isWhole] = [EMPTY_VIEW, false]
      if (isNew) {
        view = await this.#ask(FIRST)
        if (isLate()) return
        isWhole = view.seqs.length < FIRST
        this.#show(view, !isWhole)
      }
      if (!isWhole) {
        view = await this.#ask()
        if (isLate()) return
        this.#show(view, false)
      }
      if (this.query === '') this.everything = view.seqs.length
    } catch (cause) {
      if (!isLate()) this.error = asApiError(cause)
    } finally {
      if (!isLate()) this.loading = false
    }
  }

  #show(view: View, partial: boolean): void {
    this.view = view
    this.partial = partial
    this.loaded = true
    this.error = null
    rows.again()
  }

  async #ask(most?: number): Promise<View> {
    const words = new URLSearchParams({ query: this.query, sort: this.sort })
    if (most) words.set('most', String(most))
    if (this.stacked) words.set('stacked', 'true')
    return decodeView(await readBytes(`${this.#address}?${words.toString()}`))
  }

  /** A filter that nobody knows is told of in the words that its chip bears. */
  async #refuseUnknown(): Promise<void> {
    if (!this.query.includes(':')) return
    const wrong = (await readQuery(this.query)).chips.find((chip) => !chip.known)
    if (wrong) throw { code: 'query', message: wrong.says, hint: '', detail: wrong.text } satisfies ApiError
  }

  /** Takes in what was committed: rows at once, and the view again where its list may have changed. */
  apply(changed: readonly Print[], askAgain: boolean): void {
    const moves = this.#open && (askAgain || this.#moves(changed))
    rows.apply(changed)
    if (moves) this.#later()
  }

  #moves(changed: readonly Print[]): boolean {
    if (changed.length === 0) return false
    // The circled print, or the best rated, stands for its stack.
    if (this.stacked || this.query !== '' || (this.sort !== 'newest' && this.sort !== 'oldest')) return true
    if (changed.length > FEW) return true
    return changed.some((row) => row.trashed_at !== null || !this.view.seqs.includes(row.seq))
  }
}

export const views = new Views()
