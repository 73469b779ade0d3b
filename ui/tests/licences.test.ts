import { expect, test } from 'vitest'
import { partsWith, type Part } from '../src/state/licences'

const part = (name: string, licence: string): Part => ({ name, licence, version: '1', home: '', texts: [] })
const PARTS = [
  part('tokio', 'MIT'),
  part('moxcms', 'BSD-3-Clause OR Apache-2.0'),
  part('cssparser', 'MPL-2.0'),
]

test('parts are found by name and by licence, in any order and case', () => {
  const names = (typed: string) => partsWith(PARTS, typed).map(({ name }) => name)
  expect(names('')).toEqual(['tokio', 'moxcms', 'cssparser'])
  expect(names('mpl')).toEqual(['cssparser'])
  expect(names('Apache  MOX')).toEqual(['moxcms'])
  expect(names('tokio mpl')).toEqual([])
})
