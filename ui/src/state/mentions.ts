// References that the words of a prompt speak of: `@1` is the first one, `@?` one that was taken away.
// They follow their picture when references move, and are sent in the words that models know. Pure.
import type { Endpoint } from '../bridge/generated'
import { t } from '../words'
import { mediaFields, type Assignment, type DraftReference } from './fields'

/** Not a part of an address or a name, as in `me@1and1.example`. */
const MENTION = /(?<![A-Za-z0-9_.@%+-])@(\d{1,2}|\?)(?![A-Za-z0-9_])/g

/** Stands for a reference that is no longer there. */
export const GONE = '@?'

/** A piece of a prompt: words, or the number of a reference; 0 where it is gone. */
export type Piece = string | number

/** Parts a prompt into words and mentions of its `count` references; other numbers are words. */
export function pieces(text: string, count: number): Piece[] {
  const parts: Piece[] = []
  let from = 0
  for (const found of text.matchAll(MENTION)) {
    const n = found[1] === '?' ? 0 : Number(found[1])
    const isOne = found[1] === '?' || (n >= 1 && n <= count)
    if (!isOne) continue
    if (found.index > from) parts.push(text.slice(from, found.index))
    parts.push(n)
    from = found.index + found[0].length
  }
  if (from < text.length) parts.push(text.slice(from))
  return parts
}

const written = (n: number) => (n === 0 ? GONE : `@${n}`)

/** The prompt after its references moved: each mention still speaks of its picture. */
export function follow<T>(text: string, before: readonly T[], after: readonly T[]): string {
  const moved = (n: number) => (n === 0 ? 0 : after.indexOf(before[n - 1] as T) + 1)
  return pieces(text, before.length)
    .map((piece) => (typeof piece === 'number' ? written(moved(piece)) : piece))
    .join('')
}

const NOUNS = { image: 'image', video: 'video', audio: 'audio' } as const

/**
 * What each reference is called where it is sent; null for one that is not sent. Models count files of a
 * kind in the order they come, frames and masks apart, which they know by what they are.
 */
export function callsOf(
  endpoint: Endpoint | undefined,
  assignment: Assignment,
  references: readonly DraftReference[],
): (string | null)[] {
  const calls: (string | null)[] = references.map(() => null)
  const counted = { image: 0, video: 0, audio: 0 }
  for (const field of mediaFields(endpoint)) {
    for (const place of assignment.byField.get(field.name) ?? []) {
      if (field.role === 'first_frame') calls[place] = 'the first frame'
      else if (field.role === 'last_frame') calls[place] = 'the last frame'
      else if (field.role === 'mask') calls[place] = 'the mask'
      else {
        const n = ++counted[field.kind.media]
        calls[place] = field.mention?.replace('{n}', String(n)) ?? `${NOUNS[field.kind.media]} ${n}`
      }
    }
  }
  return calls
}

/** The prompt as it is sent. A mention of what is not sent stays as it is written. */
export function resolve(text: string, calls: readonly (string | null)[]): string {
  return pieces(text, calls.length)
    .map((piece) => (typeof piece === 'number' ? (calls[piece - 1] ?? written(piece)) : piece))
    .join('')
}

/** The other way: words that were sent, with what they call a counted reference as its mention again. */
export function recall(text: string, calls: readonly (string | null)[]): string {
  let told = text
  calls.forEach((call, place) => {
    if (call === null || !/\d/.test(call)) return
    const exact = new RegExp(`(?<![A-Za-z0-9_])${call.replace(/[^\w ]/g, '\\$&')}(?![A-Za-z0-9_])`, 'g')
    told = told.replace(exact, `@${place + 1}`)
  })
  return told
}

/** What keeps the mentions of a prompt from being sent, in one sentence; empty for nothing. */
export function mentionProblem(
  text: string,
  endpoint: Endpoint | undefined,
  calls: readonly (string | null)[],
): string {
  const mentioned = pieces(text, calls.length).filter((piece) => typeof piece === 'number')
  if (mentioned.includes(0)) {
    return t(
      'A picture that the prompt speaks of was taken away. Choose another one with @, or delete the mention.',
    )
  }
  const unsent = mentioned.find((n) => calls[n - 1] === null)
  if (unsent === undefined || !endpoint) return ''
  return t(
    "The prompt speaks of reference {place}, which {model} isn't sent. Delete the mention, or choose a model that takes it.",
    { place: unsent, model: endpoint.name },
  )
}
