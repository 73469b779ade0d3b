import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/svelte'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { KeyRow } from '../src/bridge/generated'
import { setHost } from '../src/bridge/call'
import KeysSection from '../src/features/settings/KeysSection.svelte'
import { keys } from '../src/state/keys.svelte'
import { FakeHost } from './fixtures/host'
import { keyRow } from './fixtures/rows'

let host: FakeHost
let up: string

/** A server that answers at one address only. */
function tested(row: KeyRow): KeyRow {
  const works = row.base_url === up
  const message = works ? 'Works. Answered in 3 ms.' : `Not reachable. Nothing answers at ${row.base_url}.`
  return { ...row, test: { works, message, at: 1 } }
}

beforeEach(async () => {
  up = 'http://192.168.1.20:8188'
  host = new FakeHost()
  host.keys = [
    keyRow('home', {
      provider_name: 'Homestead',
      needs_key: false,
      own_server: true,
      base_url: 'http://127.0.0.1:8188',
    }),
  ]
  const change = (provider: string, by: (row: KeyRow) => KeyRow) => {
    host.keys = host.keys.map((row) => (row.provider === provider ? by(row) : row))
    return host.keys.find((row) => row.provider === provider)!
  }
  host.on.test_key = ({ provider }) => change(provider, tested)
  host.on.set_key = ({ provider }) => change(provider, (row) => tested({ ...row, place: 'keychain' }))
  host.on.set_base_url = ({ provider, base_url }) =>
    change(provider, (row) => ({
      ...row,
      base_url: base_url ?? 'http://127.0.0.1:8188',
      base_url_is_default: base_url === null,
      test: null,
    }))
  host.on.sync_models = ({ provider }) => {
    change(provider, (row) => ({ ...row, models: 3, models_at: 1 }))
    return { provider, models: 3, message: '3 models from Homestead.' }
  }
  setHost(host)
  await keys.load()
})
afterEach(cleanup)

const row = () => screen.getByRole('article', { name: 'Homestead' })
const press = (name: string) => screen.getByRole('button', { name }).click()
const asked = () => host.asked.map((one) => one.cmd).filter((cmd) => cmd !== 'list_keys')

test('a server is checked, moved to where it answers, and its models are read', async () => {
  render(KeysSection, { vault: null })
  expect(row().textContent).toContain('Not checked yet')
  press('Check whether Homestead answers')
  await waitFor(() => expect(row().textContent).toContain('Nothing answers at http://127.0.0.1:8188.'))
  expect(asked()).toEqual(['test_key'])

  press('Change the address of Homestead')
  const field = await screen.findByLabelText<HTMLInputElement>('Address of Homestead')
  await waitFor(() => expect(document.activeElement).toBe(field))
  expect(field.value).toBe('http://127.0.0.1:8188')
  await fireEvent.input(field, { target: { value: '192.168.1.20:8188' } })
  press('Save and check')
  await waitFor(() => expect(row().textContent).toContain('Works'))
  expect(asked().slice(1)).toEqual(['set_base_url', 'test_key', 'sync_models'])
  expect(row().textContent).toContain('192.168.1.20:8188')
  expect(row().textContent).toContain('3 models')
})

test('what the studio does not take as an address is said at the field, which stays', async () => {
  host.on.set_base_url = () => {
    throw { code: 'invalid', message: 'A key would travel unprotected.', hint: 'Use https.', detail: '' }
  }
  render(KeysSection, { vault: null })
  press('Change the address of Homestead')
  const field = await screen.findByLabelText<HTMLInputElement>('Address of Homestead')
  await fireEvent.input(field, { target: { value: 'ftp://there' } })
  press('Save and check')
  await waitFor(() => expect(row().textContent).toContain("That address can't be called."))
  await fireEvent.input(field, { target: { value: 'http://there' } })
  press('Save and check')
  await waitFor(() => expect(row().textContent).toContain('A key would travel unprotected. Use https.'))
  expect(field.value).toBe('http://there')
})

test('a key is added where the server wants one', async () => {
  host.on.test_key = ({ provider }) => ({
    ...host.keys.find((row) => row.provider === provider)!,
    test: { works: false, message: 'Wants a key. Add the one it was started with.', at: 1 },
  })
  up = 'http://127.0.0.1:8188'
  render(KeysSection, { vault: null })
  press('Check whether Homestead answers')
  await waitFor(() => expect(row().textContent).toContain('Wants a key'))
  press('Add a key')
  const field = await screen.findByLabelText<HTMLInputElement>('Key for Homestead')
  await fireEvent.input(field, { target: { value: 'a-key' } })
  press('Save and test')
  await waitFor(() => expect(row().textContent).toContain('In your keychain'))
  expect(host.asked.find((one) => one.cmd === 'set_key')?.request).toMatchObject({ key: 'a-key' })
})
