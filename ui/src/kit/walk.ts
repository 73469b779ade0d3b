// Walking rows by keys, and keeping the one that is reached in sight. Pure.

/** Where a row stands among all of them, px. */
export interface Span {
  top: number
  height: number
}

type Pressed = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>

/** Whether a key is pressed alone. */
export function isBare(event: Pressed): boolean {
  return !event.ctrlKey && !event.metaKey && !event.altKey && !event.shiftKey
}

/** The row that a key leads to from this one, inside the list; null for a key that leads nowhere. */
export function stepTo(event: Pressed, place: number, count: number, page: number): number | null {
  if (!isBare(event) || count === 0) return null
  const to = new Map([
    ['ArrowDown', place + 1],
    ['ArrowUp', place - 1],
    ['PageDown', place + page],
    ['PageUp', place - page],
    ['Home', 0],
    ['End', count - 1],
  ]).get(event.key)
  return to === undefined ? null : Math.min(count - 1, Math.max(0, to))
}

/** Where to scroll to so that a row is in sight; null when it is. */
export function scrollFor(row: Span, top: number, height: number): number | null {
  if (row.top < top) return row.top
  if (row.top + row.height > top + height) return row.top + row.height - height
  return null
}
