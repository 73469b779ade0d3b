// What of a name fits what was typed. Names are met loosely, letters left out; texts by the beginnings of their words.
import fuzzysort from 'fuzzysort'

export interface Named {
  label: string
  /** Other words that it answers to. */
  also?: string
}

export interface Found<T> {
  row: T
  /** Places of the label's letters that fit. */
  marks: number[]
}

/** Below this it is letters that happen to stand in this order. */
const LEAST = 0.42

/** The names that fit best, best first. */
export function byName<T extends Named>(text: string, rows: readonly T[], most: number): Found<T>[] {
  const found = fuzzysort.go(text, rows, {
    keys: ['label', (row: T) => row.also ?? ''],
    limit: most,
    threshold: LEAST,
  })
  return found.map((one) => ({ row: one.obj, marks: one[0] ? [...one[0].indexes] : [] }))
}

/** Lower case without accents, one unit for each, so that places stay what they are. */
function folded(text: string): string {
  // Most texts have nothing to fold but capitals.
  if (PLAIN.test(text)) return text.toLowerCase()
  let plain = ''
  for (let at = 0; at < text.length; at++) {
    const letter = text[at] ?? ''
    plain += (letter.normalize('NFD')[0] ?? letter).toLowerCase()[0] ?? letter
  }
  return plain
}

const PLAIN = /^[\u0020-\u007e\s]*$/u
const LETTER = /[\p{L}\p{N}]/u
/** Scripts that do not part their words. */
const UNPARTED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u

/** Where the words that were typed begin words of a text; null when one of them is not there. */
export function byWords(text: string, label: string): number[] | null {
  const typed = folded(text).split(/\s+/).filter(Boolean)
  const plain = folded(label)
  const marks = new Set<number>()
  for (const word of typed) {
    let isThere = false
    for (let at = plain.indexOf(word); at >= 0; at = plain.indexOf(word, at + 1)) {
      if (at > 0 && LETTER.test(plain[at - 1] ?? '') && !UNPARTED.test(word)) continue
      isThere = true
      for (let n = at; n < at + word.length; n++) marks.add(n)
    }
    if (!isThere) return null
  }
  return [...marks].sort((a, b) => a - b)
}

/** A label in pieces that fit and pieces that do not. */
export function pieces(label: string, marks: readonly number[]): { text: string; fits: boolean }[] {
  const on = new Set(marks)
  const parts: { text: string; fits: boolean }[] = []
  for (let at = 0; at < label.length; at++) {
    const fits = on.has(at)
    const last = parts.at(-1)
    if (last?.fits === fits) last.text += label[at]
    else parts.push({ text: label[at] ?? '', fits })
  }
  return parts
}
