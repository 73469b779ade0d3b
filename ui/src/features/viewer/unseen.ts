// Why a print can't be seen large. Pure.
import type { Print } from '../../bridge/generated'
import { NOT_DRAWN, undrawn } from '../../lib/drawn'

/** A sentence for the place where the print would be. */
export function unseen(print: Print, away: boolean): string {
  if (away)
    return "The library folder isn't there right now. The print opens again once its drive is connected."
  if (!print.present) return "The file isn't where it was saved."
  if (undrawn(print)) return NOT_DRAWN
  return `This computer can't ${print.media === 'video' ? 'play' : 'show'} this file here.`
}
