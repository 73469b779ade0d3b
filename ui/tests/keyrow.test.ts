import { describe, expect, it } from 'vitest'
import {
  addressProblem,
  canRemove,
  fullAddress,
  keyPlace,
  keyState,
  serverPlace,
} from '../src/features/settings/keyrow'
import { modelsLine } from '../src/lib/lists'
import type { KeyRow } from '../src/bridge/generated'

const at = new Date(2026, 10, 3, 12).getTime()

function row(change: Partial<KeyRow> = {}): KeyRow {
  return {
    provider: 'acme',
    provider_name: 'Acme',
    monogram: 'Ac',
    needs_key: true,
    own_server: false,
    key_hint: '',
    place: 'keychain',
    saved_at: at,
    key_url: 'https://acme.example/keys',
    key_env: 'ACME_API_KEY',
    test: null,
    base_url: 'https://api.acme.example',
    base_url_is_default: true,
    address_hint: '',
    models: 0,
    models_at: null,
    in_flight: 4,
    per_minute: null,
    tiers: [],
    workflows: false,
    ...change,
  }
}

describe('keyState', () => {
  it('says what the last test said', () => {
    const test = (works: boolean, message: string) => keyState(row({ test: { works, message, at } }), null)
    expect(test(true, 'Answered in 212 ms. Balance $41.80.')).toEqual({
      tone: 'done',
      word: 'Works',
      line: 'Answered in 212 ms. Balance $41.80.',
    })
    expect(test(true, 'Works. Answered in 212 ms.')).toEqual({
      tone: 'done',
      word: 'Works',
      line: 'Answered in 212 ms.',
    })
    expect(test(false, 'Refused. Acme says this key was revoked.')).toEqual({
      tone: 'fail',
      word: 'Refused',
      line: 'Acme says this key was revoked.',
    })
    expect(test(false, 'No answer in 10 s. Is the network up?')).toEqual({
      tone: 'fail',
      word: "Didn't work",
      line: 'No answer in 10 s. Is the network up?',
    })
  })

  it("says of a server of one's own whether it is there, without a key", () => {
    const server = (message: string | null, works = false) =>
      keyState(
        row({
          own_server: true,
          needs_key: false,
          place: null,
          test: message ? { works, message, at } : null,
        }),
        null,
      )
    expect(server(null)).toEqual({ tone: 'none', word: 'Not checked yet', line: '' })
    expect(server('Works. Answered in 3 ms.', true)).toMatchObject({ tone: 'done', word: 'Works' })
    expect(server('Not reachable. Nothing answers at http://127.0.0.1:9. Start the server.')).toEqual({
      tone: 'fail',
      word: 'Not reachable',
      line: 'Nothing answers at http://127.0.0.1:9. Start the server.',
    })
    expect(server('Wants a key. Add it.')).toEqual({ tone: 'fail', word: 'Wants a key', line: 'Add it.' })
    expect(keyState(row({ own_server: true }), 'testing').word).toBe('Checking')
    expect(keyState(row({ own_server: true }), 'saving').word).toBe('Saving and checking')
  })

  it('says what is going on before what was', () => {
    const works = row({ test: { works: true, message: 'Answered.', at } })
    expect(keyState(works, 'testing').word).toBe('Testing')
    expect(keyState(works, 'saving').line).toBe('A free call, nothing is generated.')
    expect(keyState(works, 'removing')).toEqual({ tone: 'run', word: 'Removing', line: '' })
  })

  it('is quiet without a key or a test', () => {
    expect(keyState(row({ place: null }), null)).toEqual({ tone: 'none', word: 'No key yet', line: '' })
    expect(keyState(row(), null)).toEqual({ tone: 'none', word: 'Not tested', line: '' })
  })
})

describe('where the key sits', () => {
  it('names the place', () => {
    expect([
      keyPlace(row()),
      keyPlace(row({ saved_at: null })),
      keyPlace(row({ place: 'session' })),
      keyPlace(row({ place: 'environment' })),
      keyPlace(row({ place: null })),
    ]).toEqual([
      'In your keychain, 3 Nov',
      'In your keychain',
      'For this session only',
      'From ACME_API_KEY',
      'No key yet',
    ])
  })

  it('offers to remove only what was saved here', () => {
    expect(['keychain', 'session', 'environment', null].map((place) => canRemove(row({ place })))).toEqual([
      true,
      true,
      false,
      false,
    ])
  })
})

describe('modelsLine', () => {
  it('counts the live list and dates it', () => {
    expect(modelsLine(row({ models: 1204, models_at: at }))).toBe('1,204 models, read 3 Nov 2026')
    expect(modelsLine(row({ models: 1, models_at: at }))).toBe('1 model, read 3 Nov 2026')
    expect(modelsLine(row())).toBe('Bundled models, the live list is not read yet')
  })
})

describe('addressProblem', () => {
  it('takes https anywhere and http on this computer', () => {
    const good = [
      'https://api.acme.example',
      'http://127.0.0.1:8188',
      'http://localhost:80/x',
      'http://[::1]:9',
    ]
    expect(good.map((address) => addressProblem(address, false))).toEqual(['', '', '', ''])
  })

  it('says why not', () => {
    expect(addressProblem('acme', false)).toBe("That isn't a full address. It starts with https://.")
    expect(addressProblem('http://localhost.acme.example', false)).toBe(
      'Your key would travel unprotected. Use https, or http on this computer only.',
    )
    expect(addressProblem('ftp://127.0.0.1', false)).toBe(
      'Your key would travel unprotected. Use https, or http on this computer only.',
    )
  })
  it("lets a server of one's own stand anywhere, and takes a host and port for an address", () => {
    expect(fullAddress(' 192.168.1.20:8188 ', true)).toBe('http://192.168.1.20:8188')
    expect(fullAddress('https://gpu.example', true)).toBe('https://gpu.example')
    expect(fullAddress('api.acme.example', false)).toBe('api.acme.example')
    expect(addressProblem('http://192.168.1.20:8188', true)).toBe('')
    expect(addressProblem('', true)).toBe("That isn't a full address. It starts with http:// or https://.")
    expect(addressProblem('ftp://gpu.example', true)).toBe(
      "That address can't be called. Use one that begins with http:// or https://.",
    )
    expect(serverPlace(row({ base_url: 'http://127.0.0.1:8188' }))).toBe('127.0.0.1:8188')
  })
})
