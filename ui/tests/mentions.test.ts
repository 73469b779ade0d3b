import { describe, expect, test } from 'vitest'
import { Chips } from '../src/features/studio/editor/chips'
import { assign, type DraftReference } from '../src/state/fields'
import { callsOf, follow, mentionProblem, pieces, recall, resolve } from '../src/state/mentions'
import { endpoint, media, promptField } from './fixtures/rows'

const refs = (...assets: string[]): DraftReference[] =>
  assets.map((asset) => ({ asset, media: 'image', field: null }))

const strip = endpoint('acme:edit', {
  name: 'Edit',
  fields: [promptField, media('images', 'reference', {}, 3)],
})
const frames = endpoint('acme:clip', {
  fields: [
    promptField,
    media('image', 'first_frame'),
    media('last', 'last_frame'),
    media('refs', 'reference', {}, 3),
  ],
})
const calls = (at: typeof strip, list: DraftReference[]) => callsOf(at, assign(at, list), list)

describe('mentions', () => {
  test('are numbers of references that are there, and no part of words and addresses', () => {
    expect(pieces('@1 by me@2.example, @3, 写真@2の @12 a@1', 2)).toEqual([
      1,
      ' by me@2.example, @3, 写真',
      2,
      'の @12 a@1',
    ])
  })

  test('follow their picture when references move, go and come', () => {
    const [a, b, c] = ['a', 'b', 'c']
    expect(follow('@1 on @2, @1', [a, b], [b, a])).toBe('@2 on @1, @2')
    expect(follow('@1 on @2', [a, b], [b])).toBe('@? on @1')
    expect(follow('@2', [a, b], [c, a, b])).toBe('@3')
    expect(follow('@5 o’clock', [a, b], [b, a])).toBe('@5 o’clock')
  })

  test('are sent in the words that models know, counted in the order of sending', () => {
    const list = refs('a', 'b')
    expect(resolve('the jetty of @2 and @1.', calls(strip, list))).toBe('the jetty of image 2 and image 1.')
    expect(calls(frames, refs('a', 'b', 'c'))).toEqual(['the first frame', 'the last frame', 'image 1'])
    const own = endpoint('acme:own', {
      fields: [promptField, media('images', 'reference', { mention: '@image{n}' }, 3)],
    })
    expect(resolve('@2', calls(own, list))).toBe('@image2')
    expect(recall('as in @image2, @image1', calls(own, list))).toBe('as in @2, @1')
  })

  test('come back from what was sent, and say the same when they are sent again', () => {
    const told = 'image 1 beside image 2, image 12 and images 1'
    const back = recall(told, calls(strip, refs('a', 'b')))
    expect(back).toBe('@1 beside @2, image 12 and images 1')
    expect(resolve(back, calls(strip, refs('a', 'b')))).toBe(told)
  })

  test('of what is gone or not sent say so before anything is sent', () => {
    expect(mentionProblem('@1', strip, calls(strip, refs('a')))).toBe('')
    expect(mentionProblem('on @?', strip, calls(strip, refs('a')))).toMatch(/was taken away/)
    const plain = endpoint('acme:plain', { name: 'Plain' })
    expect(mentionProblem('on @1', plain, calls(plain, refs('a')))).toMatch(
      /reference 1, which Plain isn't sent/,
    )
    expect(mentionProblem('at @7', plain, calls(plain, refs('a')))).toBe('')
  })
})

describe('chips of the editor', () => {
  const about = (key: string) => ({ key, thumb: '', name: key, call: null })
  const chips = (...keys: string[]) => {
    const made = new Chips()
    made.list = keys.map(about)
    return made
  }

  test('stand for a picture, whatever its number', () => {
    const made = chips('a', 'b')
    const doc = made.take('@1 on @2')
    made.list = [about('b'), about('a')]
    expect(made.give(doc)).toBe('@2 on @1')
    made.list = [about('b')]
    expect(made.give(doc)).toBe('@? on @1')
  })

  test('know a picture again that comes back', () => {
    const made = chips('a', 'b')
    const doc = made.take('@1 on @2')
    made.list = [about('b'), about('a')]
    expect(made.give(made.take('@? on @1', doc))).toBe('@2 on @1')
    expect(made.give(made.take('@1 on @2', doc))).toBe('@1 on @2')
  })

  test('never melt into the words beside them', () => {
    const made = chips('a')
    const chip = made.take('@1')
    expect(made.give(`of${chip}and${chip}${chip}.`)).toBe('of @1 and @1 @1.')
  })
})
