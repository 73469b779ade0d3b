// What is known of a print that was imported, as lines of a pane. Pure.
import type { ImportRecord, Print } from '../bridge/generated'

interface Line {
  term: string
  value: string
  note?: string
  mono?: boolean
  copy?: string
}

const LONGEST = 200
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', year: 'numeric' })

const isText = (value: unknown): value is string => typeof value === 'string'

function wordsOf(value: unknown): string {
  if (isText(value)) return value
  return Array.isArray(value) && value.every(isText) ? value.join(', ') : JSON.stringify(value)
}

/** The program, the model and what it was set to, and where the file comes from. */
export function importLines(print: Print, record: ImportRecord): Line[] {
  const lines: Line[] = []
  const add = (term: string, value: string | null, more: Partial<Line> = {}) => {
    if (value) lines.push({ term, value, ...more })
  }
  add('Program', record.program)
  add('Model', print.model_name)
  add('Not wanted', record.negative)
  add('Seed', record.seed, { mono: true, copy: 'Copy the seed' })
  add('Steps', record.steps === null ? null : String(record.steps))
  add('Sampler', record.sampler)
  add('Guidance', record.guidance === null ? null : String(record.guidance))
  add('File', record.name)
  add('File date', record.made_at === null ? null : day.format(record.made_at))
  // Their own names for the rest; one that says the same as a line above is still another thing.
  const taken = new Set(lines.map((line) => line.term))
  for (const [name, value] of Object.entries(record.inputs)) {
    const text = wordsOf(value)
    const term = taken.has(name) ? `${name} (input)` : name
    add(term, text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text)
  }
  return lines
}
