/**
 * Scrolling over more than a browser can scroll: above eight million pixels the scrolled element stays that high.
 * Small moves are one to one all the same; a jump (the scroll bar, a long key press) goes to the same share of
 * the whole. Offsets into the whole are called depths here, to tell them from the element's `scrollTop`.
 */

/** The highest element, px. WebKit and Blink lose precision above about twice that, Gecko above that much more. */
export const HIGHEST = 8_000_000

export class ScrollSpace {
  /** Height of the whole and of the window on it, px. */
  #whole = 0
  #window = 0
  /** Last known `scrollTop`. */
  #top = 0
  /** Depth less `scrollTop`; 0 without compression. */
  shift = 0

  /** Height of the element to scroll, px. */
  get height(): number {
    return Math.min(this.#whole, HIGHEST)
  }

  get depth(): number {
    return this.#top + this.shift
  }

  get #deepest(): number {
    return Math.max(0, this.#whole - this.#window)
  }

  get #lowest(): number {
    return Math.max(0, this.height - this.#window)
  }

  /** Takes new sizes; the depth stays where it can, and `settle` or `to` puts the element right. */
  measure(whole: number, window: number): void {
    this.#whole = whole
    this.#window = window
  }

  /** The element was scrolled to `top`. Answers with the `scrollTop` it must be put to instead, or null. */
  moved(top: number): number | null {
    const far = Math.abs(top - this.#top) > this.#window
    this.#top = top
    if (this.#whole <= HIGHEST) {
      this.shift = 0
      return null
    }
    if (far) this.shift = this.#depthAt(top) - top
    else this.shift += Math.min(this.#deepest, Math.max(0, this.depth)) - this.depth
    // At an end of the element but not of the whole, there must be room to go on.
    const isEnd = top <= 0 || top >= this.#lowest
    return isEnd ? this.settle() : null
  }

  /** Goes to a depth; answers with the `scrollTop` to set. */
  to(depth: number): number {
    const there = Math.min(this.#deepest, Math.max(0, depth))
    this.#top = this.#topAt(there)
    this.shift = there - this.#top
    return this.#top
  }

  /** Once scrolling rests: the `scrollTop` that stands for the depth, or null when it is that. */
  settle(): number | null {
    const before = this.#top
    const top = this.to(this.depth)
    return Math.abs(top - before) < 1 ? null : top
  }

  #depthAt(top: number): number {
    return this.#lowest === 0 ? 0 : Math.round((top / this.#lowest) * this.#deepest)
  }

  #topAt(depth: number): number {
    if (this.#whole <= HIGHEST) return depth
    return this.#deepest === 0 ? 0 : Math.round((depth / this.#deepest) * this.#lowest)
  }
}
