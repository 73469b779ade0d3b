/** The date rail: which dates are written beside a list that is ordered by day. Pure. */
import { language } from '../words'
import { dayName, type View } from './view'

export interface Mark {
  /** Share of the whole height, 0 to 1. */
  at: number
  text: string
  /** First day of it, as an index into the view's days. */
  day: number
}

/**
 * Years, and months where there is room: no two nearer than `apart` px on a rail of `height` px.
 * `tops` holds the offset of each day, px, of a whole that is `whole` px high.
 */
export function railMarks(
  view: View,
  tops: ArrayLike<number>,
  whole: number,
  height: number,
  apart: number,
): Mark[] {
  const months = new Intl.DateTimeFormat(language.locale, { month: 'short', timeZone: 'UTC' })
  const years: Mark[] = []
  const rest: Mark[] = []
  let year = ''
  let month = ''
  for (let day = 0; day < view.days.length; day++) {
    const name = dayName(view.days[day]!)
    const at = whole > 0 ? tops[day]! / whole : 0
    if (name.slice(0, 4) !== year) years.push({ at, text: name.slice(0, 4), day })
    else if (name.slice(0, 7) !== month)
      rest.push({ at, text: months.format(view.days[day]! * 86_400_000), day })
    year = name.slice(0, 4)
    month = name.slice(0, 7)
  }
  const kept: Mark[] = []
  const fits = (mark: Mark) => kept.every((other) => Math.abs(other.at - mark.at) * height >= apart)
  for (const mark of [...years, ...rest]) if (fits(mark)) kept.push(mark)
  return kept.sort((a, b) => a.at - b.at)
}
