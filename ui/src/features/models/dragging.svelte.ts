// A step in the hand: how far it is from its place, and which place it would take. Pointer events, because
// the window keeps the system's own drags for files.
const BEFORE_DRAG_PX = 4

export class Dragging {
  /** The place of the step in the hand; null while none is. */
  from = $state<number | null>(null)
  to = $state(0)
  /** How far it was carried, px. */
  by = $state(0)
  /** Its own height with the gap to the next, px: what the others make room for. */
  #room = $state(0)
  #stop: AbortController | null = null

  /** How far the step at a place stands from it meanwhile, px. */
  shift(place: number): number {
    if (this.from === null) return 0
    if (place === this.from) return this.by
    if (this.from < place && place <= this.to) return -this.#room
    if (this.to <= place && place < this.from) return this.#room
    return 0
  }

  /** Takes the step up with the pointer; `drop` hears of its new place. */
  start(event: PointerEvent, place: number, items: readonly HTMLElement[], drop: (to: number) => void): void {
    if (event.button !== 0) return
    event.preventDefault()
    this.#end()
    const boxes = items.map((item) => item.getBoundingClientRect())
    const own = boxes[place]
    if (!own) return
    const y = event.clientY
    const next = boxes[place + 1] ?? boxes[place - 1]
    const room = next ? Math.abs(next.top - own.top) : own.height
    const stop = new AbortController()
    this.#stop = stop
    const on = <K extends keyof WindowEventMap>(name: K, act: (event: WindowEventMap[K]) => void) =>
      window.addEventListener(name, act, { signal: stop.signal })
    on('pointermove', (moved) => {
      const by = moved.clientY - y
      if (this.from === null && Math.abs(by) < BEFORE_DRAG_PX) return
      this.from = place
      this.#room = room
      this.by = by
      const middle = own.top + own.height / 2 + by
      this.to = boxes.filter((box, n) => n !== place && box.top + box.height / 2 < middle).length
    })
    on('pointerup', () => {
      const to = this.from === null ? place : this.to
      this.#end()
      if (to !== place) drop(to)
    })
    on('pointercancel', () => this.#end())
    on('keydown', (key) => {
      if (key.key !== 'Escape' || this.from === null) return
      key.preventDefault()
      this.#end()
    })
  }

  #end(): void {
    this.#stop?.abort()
    this.#stop = null
    this.from = null
    this.by = 0
  }
}
