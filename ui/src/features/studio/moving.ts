// Arrow keys among the feed's frames: left and right in order, up and down to the nearest.

/** Moves the focus from the frame that has it; true when it moved. */
export function moveIn(event: KeyboardEvent): boolean {
  const from = event.target instanceof HTMLElement ? event.target.closest<HTMLElement>('[data-print]') : null
  if (!from || event.ctrlKey || event.altKey || event.metaKey) return false
  const all = Array.from((event.currentTarget as HTMLElement).querySelectorAll<HTMLElement>('[data-print]'))
  const at = all.indexOf(from)
  const to = target(event.key, from, all, at)
  if (!to) return false
  event.preventDefault()
  to.focus()
  to.scrollIntoView({ block: 'nearest' })
  return true
}

function target(key: string, from: HTMLElement, all: HTMLElement[], at: number): HTMLElement | undefined {
  switch (key) {
    case 'ArrowRight':
      return all[at + 1]
    case 'ArrowLeft':
      return all[at - 1]
    case 'Home':
      return all[0]
    case 'End':
      return all.at(-1)
    case 'ArrowDown':
      return nearest(from, all.slice(at + 1), (box, own) => box.top >= own.bottom - 2)
    case 'ArrowUp':
      return nearest(from, all.slice(0, Math.max(0, at)).reverse(), (box, own) => box.bottom <= own.top + 2)
    default:
      return undefined
  }
}

/** The first row beyond, and in it the frame whose middle is closest. */
function nearest(
  from: HTMLElement,
  candidates: HTMLElement[],
  isBeyond: (box: DOMRect, own: DOMRect) => boolean,
): HTMLElement | undefined {
  const own = from.getBoundingClientRect()
  const middle = own.left + own.width / 2
  let row: number | null = null
  let best: { element: HTMLElement; away: number } | undefined
  for (const element of candidates) {
    const box = element.getBoundingClientRect()
    if (!isBeyond(box, own)) continue
    row ??= box.top
    if (Math.abs(box.top - row) > 4) break
    const away = Math.abs(box.left + box.width / 2 - middle)
    if (!best || away < best.away) best = { element, away }
  }
  return best?.element
}
