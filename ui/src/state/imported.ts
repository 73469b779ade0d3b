// What is known of a print that was imported, as lines of a pane. Pure.
import type { ImportRecord, Print } from '../bridge/generated'
import { commas } from '../lib/format'
import { known, language, msg, t, type Message } from '../words'
import { bare } from './facts'

interface Line {
  term: string
  value: string
  note?: string
  mono?: boolean
  copy?: string
}

const LONGEST = 200

function dayOf(at: number): string {
  return new Date(at).toLocaleDateString(language.locale, { day: 'numeric', month: 'long', year: 'numeric' })
}

const isText = (value: unknown): value is string => typeof value === 'string'

function wordsOf(value: unknown): string {
  if (isText(value)) return value
  return Array.isArray(value) && value.every(isText) ? commas(value) : JSON.stringify(value)
}

/** The program, the model and what it was set to, and where the file comes from. */
export function importLines(print: Print, record: ImportRecord): Line[] {
  const lines: Line[] = []
  const told = new Set<string>()
  const add = (term: Message, value: string | null, more: Partial<Line> = {}) => {
    if (!value) return
    told.add(bare(term))
    lines.push({ term: t(term), value, ...more })
  }
  add(msg('Program'), record.program)
  add(msg('Model'), print.model_name)
  add(msg('Not wanted'), record.negative)
  add(msg('Seed'), record.seed, { mono: true, copy: t('Copy the seed') })
  add(msg('Steps ⟨of a sampler⟩'), record.steps === null ? null : String(record.steps))
  add(msg('Sampler'), record.sampler)
  add(msg('Guidance'), record.guidance === null ? null : String(record.guidance))
  add(msg('File'), record.name)
  add(msg('File date'), record.made_at === null ? null : dayOf(record.made_at))
  // Their own names for the rest; one that says the same as a line above is still another thing.
  for (const [name, value] of Object.entries(record.inputs)) {
    const text = wordsOf(value)
    if (!text) continue
    const term = told.has(name) ? t('{name} (input)', { name: known(name) }) : known(name)
    lines.push({ term, value: text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text })
  }
  return lines
}
