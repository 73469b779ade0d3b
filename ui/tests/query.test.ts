import { expect, test } from 'vitest'
import { filterKeys, placeName, queryOf } from '../src/features/gallery/places'
import { thumbWidth } from '../src/features/gallery/thumbs'
import { completed, isHalfTyped, joined, quoted, unquoted, without } from '../src/lib/query'

test('a query is put together and taken apart', () => {
  expect(joined('is:circled', ' fog ', '')).toBe('is:circled fog')
  expect(quoted('portrait')).toBe('portrait')
  expect(quoted('golden hour')).toBe('"golden hour"')
  expect(quoted('say "cheese"')).toBe('"say cheese"')
  expect([unquoted('"golden hour"'), unquoted('portrait')]).toEqual(['golden hour', 'portrait'])
  expect(without('fog rating:3 dusk', 4, 12)).toBe('fog dusk')
  expect(without('rating:3', 0, 8)).toBe('')
})

test.each([
  ['rat', 0, 3, 'rating:', 'rating:', 7],
  ['model:se dusk', 0, 8, 'model:seedream', 'model:seedream dusk', 15],
  ['fog tag:p', 4, 9, 'tag:portrait', 'fog tag:portrait ', 17],
])('%s is completed', (text, from, to, offer, after, at) => {
  expect(completed(text, from, to, offer)).toEqual({ text: after, at })
})

test.each([
  ['rating:', true],
  ['fog -tag:', true],
  ['rating:>=', true],
  ['rating:>=3', false],
  ['is:circled ', false],
  ['fog', false],
])('%s is half typed: %s', (text, half) => {
  expect(isHalfTyped(text)).toBe(half)
})

test('each place has its name and asks for its prints', () => {
  const harbour = { kind: 'collection', id: 'col_1', name: 'Harbour, night' } as const
  expect([placeName({ kind: 'trash' }), placeName(harbour)]).toEqual(['Trash', 'Harbour, night'])
  expect(queryOf({ kind: 'all' }, ' fog ')).toBe('fog')
  expect(queryOf({ kind: 'circled' }, 'fog')).toBe('is:circled fog')
  expect(queryOf({ kind: 'trash' }, '')).toBe('is:trashed')
  expect(queryOf(harbour, '')).toBe('in:"Harbour, night"')
})

test('the week of the date filter begins on Monday', () => {
  const dates = filterKeys(new Date(2026, 10, 22)).find(({ key }) => key === 'date')
  expect(dates?.choices?.map(({ filter }) => filter)).toEqual([
    'date:2026-11-22',
    'date:>=2026-11-16',
    'date:2026-11',
    'date:2026',
  ])
})

test.each([
  [1024, 1024, 220, 220, 1, 256],
  [1920, 1080, 391, 220, 1, 512],
  [1920, 1080, 391, 220, 2, 1024],
  [1080, 1920, 124, 220, 1, 256],
  [4000, 1000, 200, 200, 1, 1024],
  [0, 0, 220, 220, 1, 256],
])(
  'a picture of %d × %d in a frame of %d × %d at density %d is read at %d',
  (w, h, width, height, density, size) => {
    expect(thumbWidth({ width: w, height: h }, width, height, density)).toBe(size)
  },
)
