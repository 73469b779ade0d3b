// While an input method turns letters into words, its keys are its own: the Enter that ends a conversion sends
// nothing and picks nothing, and letters are no shortcuts.
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { setHost } from '../src/bridge/call'
import { PromptEditor } from '../src/features/studio/editor/editor'
import { isComposing, leaveComposing, onKeys } from '../src/lib/hotkeys'
import { keymap } from '../src/state/keymap.svelte'
import { FakeHost } from './fixtures/host'

/** As browsers tell of a key of the input method: while it composes, and in WebKit just after it. */
const COMPOSING: readonly [string, KeyboardEventInit][] = [
  ['while it composes', { isComposing: true }],
  ['just after it', { keyCode: 229 }],
]

const press = (key: string, more: KeyboardEventInit = {}) =>
  new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more })

beforeEach(() => setHost(new FakeHost()))
afterEach(() => {
  document.body.innerHTML = ''
})

test.each(COMPOSING)('no key does anything %s', (_, init) => {
  const act = vi.fn()
  expect(onKeys(press('Enter', init), { Enter: act })).toBe(false)
  expect(keymap.on(press('p', init), { 'print.circle': act })).toBe(false)
  expect(keymap.on(press('Enter', { ...init, ctrlKey: true }), { generate: act })).toBe(false)
  expect(act).not.toHaveBeenCalled()
})

test('an accent that waits for its letter is a key like others', () => {
  expect(isComposing(press('Dead', { keyCode: 229 }))).toBe(false)
  expect(isComposing(press('Enter', { keyCode: 13 }))).toBe(false)
})

test.each(COMPOSING)('nothing in the window hears of a key %s, and the field still writes', (_, init) => {
  leaveComposing(window)
  const heard = vi.fn()
  window.addEventListener('keydown', heard, { capture: true })
  const field = document.body.appendChild(document.createElement('input'))
  field.addEventListener('keydown', heard)
  const event = press('Enter', init)
  field.dispatchEvent(event)
  expect(heard).not.toHaveBeenCalled()
  expect(event.defaultPrevented).toBe(false)
  field.dispatchEvent(press('Enter'))
  expect(heard).toHaveBeenCalledTimes(2)
})

test.each(COMPOSING)('the prompt sends nothing and picks nothing by a key %s', (_, init) => {
  const onkey = vi.fn(() => false)
  const editor = new PromptEditor(document.body, {
    name: 'image',
    text: 'a jetty',
    references: [],
    says: { placeholder: '', attributes: {} },
    snippets: () => [],
    onchange: vi.fn(),
    onkey,
  })
  leaveComposing(window)
  const event = press('Enter', init)
  editor.view.contentDOM.dispatchEvent(event)
  expect(onkey).not.toHaveBeenCalled()
  expect(event.defaultPrevented).toBe(false)
  expect(editor.view.state.doc.toString()).toBe('a jetty')
  editor.view.contentDOM.dispatchEvent(press('Enter'))
  expect(onkey).toHaveBeenCalledOnce()
  editor.destroy()
})
