// What stands in the list: everything that has a name, in the order in which it is most likely meant.
import type { Endpoint, Job, Print, Route } from '../../bridge/generated'
import { byName, byWords, type Named } from '../../lib/matching'

export type Kind = 'print' | 'prompt' | 'model' | 'route' | 'command'

export interface Row extends Named {
  /** The same for the same thing the next time. */
  id: string
  kind: Kind
  /** What stands before the label and is no part of what was looked for. */
  lead?: string
  marks?: readonly number[]
  /** Its keys as people read them. */
  keys?: string
  /** What Enter leads to costs this; empty while it is asked for. Nothing is sent before it was confirmed. */
  price?: string
  /** Small words at the right. */
  note?: string
  print?: Print
  endpoint?: Endpoint
  job?: Job
  route?: Route
  /** The heading of a command while nothing is typed. */
  group?: string
  run: () => void
  load?: () => void
  refer?: () => void
}

export interface Section {
  name: string
  rows: Row[]
}

export interface Sources {
  prints: Row[]
  /** Past prompts, the last first. */
  prompts: Row[]
  models: Row[]
  routes: Row[]
  commands: Row[]
  /** What can be done with the words themselves. */
  withWords: Row[]
}

const MOST = { prompts: 4, models: 4, routes: 3, commands: 6, recent: 6 }

/** Those of them that are chosen often stand first; the rest stay in their order. */
function recentFirst(rows: Row[], recent: readonly string[]): Row[] {
  const place = (row: Row) => {
    const at = recent.indexOf(row.id)
    return at < 0 ? recent.length : at
  }
  return rows
    .map((row, at) => ({ row, at, place: place(row) }))
    .sort((a, b) => a.place - b.place || a.at - b.at)
    .map(({ row }) => row)
}

function named(text: string, rows: Row[], most: number): Row[] {
  return byName(text, rows, most).map(({ row, marks }) => ({ ...row, marks }))
}

/** Rows that have all the words, with the places where they begin. */
function worded(text: string, rows: Row[], most: number): Row[] {
  const found: Row[] = []
  for (const row of rows) {
    const marks = byWords(text, row.label)
    if (marks) found.push({ ...row, marks })
    if (found.length === most) break
  }
  return found
}

/** What begins so is meant before anything that only speaks of it. */
const isMeant = (text: string, rows: readonly Row[]) =>
  text.length > 1 && rows.some((row) => byWords(text, row.label) !== null)

function grouped(rows: Row[]): Section[] {
  const groups = new Map<string, Row[]>()
  for (const row of rows) {
    const name = row.group ?? 'Commands'
    groups.set(name, [...(groups.get(name) ?? []), row])
  }
  return [...groups].map(([name, of]) => ({ name, rows: of }))
}

/** Nothing typed: what was chosen last, then all that can be done here. */
function untyped(all: Sources, recent: readonly string[], commandsOnly: boolean): Section[] {
  const known = commandsOnly ? all.commands : [...all.commands, ...all.models, ...all.routes, ...all.prompts]
  const byId = new Map(known.map((row) => [row.id, row]))
  const last = recent.flatMap((id) => byId.get(id) ?? []).slice(0, MOST.recent)
  const rest = all.commands.filter((row) => !last.includes(row))
  return [{ name: 'Recent', rows: last }, ...grouped(rest)]
}

/** The sections for what was typed; those with nothing in them are left out. */
export function sectionsOf(
  text: string,
  commandsOnly: boolean,
  all: Sources,
  recent: readonly string[],
): Section[] {
  if (text === '') return untyped(all, recent, commandsOnly).filter(({ rows }) => rows.length > 0)
  const commands = recentFirst(named(text, all.commands, MOST.commands), recent)
  if (commandsOnly) return commands.length > 0 ? [{ name: 'Commands', rows: commands }] : []
  const models = recentFirst(named(text, all.models, MOST.models), recent)
  const routes = recentFirst(named(text, all.routes, MOST.routes), recent)
  const names = [
    { name: 'Commands', rows: commands },
    { name: 'Models', rows: models },
    { name: 'Routes', rows: routes },
  ]
  const meant = names.filter(({ rows }) => isMeant(text, rows))
  const others = names.filter((section) => !meant.includes(section))
  const [loose] = others.filter(({ name }) => name === 'Commands')
  const sections = [
    ...meant,
    { name: 'Prints', rows: all.prints.map((row) => ({ ...row, marks: byWords(text, row.label) ?? [] })) },
    { name: 'Past prompts', rows: againFirst(worded(text, all.prompts, MOST.prompts)) },
    ...others.filter((section) => section !== loose),
    {
      name: loose ? 'Commands' : 'With these words',
      rows: [...(loose?.rows ?? []), ...all.withWords],
    },
  ]
  return sections.filter(({ rows }) => rows.length > 0)
}

/** The first past prompt is offered to be run again; the others are loaded. */
function againFirst(rows: Row[]): Row[] {
  return rows.map((row, at) =>
    at === 0 ? row : { ...row, lead: 'Load into Studio: ', price: undefined, run: row.load ?? row.run },
  ) as Row[]
}

/** Whether what stands first stays there, whatever prints are found: its name begins as was typed. */
export function isSettled(text: string, sections: readonly Section[]): boolean {
  const first = sections[0]
  return first !== undefined && first.name !== 'Prints' && isMeant(text, first.rows.filter(isNamed))
}

const isNamed = (row: Row) => ['command', 'model', 'route'].includes(row.kind) && !row.id.startsWith('words:')
