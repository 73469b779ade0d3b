// Where the user is, and the way back to the same place.

export type Screen = 'studio' | 'gallery' | 'jobs' | 'models' | 'settings'

/** A scroll position and the id of what had the focus. */
export interface Place {
  scroll: number
  focus: string | null
}

export class Nav {
  screen = $state<Screen>('studio')
  /** The print the viewer shows; null when it is closed. */
  viewing = $state<string | null>(null)
  /** The prints the viewer steps through, in order. */
  sequence = $state.raw<string[]>([])
  /** A section the settings should open at. */
  section = $state<string | null>(null)
  #before: Screen = 'studio'
  #places = new Map<string, Place>()
  #returnTo: HTMLElement | null = null

  go(screen: Screen, section: string | null = null): void {
    if (screen === 'settings' && this.screen !== 'settings') this.#before = this.screen
    this.viewing = null
    this.section = section
    this.screen = screen
  }

  /** Leaves the settings for the screen before them. */
  back(): void {
    if (this.viewing !== null) this.closePrint()
    else if (this.screen === 'settings') this.go(this.#before)
  }

  openPrint(id: string, sequence: string[] = [id]): void {
    if (this.viewing === null) {
      this.#returnTo = document.activeElement instanceof HTMLElement ? document.activeElement : null
    }
    this.sequence = sequence
    this.viewing = id
  }

  /** Closes the viewer; the focus goes back to where it was opened from. */
  closePrint(): void {
    this.viewing = null
    const target = this.#returnTo
    this.#returnTo = null
    if (target) requestAnimationFrame(() => target.isConnected && target.focus({ preventScroll: true }))
  }

  remember(name: string, place: Place): void {
    this.#places.set(name, place)
  }

  recall(name: string): Place | undefined {
    return this.#places.get(name)
  }
}

export const nav = new Nav()
