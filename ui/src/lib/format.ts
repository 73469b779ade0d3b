// Words for numbers: money, time, sizes. Pure.
import { language, t } from '../words'
import { weekdayAndDate } from './day'

/** The shape of a price on the wire, in millionths of the unit. */
export interface Money {
  micros: number
  currency: string
  exact?: boolean
}

const SIGNS: Record<string, string> = { USD: '$', EUR: '€', GBP: '£' }

/** `$0.35`, `$0.0035`; whole cents keep two places, smaller sums as many as they need. */
export function money(price: Money): string {
  const whole = price.micros % 10_000 === 0
  const amount = (Math.abs(price.micros) / 1_000_000).toFixed(whole ? 2 : 6)
  const sign = SIGNS[price.currency] ?? `${price.currency} `
  return `${price.micros < 0 ? '−' : ''}${sign}${whole ? amount : amount.replace(/0+$/, '')}`
}

/** `$10`, `$9.50`: a round sum without its zeros, where room is short. */
export function roundMoney(price: Money): string {
  return price.micros % 1_000_000 === 0 ? money(price).replace(/\.00$/, '') : money(price)
}

/** A price or the honest `?`; an estimate carries `≈`. */
export function priceOrUnknown(price: Money | null, estimate = false): string {
  if (!price) return '?'
  return estimate || price.exact === false ? `≈${money(price)}` : money(price)
}

/** `9.4 s`, `52 s`, `1:58`, `1:02:11`. */
export function duration(ms: number): string {
  const seconds = Math.max(0, ms) / 1000
  if (seconds < 10) return secondsWords((Math.floor(seconds * 10) / 10).toFixed(1))
  if (seconds < 60) return secondsWords(Math.floor(seconds))
  return clockTime(ms)
}

/** `9.4 s`. */
export function secondsWords(seconds: number | string): string {
  return t('{seconds} s', { seconds })
}

/** `9 s`, `2 min`: how long something usually takes. */
export function about(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1000))
  return seconds < 90 ? secondsWords(seconds) : t('{minutes} min', { minutes: Math.round(seconds / 60) })
}

/** `0:09`, `1:58`, `1:02:11`. */
export function clockTime(ms: number): string {
  const total = Math.floor(Math.max(0, ms) / 1000)
  const [h, m, s] = [Math.floor(total / 3600), Math.floor(total / 60) % 60, total % 60]
  const two = (n: number) => String(n).padStart(2, '0')
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`
}

/** `00:01:06`, for what runs. */
export function timecode(ms: number): string {
  const total = Math.floor(Math.max(0, ms) / 1000)
  const two = (n: number) => String(n).padStart(2, '0')
  return `${two(Math.floor(total / 3600))}:${two(Math.floor(total / 60) % 60)}:${two(total % 60)}`
}

/** `about 52 s left`, `about 2 min left`: coarse on purpose. */
export function left(ms: number): string {
  const seconds = Math.ceil(ms / 1000)
  return seconds < 90
    ? t('about {seconds} s left', { seconds: Math.max(1, seconds) })
    : t('about {minutes} min left', { minutes: Math.round(seconds / 60) })
}

/** Length of a clip on its badge: `5s`, `1:04`. */
export function clipLength(ms: number): string {
  const seconds = Math.round(ms / 1000)
  return seconds < 60 ? t('{seconds}s', { seconds }) : clockTime(seconds * 1000)
}

/** `2.1 MB`; decimal units, as file browsers say it. */
export function bytes(n: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let value = n
  let unit = 0
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000
    unit += 1
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`
}

/** `just now`, `4 min ago`, `3 h ago`, then the day. */
export function ago(at: number, now: number): string {
  const minutes = Math.floor((now - at) / 60_000)
  if (minutes < 1) return t('just now')
  if (minutes < 60) return t('{minutes} min ago', { minutes })
  if (minutes < 24 * 60) return t('{hours} h ago', { hours: Math.floor(minutes / 60) })
  return new Date(at).toLocaleDateString(language.locale, {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
  })
}

/** `Saturday 22 November`. */
export function longDay(at: number): string {
  return weekdayAndDate(new Date(at))
}

/** The local calendar day, `2026-11-22`. */
export function dayOf(at: number): string {
  const date = new Date(at)
  const two = (n: number) => String(n).padStart(2, '0')
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
}

/** The time of day to the second, `10:02:30`. */
export function timeOfDay(at: number): string {
  return new Date(at).toLocaleTimeString(language.locale, {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  })
}

/** Sentences one after the other; a full-width stop brings its own gap. */
export function sentences(...said: readonly string[]): string {
  return said
    .filter(Boolean)
    .reduce((before, next) => before + (before === '' || before.endsWith('。') ? '' : ' ') + next, '')
}

/** Parts of a sentence one after the other: "A, B, C". */
export function commas(parts: readonly string[]): string {
  return parts.filter(Boolean).reduce((said, next) => (said ? t('{said}, {next}', { said, next }) : next), '')
}
