import { beforeEach, expect, test, vi } from 'vitest'
import { setHost } from '../src/bridge/call'
import { combinationOf, isSingle, matches, shownKeys } from '../src/lib/hotkeys'
import { ACTION_IDS, actionOf, meet } from '../src/state/keyactions'
import { keyList } from '../src/state/keylist'
import { keymap } from '../src/state/keymap.svelte'
import { settings } from '../src/state/settings.svelte'
import { FakeHost } from './fixtures/host'

const press = (key: string, more: KeyboardEventInit = {}) =>
  new KeyboardEvent('keydown', { key, cancelable: true, ...more })

let host: FakeHost
beforeEach(async () => {
  host = new FakeHost()
  setHost(host)
  await settings.load()
})

test('no two actions that meet share a key', () => {
  const shared: string[] = []
  for (const one of ACTION_IDS) {
    for (const other of ACTION_IDS) {
      if (one >= other || !meet(one, other)) continue
      const both = actionOf(one).keys.filter((key) =>
        actionOf(other).keys.some((has) => has.toLowerCase() === key.toLowerCase()),
      )
      if (both.length > 0) shared.push(`${one} ${other} ${both.join(' ')}`)
    }
  }
  expect(shared).toEqual([])
})

test('an action can be bound to another key, and is done by that one only', async () => {
  await keymap.bind('print.circle', 'Ctrl+Shift+p')
  const circle = vi.fn()
  expect(keymap.on(press('p'), { 'print.circle': circle })).toBe(false)
  expect(keymap.on(press('P', { ctrlKey: true, shiftKey: true }), { 'print.circle': circle })).toBe(true)
  expect(circle).toHaveBeenCalledOnce()
  expect(keymap.shown('print.circle')).toBe('Ctrl Shift P')
  expect(keymap.aria('print.circle')).toBe('Control+Shift+p')
  expect(host.settings.shortcuts).toEqual({ 'print.circle': 'Ctrl+Shift+p' })
  await keymap.reset('print.circle')
  expect(keymap.shown('print.circle')).toBe('P')
  expect(host.settings.shortcuts).toEqual({})
})

test('a key that is taken is told, and goes over when it is wanted here', async () => {
  expect(keymap.clash('print.circle', 'R')).toBe('print.reference')
  expect(keymap.clash('compare.swap', 'r')).toBeNull()
  await keymap.bind('print.circle', 'r')
  expect(keymap.keys('print.reference')).toEqual([])
  expect(keymap.clash('print.circle', 'r')).toBeNull()
  // Of two keys the other one stays.
  await keymap.bind('print.export', '/')
  expect(keymap.keys('search')).toEqual(['Ctrl+f'])
  await keymap.reset('print.reference')
  expect([keymap.shown('print.reference'), keymap.shown('print.circle')]).toEqual(['R', ''])
  await keymap.resetAll()
  expect(keymap.shown('print.circle')).toBe('P')
})

test('single keys can be turned off, and the others stay', async () => {
  await settings.set({ single_keys: false })
  const done = vi.fn()
  expect(keymap.on(press('p'), { 'print.circle': done })).toBe(false)
  expect(keymap.on(press('/'), { search: done })).toBe(false)
  expect(keymap.on(press('f', { ctrlKey: true }), { search: done })).toBe(true)
  expect(keymap.on(press('Delete'), { 'print.trash': done })).toBe(true)
  expect([keymap.shown('print.circle'), keymap.shown('search')]).toEqual(['', 'Ctrl F'])
  expect(keymap.aria('print.circle')).toBeUndefined()
  const listed = keyList().flatMap(({ lines }) => lines.flatMap(({ keys }) => keys))
  expect(listed.filter((key) => key.length === 1 && /[a-z0-9]/i.test(key))).toEqual([])
})

test('what is bound to a bare key never takes it from a text', async () => {
  await keymap.bind('go.studio', 'g')
  const go = vi.fn()
  const field = document.body.appendChild(document.createElement('textarea'))
  field.addEventListener('keydown', (event) => keymap.on(event, { 'go.studio': go }))
  field.dispatchEvent(press('g'))
  expect(go).not.toHaveBeenCalled()
  expect(keymap.on(press('g'), { 'go.studio': go })).toBe(true)
  field.remove()
})

test('the list says each line once and leaves nothing with a key out', () => {
  for (const { lines } of keyList()) {
    expect(new Set(lines.map(({ words }) => words)).size).toBe(lines.length)
  }
  const said = new Set(keyList().flatMap(({ lines }) => lines.map(({ words }) => words)))
  for (const id of ACTION_IDS) expect(said).toContain(actionOf(id).line ?? actionOf(id).words)
})

test('keys are read as they are pressed', () => {
  expect(combinationOf(press('Shift', { shiftKey: true }))).toBeNull()
  expect(combinationOf(press('P', { ctrlKey: true, shiftKey: true }))).toBe('Ctrl+Shift+p')
  expect(combinationOf(press('?', { shiftKey: true }))).toBe('?')
  expect(combinationOf(press('ArrowUp', { altKey: true }))).toBe('Alt+ArrowUp')
  expect(combinationOf(press('®', { altKey: true, code: 'KeyR' }))).toBe('Alt+r')
  expect(shownKeys('Ctrl+Shift+Enter')).toBe('Ctrl Shift ↵')
  expect(shownKeys('Ctrl++')).toBe('Ctrl +')
  expect(['p', 'Shift+z', '?', '+'].every(isSingle)).toBe(true)
  expect(['Ctrl+p', 'Delete', ' ', 'F6', 'Ctrl++'].some(isSingle)).toBe(false)
})

test('another script on the keyboard does not take the keys away', () => {
  expect(matches(press('л', { ctrlKey: true, code: 'KeyK' }), 'Ctrl+k')).toBe(true)
  expect(matches(press('&', { ctrlKey: true, code: 'Digit1' }), 'Ctrl+1')).toBe(true)
  // Where A stands on the Q key, it is A.
  expect(matches(press('a', { ctrlKey: true, code: 'KeyQ' }), 'Ctrl+q')).toBe(false)
})
