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
  return event.key.toLowerCase() === key.toLowerCase() || onOtherLayout(event) === key.toLowerCase()
}

/** What stands on the key elsewhere, where this layout has another script on it, or signs on the row of digits. */
function onOtherLayout(event: KeyboardEvent): string | null {
  const [, kind, sign] = /^(Key|Digit)(.)$/.exec(event.code) ?? []
  if (sign === undefined) return null
  const isForeign = event.key === 'Dead' || /^[^\u0020-\u007e]$/u.test(event.key)
  if (kind === 'Key') return isForeign ? sign.toLowerCase() : null
  return event.shiftKey || !(event.ctrlKey || event.metaKey || event.altKey) ? null : sign
}

/** The combination that was pressed; null while only Shift, Ctrl or the like is down. */
export function combinationOf(event: KeyboardEvent): string | null {
  if (['Control', 'Shift', 'Alt', 'Meta', 'AltGraph', 'Unidentified'].includes(event.key)) return null
  const key = (event.altKey ? onOtherLayout(event) : null) ?? (event.key === 'Dead' ? null : event.key)
  if (key === null) return null
  const isSign = key.length === 1 && key.toLowerCase() === key.toUpperCase()
  const held = [
    (MAC ? event.metaKey : event.ctrlKey) && 'Ctrl',
    event.altKey && 'Alt',
    event.shiftKey && (!isSign || key === ' ') && 'Shift',
  ]
  return [...held.filter(Boolean), key.length === 1 ? key.toLowerCase() : key].join('+')
}

/** Without Ctrl and Alt, and no key that no text has use for: while something is typed it belongs to the text. */
export function isBare(combination: string): boolean {
  return !/^(.*\+)?(F\d+|Escape)$/.test(combination) && !/(Ctrl|Alt)\+/.test(combination)
}

/** A letter, digit or sign by itself, which speech and a brush of the hand can press by mistake. */
export function isSingle(combination: string): boolean {
  const key = combination.replace(/^Shift\+/, '')
  return key.length === 1 && key !== ' '
}

const SHOWN: Record<string, string> = {
  Enter: '↵',
  ArrowLeft: '←',
  ArrowUp: '↑',
  ArrowRight: '→',
  ArrowDown: '↓',
  ' ': 'Space',
  Delete: 'Del',
  Escape: 'Esc',
  PageUp: 'PgUp',
  PageDown: 'PgDn',
  '-': '−',
  Ctrl: MAC ? 'Cmd' : 'Ctrl',
}

/** As people read them: `Ctrl Shift ↵`. */
export function shownKeys(combination: string): string {
  const parts = combination.replace(/\+$/, 'Plus').split('+')
  return parts
    .map((part) => (part === 'Plus' ? '+' : (SHOWN[part] ?? (part.length === 1 ? part.toUpperCase() : part))))
    .join(' ')
}

/**
 * Whether an input method takes the key, such as the Enter that ends a conversion. WebKit sends that one after
 * the composition is over, and tells of it by the code alone; an accent that waits for its letter has the same.
 */
export function isComposing(event: KeyboardEvent): boolean {
  return event.isComposing || (event.keyCode === 229 && event.key !== 'Dead')
}

/** Keeps the keys of an input method from all that listens in this window; what they write is written all the same. */
export function leaveComposing(target: Window): void {
  const stop = (event: KeyboardEvent) => isComposing(event) && event.stopImmediatePropagation()
  target.addEventListener('keydown', stop, { capture: true })
}

/** Runs the first binding that fits, and keeps the event from the page. */
export function onKeys(event: KeyboardEvent, bindings: Record<string, () => void>): boolean {
  if (event.defaultPrevented || isComposing(event)) return false
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
