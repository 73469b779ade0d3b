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

/** "Works. Answered in 212 ms." and its kin, split into the word and the rest. */
export function keyState(row: KeyRow, busy: Busy): KeyState {
  if (busy === 'removing') return { tone: 'run', word: 'Removing', line: '' }
  if (busy) {
    const word = busy === 'saving' ? 'Saving and testing' : 'Testing'
    return { tone: 'run', word, line: 'A free call, nothing is generated.' }
  }
  if (!row.place) return { tone: 'none', word: 'No key yet', line: '' }
  if (!row.test) return { tone: 'none', word: 'Not tested', line: '' }
  const { works, message } = row.test
  if (works) return { tone: 'done', word: 'Works', line: message.replace(/^Works\.\s*/, '') }
  const refused = /^Refused\.\s*/
  if (refused.test(message)) return { tone: 'fail', word: 'Refused', line: message.replace(refused, '') }
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

/** Only what is written by a person can be taken away here; the environment's key is not ours to remove. */
export function canRemove(row: KeyRow): boolean {
  return row.place === 'keychain' || row.place === 'session'
}

/** Why an address can't be used, or empty: https anywhere, http on this computer only. */
export function addressProblem(text: string): string {
  let url: URL
  try {
    url = new URL(text.trim())
  } catch {
    return "That isn't a full address. It starts with https://."
  }
  const loopback = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname)
  if (url.protocol === 'https:' || (url.protocol === 'http:' && loopback)) return ''
  return 'Your key would travel unprotected. Use https, or http on this computer only.'
}
