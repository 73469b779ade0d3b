// When something was, to the minute, by the customs of the window's language.
import { language } from '../../words'

/** `22 Nov 2026, 11:42`. */
export function moment(at: number): string {
  return new Date(at).toLocaleString(language.locale, { dateStyle: 'medium', timeStyle: 'short' })
}
