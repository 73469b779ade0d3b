/** The words of a search as they are put together by hand and by menus. What they mean, the studio says. */

/** Puts quotes round a value that would fall apart without them. */
export function quoted(value: string): string {
  return /^[^\s",:()]+$/.test(value) ? value : `"${value.replace(/"/g, '')}"`
}

/** A value without the quotes that hold it together. */
export function unquoted(value: string): string {
  return value.replace(/^"(.*)"$/, '$1')
}

/** Joins parts of a query, leaving empty ones out. */
export function joined(...parts: string[]): string {
  return parts
    .map((part) => part.trim())
    .filter(Boolean)
    .join(' ')
}

/** The query without what stands from `from` to `to`. */
export function without(query: string, from: number, to: number): string {
  return joined(query.slice(0, from), query.slice(to))
}

/** Whether a filter is being typed whose value is still to come. */
export function isHalfTyped(query: string): boolean {
  return /(^|\s)-?[a-z]+:[<>=]*$/i.test(query)
}

/** The text after an offer was taken, and where the caret goes. A whole word is followed by a space. */
export function completed(
  text: string,
  from: number,
  to: number,
  offer: string,
): { text: string; at: number } {
  const isOpen = offer.endsWith(':')
  const rest = text.slice(to)
  const glue = isOpen || rest.startsWith(' ') ? '' : ' '
  const head = text.slice(0, from) + offer + glue
  return { text: head + rest, at: head.length + (isOpen || glue !== '' ? 0 : 1) }
}

/** Offsets as the studio counts them (in UTF-8 bytes or characters) stay inside the text. */
export function clampTo(text: string, at: number): number {
  return Math.min(text.length, Math.max(0, at))
}
