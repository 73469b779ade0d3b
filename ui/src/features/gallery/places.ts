// Where the gallery can be opened, and what that asks for. Pure.
import type { Sort } from '../../bridge/generated'
import { joined, quoted } from '../../lib/query'

export type Place =
  { kind: 'all' } | { kind: 'circled' } | { kind: 'trash' } | { kind: 'collection'; id: string; name: string }

export const ALL: Place = { kind: 'all' }

export function placeName(place: Place): string {
  if (place.kind === 'collection') return place.name
  return { all: 'All prints', circled: 'Circled', trash: 'Trash' }[place.kind]
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

export const SORT_NAMES: Record<Sort, string> = {
  newest: 'Newest',
  oldest: 'Oldest',
  rating: 'Best rated',
  cost: 'Dearest',
  render: 'Longest render',
  fit: 'Best match',
}

export interface FilterKey {
  name: string
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
      name: 'Type',
      key: 'type',
      choices: [
        { label: 'Pictures', filter: 'type:image' },
        { label: 'Clips', filter: 'type:video' },
      ],
    },
    { name: 'Model', key: 'model' },
    { name: 'Provider', key: 'provider' },
    {
      name: 'Rating',
      key: 'rating',
      choices: [
        ...[5, 4, 3, 2, 1].map((n) => ({
          label: n === 5 ? '5 stars' : `${n} ${n === 1 ? 'star' : 'stars'} and up`,
          filter: n === 5 ? 'rating:5' : `rating:>=${n}`,
        })),
        { label: 'Not rated', filter: 'rating:0' },
      ],
    },
    { name: 'Tag', key: 'tag' },
    {
      name: 'Licence',
      key: 'licence',
      choices: [{ label: 'May be sold', filter: 'licence:commercial' }],
    },
    {
      name: 'Has',
      key: 'has',
      choices: [
        { label: 'References', filter: 'has:refs' },
        { label: 'A note', filter: 'has:note' },
        { label: 'Tags', filter: 'has:tags' },
      ],
    },
    {
      name: 'Date',
      key: 'date',
      choices: [
        { label: 'Today', filter: `date:${today}` },
        { label: 'This week', filter: `date:>=${dayOf(monday)}` },
        { label: 'This month', filter: `date:${today.slice(0, 7)}` },
        { label: 'This year', filter: `date:${today.slice(0, 4)}` },
      ],
    },
  ]
}
