/** What marks do to a print, and the words for it. Pure. */
import { t } from '../words'
import { commas } from './format'

/** The marks of a print. */
export interface Marked {
  rating: number
  circled: boolean
  note: string
  tags: string[]
  trashed_at: number | null
}

/** A change of marks; what is left out stays as it is. */
export interface Marking {
  rating?: number
  circled?: boolean
  note?: string
  add_tags?: string[]
  remove_tags?: string[]
  trashed?: boolean
  /** A collection's id. */
  add_to?: string
  remove_from?: string
}

/** Tags that differ in case or accents only are the same tag. */
export function foldTag(tag: string): string {
  return tag
    .trim()
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .toLowerCase()
}

/** The print as it will be. */
export function marked<P extends Marked>(print: P, marking: Marking, now: number): P {
  const removed = new Set(marking.remove_tags?.map(foldTag))
  const tags = print.tags.filter((tag) => !removed.has(foldTag(tag)))
  const known = new Set(tags.map(foldTag))
  for (const tag of marking.add_tags ?? []) if (!known.has(foldTag(tag))) tags.push(tag.trim())
  return {
    ...print,
    rating: marking.rating ?? print.rating,
    circled: marking.circled ?? print.circled,
    note: marking.note ?? print.note,
    tags,
    trashed_at: marking.trashed === undefined ? print.trashed_at : marking.trashed ? now : null,
  }
}

/** "3 prints rated 4 stars." */
export function saidOf(marking: Marking, prints: number, place = ''): string {
  if (marking.trashed === true)
    return t('{prints, plural, one {# print} other {# prints}} moved to Trash.', { prints })
  if (marking.trashed === false)
    return t('{prints, plural, one {# print} other {# prints}} put back.', { prints })
  if (marking.rating === 0)
    return t('Rating cleared on {prints, plural, one {# print} other {# prints}}.', { prints })
  if (marking.rating !== undefined)
    return t(
      '{prints, plural, one {# print} other {# prints}} rated {stars, plural, one {# star} other {# stars}}.',
      { prints, stars: marking.rating },
    )
  if (marking.circled !== undefined)
    return marking.circled
      ? t('{prints, plural, one {# print} other {# prints}} circled.', { prints })
      : t('Circle taken from {prints, plural, one {# print} other {# prints}}.', { prints })
  if (marking.add_tags?.length)
    return t('{prints, plural, one {# print} other {# prints}} tagged {tags}.', {
      prints,
      tags: commas(marking.add_tags),
    })
  if (marking.remove_tags?.length)
    return t('Tag {tags} taken from {prints, plural, one {# print} other {# prints}}.', {
      prints,
      tags: commas(marking.remove_tags),
    })
  if (marking.add_to !== undefined)
    return place
      ? t('{prints, plural, one {# print} other {# prints}} added to {place}.', { prints, place })
      : t('{prints, plural, one {# print} other {# prints}} added to the collection.', { prints })
  if (marking.remove_from !== undefined)
    return place
      ? t('{prints, plural, one {# print} other {# prints}} taken out of {place}.', { prints, place })
      : t('{prints, plural, one {# print} other {# prints}} taken out of the collection.', { prints })
  return t('Note kept on {prints, plural, one {# print} other {# prints}}.', { prints })
}

/** What many prints share: the value, or null when they differ. */
export function shared<T>(values: readonly T[]): T | null {
  const first = values[0]
  return first !== undefined && values.every((value) => value === first) ? first : null
}

/** Each tag once, with how many of the prints carry it; the commonest first. */
export function tagCounts(prints: readonly { tags: string[] }[]): { tag: string; on: number }[] {
  const counts = new Map<string, { tag: string; on: number }>()
  for (const { tags } of prints) {
    for (const tag of tags) {
      const known = counts.get(foldTag(tag))
      if (known) known.on++
      else counts.set(foldTag(tag), { tag, on: 1 })
    }
  }
  return [...counts.values()].sort((a, b) => b.on - a.on || a.tag.localeCompare(b.tag))
}
