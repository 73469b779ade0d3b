// Which language the window speaks. English stands in the code; each other language is a folder beside this file.
import type japanese from './ja'

/** A sentence that every language has, in English and as ICU MessageFormat has it. */
export type Message = keyof typeof japanese
export type Catalogue = Readonly<Record<Message, string>>
export type LanguageId = 'en' | 'ja'

interface Known {
  /** What its speakers call it. */
  name: string
  /** By whose customs numbers, days and times are written. */
  locale: string
  load: () => Promise<Catalogue | null>
}

export const LANGUAGES: Readonly<Record<LanguageId, Known>> = {
  en: { name: 'English', locale: 'en-GB', load: () => Promise.resolve(null) },
  ja: { name: '日本語', locale: 'ja-JP', load: () => import('./ja').then((file) => file.default) },
}

export function isLanguage(id: string): id is LanguageId {
  return Object.hasOwn(LANGUAGES, id)
}

export class Language {
  now = $state.raw<LanguageId>('en')
  /** The sentences in this language; null for English. */
  catalogue = $state.raw<Catalogue | null>(null)
  readonly locale = $derived(LANGUAGES[this.now].locale)
  #wished: LanguageId = 'en'

  /** Speaks another language as soon as its sentences are there; the one that was asked for last wins. */
  async use(id: LanguageId): Promise<void> {
    this.#wished = id
    const catalogue = await LANGUAGES[id].load()
    if (this.#wished !== id) return
    this.catalogue = catalogue
    this.now = id
  }
}

export const language = new Language()
