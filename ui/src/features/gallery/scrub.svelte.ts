// Looking through a clip in the grid: by moving over it where motion is welcome, by keys always. One at a time.
import { settings } from '../../state/settings.svelte'

/** Passing over a clip on the way to another reads nothing. */
const AFTER_MS = 120
/** Presses of a key from end to end. */
const STEPS = 20

export class Scrub {
  /** The clip that is looked through, and how far along, 0 to 1. */
  at = $state.raw<{ id: string; share: number } | null>(null)
  #timer: ReturnType<typeof setTimeout> | undefined
  #share = 0

  enter(id: string, pointer: string): void {
    this.stop()
    if (pointer === 'touch' || settings.still) return
    this.#timer = setTimeout(() => (this.at = { id, share: this.#share }), AFTER_MS)
  }

  move(id: string, event: PointerEvent): void {
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect()
    this.#share = box.width > 0 ? Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)) : 0
    if (this.at?.id === id) this.at = { id, share: this.#share }
  }

  leave(id: string): void {
    clearTimeout(this.#timer)
    if (this.at?.id === id) this.at = null
  }

  /** So many steps on, or back; answers where that is, 0 to 1. */
  step(id: string, by: number): number {
    clearTimeout(this.#timer)
    const before = this.at?.id === id ? this.at.share : 0
    const share = Math.min(1, Math.max(0, Math.round(before * STEPS + by) / STEPS))
    this.at = { id, share }
    return share
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.at = null
  }
}

export const scrub = new Scrub()
