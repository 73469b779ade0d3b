// Where the bars of a month stand and what is said of them. Pure.
import type { SpendAmounts, SpendRow, SpendSum } from '../../bridge/generated'
import { money } from '../../lib/format'
import { language, t } from '../../words'

/** Steps between gridlines, in tens of any power. */
const STEPS = [1, 2, 2.5, 4, 5, 10]
/** Gridlines above the ground that are aimed at. */
const LINES = 3
/** A cap this many times as high as the peak would press the bars flat. */
const FAR = 4
/** Micros at the top of a month without anything, and the least there is at the top of one with something. */
const EMPTY = 1_000_000
const LEAST = 1_000
/** Days that have a label of their own, today and the last one beside. */
const LABELLED = [1, 5, 10, 15, 20, 25]

export interface Scale {
  /** Micros at the top. */
  top: number
  /** Micros of each gridline, from the ground up. */
  ticks: number[]
  /** Whether the cap's line is on it. */
  hasCap: boolean
}

export function totalOf(amounts: SpendAmounts): number {
  return amounts.reserved + amounts.settled + amounts.unknown
}

/** What is not settled yet. */
export function openOf(amounts: SpendAmounts): number {
  return amounts.reserved + amounts.unknown
}

/** A round scale that holds the highest day, and the cap where it is not far above. */
export function scaleOf(peak: number, cap: number | null): Scale {
  const hasCap = cap !== null && cap > 0 && (peak === 0 || cap <= peak * FAR)
  const most = Math.max(peak, hasCap ? cap : 0)
  const highest = most === 0 ? EMPTY : Math.max(most, LEAST)
  const power = 10 ** Math.floor(Math.log10(highest / LINES))
  const step = (STEPS.find((s) => s * power * LINES >= highest) ?? 10) * power
  const lines = Math.max(1, Math.ceil(highest / step - 1e-9))
  const ticks = Array.from({ length: lines + 1 }, (_, n) => Math.round(n * step))
  return { top: lines * step, ticks, hasCap }
}

/** Places of the days that are labelled below; `today` is -1 in another month. */
export function labelled(days: number, today: number): number[] {
  const places = [...LABELLED.map((day) => day - 1), days - 1]
  const clear = places.filter((place) => place < days && (today < 0 || Math.abs(place - today) > 2))
  return [...new Set(today < 0 ? clear : [...clear, today])].sort((a, b) => a - b)
}

/** The place of the dearest day; -1 when nothing was spent. */
export function peakOf(sum: SpendSum): number {
  const totals = sum.days.map((day) => totalOf(day.amounts))
  const most = Math.max(0, ...totals)
  return most === 0 ? -1 : totals.indexOf(most)
}

/** "13 November" */
export function dayWords(day: string): string {
  const [year, month, date] = day.split('-').map(Number)
  return new Date(year ?? 0, (month ?? 1) - 1, date).toLocaleDateString(language.locale, {
    day: 'numeric',
    month: 'long',
  })
}

/** "November", and with the year when it is not this one. */
export function monthWords(month: string, today: string): string {
  const [year, number] = month.split('-').map(Number)
  return new Date(year ?? 0, (number ?? 1) - 1, 1).toLocaleDateString(language.locale, {
    month: 'long',
    ...(month.slice(0, 4) === today.slice(0, 4) ? {} : { year: 'numeric' }),
  })
}

/** "$8.40, 31 prints": one day, for its bar. */
export function dayGist(sum: SpendSum, place: number): string {
  const day = sum.days[place]
  if (!day) return ''
  const open = openOf(day.amounts)
  const words = (micros: number) => money({ micros, currency: sum.currency })
  const [total, count] = [words(totalOf(day.amounts)), day.prints]
  return open > 0
    ? t('{total}, {count, plural, one {# print} other {# prints}}, {open} of it not settled', {
        total,
        count,
        open: words(open),
      })
    : t('{total}, {count, plural, one {# print} other {# prints}}', { total, count })
}

/** What the chart shows, in a sentence. */
export function gist(sum: SpendSum, month: string): string {
  const peak = peakOf(sum)
  const day = sum.days[peak]
  if (!day) return t('Spend per day in {month}. Nothing was spent.', { month })
  const most = money({ micros: totalOf(day.amounts), currency: sum.currency })
  return t('Spend per day in {month}. Highest {most} on {day}.', { month, most, day: dayWords(day.day) })
}

/** "none failed", "4 failed, not charged", and doubts. */
export function failedWords(row: SpendRow): string {
  const all = row.failed + row.failed_charged
  const failed =
    all === 0
      ? ''
      : row.failed_charged === 0
        ? t('{all} failed, not charged', { all })
        : row.failed === 0
          ? t('{all} failed, charged', { all })
          : t('{all} failed, {charged} charged', { all, charged: row.failed_charged })
  const doubts = row.doubts === 0 ? '' : t('{count} in doubt', { count: row.doubts })
  return both(failed, doubts) || t('none failed')
}

/** "$0.20 set aside, $0.28 in doubt": what of a sum is not settled; empty when all of it is. */
export function openWords({ reserved, unknown }: SpendAmounts, currency: string): string {
  return both(
    reserved > 0 ? t('{sum} set aside', { sum: money({ micros: reserved, currency }) }) : '',
    unknown > 0 ? t('{sum} in doubt', { sum: money({ micros: unknown, currency }) }) : '',
  )
}

/** One of them may be empty. */
function both(first: string, second: string): string {
  return first && second ? t('{first}, {second}', { first, second }) : first || second
}

/** A price for one print: as many digits as tell prices apart. */
export function averageWords(micros: number, currency: string): string {
  const grain = micros >= 1_000_000 ? 10_000 : micros >= 10_000 ? 1_000 : 10
  const words = money({ micros: Math.round(micros / grain) * grain, currency })
  // Sums below a unit keep three places, so that the digits stand still.
  return grain === 1_000 && /\.\d\d$/.test(words) ? `${words}0` : words
}
