/**
 * The words of the window. English stands where it is said, and is the name of the sentence in the catalogues:
 *
 *     t('Settings')
 *     t('{count, plural, one {# print} other {# prints}}', { count })
 *     t('Open ⟨of a job⟩')            the same English in another sense; what is in ⟨⟩ is never shown
 *     const NAMES = { image: msg('Image') }   where words are data: say them later with t(NAMES.image)
 *
 * Only whole sentences: languages put their words in different orders. Not at the top of a module, where the
 * language is not known yet; that is what `msg` is for. Where a sentence holds elements, see `Told.svelte`.
 * Types refuse a sentence without a translation; tests/words.test.ts holds the rest.
 */
import { IntlMessageFormat } from 'intl-messageformat'
import { language, type Message } from './language.svelte'

export { isLanguage, language, LANGUAGES, type LanguageId, type Message } from './language.svelte'

export type Value = string | number | Date
export type Values = Readonly<Record<string, Value>>

/** Marks a sentence that is said later. */
export function msg(message: Message): Message {
  return message
}

/** A sentence in the language of the window. */
export function t(message: Message, values?: Values): string {
  const text = textOf(message)
  // Most have nothing to put in.
  if (!values && !text.includes('{')) return text
  return String(formatter(text).format(values))
}

/** A sentence whose elements (`<key>…</key>`) are put in by their names; see `Told.svelte`. */
export function told<T>(
  message: Message,
  values: Readonly<Record<string, Value | ((inner: string[]) => T)>>,
): (string | T)[] {
  const parts = formatter(textOf(message), true).format<T>(values as never) as string | T | (string | T)[]
  return Array.isArray(parts) ? parts : [parts]
}

/** Words that came with data, such as the name of a field: in the language of the window where it knows them. */
export function known(text: string): string {
  const { catalogue } = language
  // Some write a name like a title, others like a sentence: "Aspect Ratio", "Aspect ratio".
  return catalogue?.[text as Message] ?? catalogue?.[asSentence(text) as Message] ?? text
}

function asSentence(title: string): string {
  return title.slice(0, 1) + title.slice(1).toLowerCase()
}

/** A list as it is said: "A, B and C". */
export function listed(names: readonly string[]): string {
  return new Intl.ListFormat(language.locale, { type: 'conjunction' }).format(names)
}

function textOf(message: Message): string {
  return language.catalogue?.[message] ?? plain(message)
}

/** English without what tells its senses apart. */
function plain(message: string): string {
  const sense = message.indexOf(' ⟨')
  return sense < 0 ? message : message.slice(0, sense)
}

const formatters = new Map<string, IntlMessageFormat>()

/** Reading a message costs more than saying it, so each is read once. */
function formatter(text: string, hasElements = false): IntlMessageFormat {
  const key = `${language.locale}${hasElements ? '<' : ' '}${text}`
  let known = formatters.get(key)
  if (!known) {
    known = new IntlMessageFormat(text, language.locale, undefined, { ignoreTag: !hasElements })
    formatters.set(key, known)
  }
  return known
}
