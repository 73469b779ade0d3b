// The keys of a list of what is kept, in the search field and on a row, as they come and as the user set them.
import { render } from '@testing-library/svelte'
import { createRawSnippet } from 'svelte'
import { afterEach, expect, test, vi } from 'vitest'
import KeptList from '../src/features/studio/KeptList.svelte'
import { settings } from '../src/state/settings.svelte'

const before = settings.now
afterEach(() => (settings.now = before))

function list(search = '') {
  const [onuse, onremove, onrename] = [vi.fn(), vi.fn(), vi.fn()]
  const row = createRawSnippet<[string]>((item) => ({ render: () => `<b>${item()}</b>` }))
  const acts = createRawSnippet<[string]>(() => ({ render: () => '<i></i>' }))
  const { getByRole, getByText } = render(KeptList<string>, {
    label: 'Search',
    items: ['fog', 'rain'],
    keyOf: (item: string) => item,
    search,
    onsearch: vi.fn(),
    onuse,
    onremove,
    onrename,
    none: '',
    row,
    acts,
  })
  const press = (at: Element, key: string, more: KeyboardEventInit = {}) =>
    at.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more }))
  const field = getByRole('searchbox') as HTMLInputElement
  return { field, rain: getByText('rain').closest('button')!, press, onuse, onremove, onrename }
}

test('the field takes the first, with all it keeps too, and deletes it where that deletes no letter', () => {
  const { field, press, onuse, onremove } = list('fo')
  press(field, 'Enter')
  press(field, 'Enter', { shiftKey: true })
  expect(onuse.mock.calls).toEqual([
    ['fog', false],
    ['fog', true],
  ])
  field.setSelectionRange(0, 0)
  press(field, 'Delete')
  expect(onremove).not.toHaveBeenCalled()
  field.setSelectionRange(2, 2)
  press(field, 'Delete')
  expect(onremove).toHaveBeenCalledWith('fog')
})

test('a row is changed, deleted and used by keys, and a letter goes on searching', () => {
  const { field, rain, press, onuse, onremove, onrename } = list()
  press(rain, 'F2')
  press(rain, 'Enter', { shiftKey: true })
  press(rain, 'Delete')
  expect([onrename, onuse, onremove].map((act) => act.mock.calls)).toEqual([
    [['rain']],
    [['rain', true]],
    [['rain']],
  ])
  press(rain, 'c')
  expect(document.activeElement).toBe(field)
})

test('keys of the user’s own do it in place of ours, and write where one writes', () => {
  settings.now = { ...settings.now, shortcuts: { 'kept.change': 'c', 'kept.remove': 'Ctrl+d' } }
  const { field, rain, press, onremove, onrename } = list()
  press(rain, 'F2')
  expect(onrename).not.toHaveBeenCalled()
  press(rain, 'c')
  expect(onrename).toHaveBeenCalledWith('rain')
  press(field, 'Delete')
  expect(onremove).not.toHaveBeenCalled()
  press(field, 'd', { ctrlKey: true })
  expect(onremove).toHaveBeenCalledWith('fog')
})
