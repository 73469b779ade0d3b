// Why a print can't be seen large. Pure.
import type { Print } from '../../bridge/generated'

/** A sentence for the place where the print would be. */
export function unseen(print: Print, away: boolean): string {
  if (away)
    return "The library folder isn't there right now. The print opens again once its drive is connected."
  if (!print.present) return "The file isn't where it was saved."
  return `This computer can't ${print.media === 'video' ? 'play' : 'show'} this file here.`
}
