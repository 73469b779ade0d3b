// Keys as people write them: `Ctrl+Shift+Enter`, `Alt+ArrowUp`, `?`. Ctrl means Cmd on macOS.

const MAC = typeof navigator !== 'undefined' && navigator.userAgent.includes('Mac OS')

/** Whether the event is exactly this combination. */
export function matches(event: KeyboardEvent, combination: string): boolean {
  // The plus is a key too, and then it stands last.
  const parts = combination.replace(/\+$/, 'Plus').split('+')
  const last = parts.pop() ?? ''
  const key = last === 'Plus' ? '+' : last
  const wants = (name: string) => parts.includes(name)
  const main = MAC ? event.metaKey : event.ctrlKey
  if (main !== wants('Ctrl')) return false
  if (event.altKey !== wants('Alt')) return false
  // A sign such as `?` brings its own Shift along.
  const isSign = key.length === 1 && key.toLowerCase() === key.toUpperCase()
  if (!isSign && event.shiftKey !== wants('Shift')) return false
  return event.key.toLowerCase() === key.toLowerCase()
}

/** Runs the first binding that fits, and keeps the event from the page. */
export function onKeys(event: KeyboardEvent, bindings: Record<string, () => void>): boolean {
  if (event.defaultPrevented || event.isComposing) return false
  for (const [combination, act] of Object.entries(bindings)) {
    if (!matches(event, combination)) continue
    event.preventDefault()
    act()
    return true
  }
  return false
}

/** Whether words are chosen on the page, which Ctrl+C then copies. */
export function isTextChosen(): boolean {
  return (window.getSelection()?.toString() ?? '') !== ''
}

/** Whether a key belongs to what has the focus, or to what lies over the page. */
export function isTaken(event: KeyboardEvent): boolean {
  if (isTyping(event.target) || document.querySelector('[role="dialog"], [role="menu"]')) return true
  const pressed =
    event.target instanceof Element && event.target.closest('button, a, summary, [role="radio"]')
  return pressed !== null && pressed !== false && (event.key === ' ' || event.key === 'Enter')
}

/** Whether single keys belong to what has the focus. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  return target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName)
}
