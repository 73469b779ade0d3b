/** Headings of the days that prints are grouped by. */
import { language, t } from '../words'

/** `2026-11-22` in the zone of this computer. */
export function dayKey(at: Date): string {
  const two = (n: number) => n.toString().padStart(2, '0')
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
}

/** "Today", "Yesterday", "Friday 20 November", and with the year when it is another one. */
export function dayTitle(key: string, now: Date): string {
  const [year, month, date] = key.split('-').map(Number)
  if (!year || !month || !date) return key
  if (key === dayKey(now)) return t('Today')
  if (key === dayKey(new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1))) return t('Yesterday')
  return weekdayAndDate(new Date(year, month - 1, date), year !== now.getFullYear())
}

/** "Saturday 22 November". */
export function weekdayAndDate(day: Date, year = false): string {
  const date: Intl.DateTimeFormatOptions = { day: 'numeric', month: 'long' }
  if (year) date.year = 'numeric'
  return t('{weekday} {date}', {
    weekday: day.toLocaleDateString(language.locale, { weekday: 'long' }),
    date: day.toLocaleDateString(language.locale, date),
  })
}
