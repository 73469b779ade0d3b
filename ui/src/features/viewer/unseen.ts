// Why a print can't be seen large. Pure.
import type { Print } from '../../bridge/generated'
import { NOT_DRAWN, undrawn } from '../../lib/drawn'
import { t } from '../../words'

/** A sentence for the place where the print would be. */
export function unseen(print: Print, away: boolean): string {
  if (away)
    return t("The library folder isn't there right now. The print opens again once its drive is connected.")
  if (!print.present) return t("The file isn't where it was saved.")
  if (undrawn(print)) return NOT_DRAWN
  return print.media === 'video'
    ? t("This computer can't play this file here.")
    : t("This computer can't show this file here.")
}
