// Where the user is, and the way back to the same place.
import { focusAgain } from '../lib/focus'

export type Screen = 'studio' | 'gallery' | 'jobs' | 'models' | 'spend' | 'settings'

/** A scroll position and the id of what had the focus. */
export interface Place {
  scroll: number
  focus: string | null
}

/** A longer list that the viewer's sequence is a part of. */
export interface Longer {
  /** Place of the sequence's first print in it. */
  from: number
  /** One past the place of the last. */
  to: number
  total: number
  /** Ids of the prints at these places; those that are gone are left out. */
  read: (from: number, to: number) => Promise<string[]>
}

/** Prints that are added to the sequence at once. */
const MORE = 100

export class Nav {
  screen = $state<Screen>('studio')
  /** The print the viewer shows; null when it is closed. */
  viewing = $state<string | null>(null)
  /** The prints the viewer steps through, in order. */
  sequence = $state.raw<string[]>([])
  /** The list that the sequence was cut from; null when it is all there is. */
  longer = $state.raw<Longer | null>(null)
  #growing = false
  /** The prints that are compared, two to four; null when none are. */
  comparing = $state.raw<string[] | null>(null)
  /** The grid that is shown over the screen; null when none is. */
  grid = $state<string | null>(null)
  /** Something lies over the screen and takes its keys. */
  readonly covered = $derived(this.viewing !== null || this.comparing !== null || this.grid !== null)
  /** Where the screen should open: a section of the settings, the id of a job, `find:words`, `collection:id` or `search:name` in the gallery, `route:name` in Models. */
  section = $state<string | null>(null)
  #before: Screen = 'studio'
  #places = new Map<string, Place>()
  #returnTo: HTMLElement | null = null
  #leftCompareFor: HTMLElement | null = null
  #leftGridFor: HTMLElement | null = null

  go(screen: Screen, section: string | null = null): void {
    if (screen === 'settings' && this.screen !== 'settings') this.#before = this.screen
    this.viewing = null
    this.comparing = null
    this.grid = null
    this.section = section
    this.screen = screen
  }

  /** Leaves the settings for the screen before them. */
  back(): void {
    if (this.comparing !== null) this.closeCompare()
    else if (this.viewing !== null) this.closePrint()
    else if (this.grid !== null) this.closeGrid()
    else if (this.screen === 'settings') this.go(this.#before)
  }

  openPrint(id: string, sequence: string[] = [id], longer: Longer | null = null): void {
    if (this.viewing === null) {
      this.#returnTo = document.activeElement instanceof HTMLElement ? document.activeElement : null
    }
    this.sequence = sequence
    this.longer = longer
    this.viewing = id
  }

  /** Adds the prints before or after the sequence when `place` comes within `ahead` of its end. */
  async reach(place: number, ahead: number): Promise<void> {
    const longer = this.longer
    if (!longer || this.#growing) return
    const { from, to, total, read } = longer
    const isBefore = place < ahead && from > 0
    if (!isBefore && (place < this.sequence.length - ahead || to >= total)) return
    this.#growing = true
    try {
      const [first, last] = isBefore ? [Math.max(0, from - MORE), from] : [to, Math.min(total, to + MORE)]
      const ids = await read(first, last)
      if (this.longer !== longer) return
      this.sequence = isBefore ? [...ids, ...this.sequence] : [...this.sequence, ...ids]
      this.longer = { ...longer, from: Math.min(from, first), to: Math.max(to, last) }
    } finally {
      this.#growing = false
    }
  }

  /** Closes the viewer; the focus goes back to where it was opened from. */
  closePrint(): void {
    this.viewing = null
    focusAgain(this.#returnTo)
    this.#returnTo = null
  }

  /** Lays prints side by side, over whatever is shown. */
  openCompare(ids: string[]): void {
    if (this.comparing === null) {
      this.#leftCompareFor = document.activeElement instanceof HTMLElement ? document.activeElement : null
    }
    this.comparing = ids
  }

  /** Back to what lies below; the focus goes back to where it was. */
  closeCompare(): void {
    this.comparing = null
    focusAgain(this.#leftCompareFor)
    this.#leftCompareFor = null
  }

  /** Shows what a variation made, over whatever is shown. */
  openGrid(id: string): void {
    if (this.grid === null) {
      this.#leftGridFor = document.activeElement instanceof HTMLElement ? document.activeElement : null
    }
    this.viewing = null
    this.grid = id
  }

  /** Back to what lies below; the focus goes back to where it was. */
  closeGrid(): void {
    this.grid = null
    focusAgain(this.#leftGridFor)
    this.#leftGridFor = null
  }

  remember(name: string, place: Place): void {
    this.#places.set(name, place)
  }

  recall(name: string): Place | undefined {
    return this.#places.get(name)
  }
}

export const nav = new Nav()
