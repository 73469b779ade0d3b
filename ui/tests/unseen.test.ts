import { expect, test } from 'vitest'
import { unseen } from '../src/features/viewer/unseen'
import { print } from './fixtures/rows'

test('a drive that is away is not taken for a file that is gone', () => {
  const lost = print('p', { present: false })
  expect(unseen(lost, true)).toContain('opens again once its drive is connected')
  expect(unseen(lost, false)).toBe("The file isn't where it was saved.")
})

test('a file of a kind that is not shown here is said by its kind', () => {
  const verbs = (['image', 'video'] as const).map((media) => unseen(print('p', { media }), false))
  expect(verbs).toEqual([
    "This computer can't show this file here.",
    "This computer can't play this file here.",
  ])
})
