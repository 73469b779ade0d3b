/** What a provider's row says: pure, so that every state has its words and its test. */
import type { KeyRow } from '../../bridge/generated'
import { shortDate } from '../../lib/lists'
import { msg, t, type Message } from '../../words'

export type Busy = 'testing' | 'saving' | 'removing' | null

export interface KeyState {
  /** Colour and icon. */
  tone: 'done' | 'fail' | 'run' | 'none'
  /** One or two words, set bold. */
  word: string
  /** The rest of the line; may be empty. */
  line: string
}

const WORKS = msg('Works')
const WANTS_KEY = msg('Wants a key')
/** How a test that failed begins, where its first sentence is its word. */
const FAILED = [msg('Refused'), msg('Not reachable'), msg('Not the right server'), WANTS_KEY]

/** What comes after the word that a test begins with, in English or in the language now; null where it begins otherwise. */
function after(word: Message, message: string): string | null {
  const start = [word, t(word)].find((one) => message.startsWith(`${one}.`) || message.startsWith(`${one}。`))
  return start === undefined ? null : message.slice(start.length + 1).trimStart()
}

/** "Works. Answered in 212 ms." and its kin, split into the word and the rest. */
export function keyState(row: KeyRow, busy: Busy): KeyState {
  if (busy === 'removing') return { tone: 'run', word: t('Removing'), line: '' }
  if (busy) {
    const [testing, saving] = row.own_server
      ? [t('Checking'), t('Saving and checking')]
      : [t('Testing'), t('Saving and testing')]
    return {
      tone: 'run',
      word: busy === 'saving' ? saving : testing,
      line: t('A free call, nothing is generated.'),
    }
  }
  if (row.own_server && !row.test) return { tone: 'none', word: t('Not checked yet'), line: '' }
  if (!row.own_server && !row.place) return { tone: 'none', word: t('No key yet'), line: '' }
  if (!row.test) return { tone: 'none', word: t('Not tested'), line: '' }
  const { works, message } = row.test
  if (works) return { tone: 'done', word: t(WORKS), line: after(WORKS, message) ?? message }
  const word = FAILED.find((one) => after(one, message) !== null)
  if (word) return { tone: 'fail', word: t(word), line: after(word, message) ?? '' }
  return { tone: 'fail', word: t("Didn't work"), line: message }
}

/** Whether a server let nobody in without a key. */
export function wantsKey(row: KeyRow): boolean {
  return row.test !== null && !row.test.works && after(WANTS_KEY, row.test.message) !== null
}

/** Where the key sits and since when: "In your keychain, 3 Nov". */
export function keyPlace(row: KeyRow): string {
  if (row.place === 'session') return t('For this session only')
  if (row.place === 'environment') return t('From {place}', { place: row.key_env ?? t('the environment') })
  if (row.place === 'keychain')
    return row.saved_at
      ? t('In your keychain, {date}', { date: shortDate(row.saved_at) })
      : t('In your keychain')
  return t('No key yet')
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
    return own
      ? t("That isn't a full address. It starts with http:// or https://.")
      : t("That isn't a full address. It starts with https://.")
  }
  const loopback = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname)
  if (url.protocol === 'https:' || (url.protocol === 'http:' && (loopback || own))) return ''
  if (own) return t("That address can't be called. Use one that begins with http:// or https://.")
  return t('Your key would travel unprotected. Use https, or http on this computer only.')
}
