import { expect, test, vi } from 'vitest'
import { isTyping, matches, onKeys } from '../src/lib/hotkeys'

const press = (key: string, more: KeyboardEventInit = {}) =>
  new KeyboardEvent('keydown', { key, cancelable: true, ...more })

test('a combination fits exactly', () => {
  expect(matches(press('Enter', { ctrlKey: true }), 'Ctrl+Enter')).toBe(true)
  expect(matches(press('Enter', { ctrlKey: true, shiftKey: true }), 'Ctrl+Enter')).toBe(false)
  expect(matches(press('Enter', { ctrlKey: true, shiftKey: true }), 'Ctrl+Shift+Enter')).toBe(true)
  expect(matches(press('p', { ctrlKey: true }), 'p')).toBe(false)
})

test('a sign brings its own shift along', () => {
  expect(matches(press('?', { shiftKey: true }), '?')).toBe(true)
  expect(matches(press('+', { shiftKey: true }), '+')).toBe(true)
  expect(matches(press('+', { ctrlKey: true }), 'Ctrl++')).toBe(true)
  expect(matches(press('+'), 'Ctrl++')).toBe(false)
})

test('the first binding that fits runs, and the page does not see the key', () => {
  const [one, two] = [vi.fn(), vi.fn()]
  const event = press('n', { ctrlKey: true })
  expect(onKeys(event, { p: one, 'Ctrl+n': two })).toBe(true)
  expect([one.mock.calls.length, two.mock.calls.length, event.defaultPrevented]).toEqual([0, 1, true])
  expect(onKeys(event, { 'Ctrl+n': one })).toBe(false)
})

test('single keys belong to fields', () => {
  expect(isTyping(document.createElement('textarea'))).toBe(true)
  expect(isTyping(document.createElement('button'))).toBe(false)
})
