// What the page draws of a print's file. A program that draws the rest would run what it holds.
import { msg, t, type Message } from '../words'

interface Shown {
  media_type: string
  path: string
}

/** Kinds that are kept and not drawn. */
const UNDRAWN: Record<string, Message> = {
  'image/svg+xml': msg('SVG drawing'),
  'application/pdf': msg('PDF document'),
  'text/html': msg('Web page'),
}

/** Said where the picture would be, by `t`. */
export const NOT_DRAWN = msg('Rushes keeps this file but does not draw it.')

/** What stands in place of the picture of a file that is not drawn; null for one that is. */
export function undrawn(print: Shown): { kind: string; name: string } | null {
  const kind = UNDRAWN[print.media_type]
  return kind ? { kind: t(kind), name: print.path.split(/[\\/]/).at(-1) ?? '' } : null
}

/** Which of a picture's files is looked at large: browsers do not know HEIC, so there it is the largest still. */
export function large(print: Shown): 'original' | 'thumb?w=1024' {
  return print.media_type === 'image/heic' ? 'thumb?w=1024' : 'original'
}
