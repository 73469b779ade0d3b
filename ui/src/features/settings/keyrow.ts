/** What a provider's row says: pure, so that every state has its words and its test. */
import type { KeyRow } from '../../bridge/generated'
import { shortDate } from '../../lib/lists'

export type Busy = 'testing' | 'saving' | 'removing' | null

export interface KeyState {
  /** Colour and icon. */
  tone: 'done' | 'fail' | 'run' | 'none'
  /** One or two words, set bold. */
  word: string
  /** The rest of the line; may be empty. */
  line: string
}

/** How a test that failed begins, where its first sentence is its word. */
const FAILED = /^(Refused|Not reachable|Not the right server|Wants a key)\.\s*/

/** "Works. Answered in 212 ms." and its kin, split into the word and the rest. */
export function keyState(row: KeyRow, busy: Busy): KeyState {
  if (busy === 'removing') return { tone: 'run', word: 'Removing', line: '' }
  if (busy) {
    const test = row.own_server ? 'checking' : 'testing'
    const word = busy === 'saving' ? `Saving and ${test}` : test.charAt(0).toUpperCase() + test.slice(1)
    return { tone: 'run', word, line: 'A free call, nothing is generated.' }
  }
  if (row.own_server && !row.test) return { tone: 'none', word: 'Not checked yet', line: '' }
  if (!row.own_server && !row.place) return { tone: 'none', word: 'No key yet', line: '' }
  if (!row.test) return { tone: 'none', word: 'Not tested', line: '' }
  const { works, message } = row.test
  if (works) return { tone: 'done', word: 'Works', line: message.replace(/^Works\.\s*/, '') }
  const word = FAILED.exec(message)?.[1]
  if (word) return { tone: 'fail', word, line: message.replace(FAILED, '') }
  return { tone: 'fail', word: "Didn't work", line: message }
}

/** Where the key sits and since when: "In your keychain, 3 Nov". */
export function keyPlace(row: KeyRow): string {
  if (row.place === 'session') return 'For this session only'
  if (row.place === 'environment') return `From ${row.key_env ?? 'the environment'}`
  if (row.place === 'keychain')
    return row.saved_at ? `In your keychain, ${shortDate(row.saved_at)}` : 'In your keychain'
  return 'No key yet'
}

/** Where a server is, as short as it can be told: `127.0.0.1:8188`. */
export function serverPlace(row: KeyRow): string {
  return row.base_url.replace(/^https?:\/\//, '')
}

/** Only what is written by a person can be taken away here; the environment's key is not ours to remove. */
export function canRemove(row: KeyRow): boolean {
  return row.place === 'keychain' || row.place === 'session'
}

/** An address as it was typed; at a server of one's own `127.0.0.1:8188` is enough. */
export function fullAddress(text: string, own: boolean): string {
  const typed = text.trim()
  return own && typed !== '' && !typed.includes('://') ? `http://${typed}` : typed
}

/** Why an address can't be used, or empty: https anywhere, http on this computer only, or at an own server. */
export function addressProblem(text: string, own: boolean): string {
  let url: URL
  try {
    url = new URL(text)
  } catch {
    return `That isn't a full address. It starts with ${own ? 'http:// or ' : ''}https://.`
  }
  const loopback = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname)
  if (url.protocol === 'https:' || (url.protocol === 'http:' && (loopback || own))) return ''
  if (own) return "That address can't be called. Use one that begins with http:// or https://."
  return 'Your key would travel unprotected. Use https, or http on this computer only.'
}
