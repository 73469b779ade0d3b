/** Headings of the days that prints are grouped by. */
import { language, t } from '../words'

/** `2026-11-22` in the zone of this computer. */
export function dayKey(at: Date): string {
  const two = (n: number) => n.toString().padStart(2, '0')
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
}

type Shape = Intl.DateTimeFormatOptions
const WEEKDAY: Shape = { weekday: 'long' }
const DATE: Shape = { day: 'numeric', month: 'long' }
const DATE_AND_YEAR: Shape = { ...DATE, year: 'numeric' }

const formats = new Map<Shape, Intl.DateTimeFormat>()

/** Formats are kept: to make one takes a hundred times as long as to use it. */
function written(day: Date, shape: Shape): string {
  let format = formats.get(shape)
  if (format?.resolvedOptions().locale !== language.locale) {
    format = new Intl.DateTimeFormat(language.locale, shape)
    formats.set(shape, format)
  }
  return format.format(day)
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
  const weekday = written(day, WEEKDAY)
  return t('{weekday} {date}', { weekday, date: written(day, year ? DATE_AND_YEAR : DATE) })
}
