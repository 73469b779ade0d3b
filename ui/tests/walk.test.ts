import { expect, test } from 'vitest'
import { scrollFor, stepTo } from '../src/kit/walk'

const press = (
  key: string,
  held: Partial<Record<'ctrlKey' | 'altKey' | 'shiftKey' | 'metaKey', true>> = {},
) => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...held,
})

test('keys lead to rows and never out of the list', () => {
  const from = (place: number, key: string) => stepTo(press(key), place, 100, 9)
  expect(['ArrowDown', 'ArrowUp', 'PageDown', 'PageUp', 'Home', 'End'].map((key) => from(50, key))).toEqual([
    51, 49, 59, 41, 0, 99,
  ])
  expect([from(99, 'ArrowDown'), from(0, 'ArrowUp'), from(95, 'PageDown'), from(4, 'PageUp')]).toEqual([
    99, 0, 99, 0,
  ])
})

test('other keys, held keys and an empty list lead nowhere', () => {
  expect(stepTo(press('a'), 0, 100, 9)).toBe(null)
  expect(stepTo(press('toString'), 0, 100, 9)).toBe(null)
  expect(stepTo(press('ArrowDown', { altKey: true }), 0, 100, 9)).toBe(null)
  expect(stepTo(press('End', { ctrlKey: true }), 0, 100, 9)).toBe(null)
  expect(stepTo(press('ArrowDown'), 0, 0, 9)).toBe(null)
})

test('the active row comes into sight, and nothing moves when it is', () => {
  expect(scrollFor({ top: 0, height: 44 }, 100, 440)).toBe(0)
  expect(scrollFor({ top: 880, height: 44 }, 0, 440)).toBe(484)
  expect(scrollFor({ top: 220, height: 44 }, 0, 440)).toBe(null)
})
