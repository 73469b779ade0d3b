// Words for how old a provider's list of models is. Pure.
import { language, t } from '../words'
import { ago } from './format'

interface List {
  /** How many models the live list has. */
  models: number
  /** When it was read, ms UTC; null before the first time. */
  models_at: number | null
}

/** `22 Nov`, and the year where it is asked for. */
export function shortDate(ms: number, year = false): string {
  const words: Intl.DateTimeFormatOptions = { day: 'numeric', month: 'short' }
  if (year) words.year = 'numeric'
  return new Intl.DateTimeFormat(language.locale, words).format(ms)
}

/** "24 models, read 22 Nov 2026", or that only the bundled ones are known. */
export function modelsLine(row: List): string {
  if (row.models_at === null) return t('Bundled models, the live list is not read yet')
  return t('{models, plural, one {# model} other {# models}}, read {date}', {
    models: row.models,
    date: shortDate(row.models_at, true),
  })
}

/** How old what is shown is: the oldest live list counts. */
export function listsAge(rows: readonly List[], now: number): string {
  const read = rows.flatMap((row) => (row.models_at === null ? [] : [row.models_at]))
  if (read.length === 0) return t('Bundled lists')
  const oldest = ago(Math.min(...read), now)
  if (read.length === 1) return t('List read {when}', { when: oldest })
  return oldest === ago(now, now)
    ? t('Lists read {when}', { when: oldest })
    : t('Lists read {when} or later', { when: oldest })
}

/** A day as it is written down, `2026-11-22`, as `22 Nov`; with its year when that is not this one. */
export function dayWords(day: string, now: number): string {
  const at = Date.parse(`${day}T12:00:00Z`)
  if (Number.isNaN(at)) return day
  return shortDate(at, new Date(at).getUTCFullYear() !== new Date(now).getUTCFullYear())
}
