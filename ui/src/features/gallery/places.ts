// Where the gallery can be opened, and what that asks for. Pure.
import type { Sort } from '../../bridge/generated'
import { joined, quoted } from '../../lib/query'
import { msg, t, type Message } from '../../words'

export type Place =
  { kind: 'all' } | { kind: 'circled' } | { kind: 'trash' } | { kind: 'collection'; id: string; name: string }

export const ALL: Place = { kind: 'all' }

export function placeName(place: Place): string {
  if (place.kind === 'collection') return place.name
  return { all: t('All prints'), circled: t('Circled'), trash: t('Trash') }[place.kind]
}

/** The query that a place and the words in the field come to. */
export function queryOf(place: Place, words: string): string {
  const filter = {
    all: '',
    circled: 'is:circled',
    trash: 'is:trashed',
    collection: place.kind === 'collection' ? `in:${quoted(place.name)}` : '',
  }[place.kind]
  return joined(filter, words)
}

export const SORT_NAMES: Record<Sort, Message> = {
  newest: msg('Newest'),
  oldest: msg('Oldest'),
  rating: msg('Best rated'),
  cost: msg('Dearest'),
  render: msg('Longest render'),
  fit: msg('Best match'),
}

export interface FilterKey {
  name: Message
  /** Filters that are already spoken for by it, to leave the menu out. */
  key: string
  /** Fixed choices; without them the studio is asked what there is. */
  choices?: { label: string; filter: string }[]
}

const two = (n: number) => n.toString().padStart(2, '0')
const dayOf = (at: Date) => `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`

/** The menus of filters under the search field. */
export function filterKeys(now: Date): FilterKey[] {
  const today = dayOf(now)
  const monday = new Date(now.getFullYear(), now.getMonth(), now.getDate() - ((now.getDay() + 6) % 7))
  return [
    {
      name: msg('Type'),
      key: 'type',
      choices: [
        { label: t('Pictures'), filter: 'type:image' },
        { label: t('Clips'), filter: 'type:video' },
      ],
    },
    { name: msg('Model'), key: 'model' },
    { name: msg('Provider'), key: 'provider' },
    {
      name: msg('Rating'),
      key: 'rating',
      choices: [
        ...[5, 4, 3, 2, 1].map((n) => ({
          label:
            n === 5
              ? t('{count, plural, one {# star} other {# stars}}', { count: n })
              : t('{count, plural, one {# star} other {# stars}} and up', { count: n }),
          filter: n === 5 ? 'rating:5' : `rating:>=${n}`,
        })),
        { label: t('Not rated'), filter: 'rating:0' },
      ],
    },
    { name: msg('Tag'), key: 'tag' },
    {
      name: msg('Licence'),
      key: 'licence',
      choices: [{ label: t('May be sold'), filter: 'licence:commercial' }],
    },
    {
      name: msg('Has'),
      key: 'has',
      choices: [
        { label: t('References'), filter: 'has:refs' },
        { label: t('A note'), filter: 'has:note' },
        { label: t('Tags'), filter: 'has:tags' },
      ],
    },
    {
      name: msg('Date'),
      key: 'date',
      choices: [
        { label: t('Today'), filter: `date:${today}` },
        { label: t('This week'), filter: `date:>=${dayOf(monday)}` },
        { label: t('This month'), filter: `date:${today.slice(0, 7)}` },
        { label: t('This year'), filter: `date:${today.slice(0, 4)}` },
      ],
    },
  ]
}
