// What stands in the list: everything that has a name, in the order in which it is most likely meant.
import type { Endpoint, Print, Route } from '../../bridge/generated'
import { byName, byWords, type Named } from '../../lib/matching'
import { msg, t, type Message } from '../../words'

export type Kind = 'print' | 'prompt' | 'model' | 'route' | 'place' | 'command'

export interface Row extends Named {
  /** The same for the same thing the next time. */
  id: string
  kind: Kind
  /** The sentence that the label stands in, at `<prompt></prompt>`; the rest of it is no part of what was looked for. */
  lead?: Message
  marks?: readonly number[]
  /** Its keys as people read them. */
  keys?: string
  /** What Enter leads to costs this; empty while it is asked for. Nothing is sent before it was confirmed. */
  price?: string
  /** Small words at the right. */
  note?: string
  print?: Print
  endpoint?: Endpoint
  /** Id of the job that running it again repeats. */
  job?: string
  route?: Route
  /** The core found it, whatever stands in the label. */
  found?: boolean
  /** The heading of a command while nothing is typed. */
  group?: string
  run: () => void
  load?: () => void
  refer?: () => void
}

export interface Section {
  /** Which of them it is, whatever it is called. */
  id: string
  name: string
  rows: Row[]
}

export interface Sources {
  prints: Row[]
  /** Past prompts, the last first. */
  prompts: Row[]
  models: Row[]
  routes: Row[]
  collections: Row[]
  searches: Row[]
  commands: Row[]
  /** What can be done with the words themselves. */
  withWords: Row[]
}

const MOST = { prompts: 4, models: 4, routes: 3, places: 4, commands: 6, recent: 6 }

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

/** Rows that have all the words, with the places where they begin, and what the core found besides. */
function worded(text: string, rows: Row[], most: number): Row[] {
  const found: Row[] = []
  for (const row of rows) {
    const marks = byWords(text, row.label)
    if (marks || row.found) found.push({ ...row, marks: marks ?? [] })
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
    const name = row.group ?? t('Commands')
    groups.set(name, [...(groups.get(name) ?? []), row])
  }
  return [...groups].map(([name, of]) => ({ id: `group:${name}`, name, rows: of }))
}

/** Nothing typed: what was chosen last, then all that can be done here. */
function untyped(all: Sources, recent: readonly string[], commandsOnly: boolean): Section[] {
  const { commands, models, routes, collections, searches, prompts } = all
  const known = commandsOnly
    ? commands
    : [...commands, ...models, ...routes, ...collections, ...searches, ...prompts]
  const byId = new Map(known.map((row) => [row.id, row]))
  const last = recent.flatMap((id) => byId.get(id) ?? []).slice(0, MOST.recent)
  const rest = commands.filter((row) => !last.includes(row))
  return [{ id: 'recent', name: t('Recent'), rows: last }, ...grouped(rest)]
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
  if (commandsOnly)
    return commands.length > 0 ? [{ id: 'commands', name: t('Commands'), rows: commands }] : []
  const called = (rows: Row[], most: number) => recentFirst(named(text, rows, most), recent)
  const names: Section[] = [
    { id: 'commands', name: t('Commands'), rows: commands },
    { id: 'models', name: t('Models'), rows: called(all.models, MOST.models) },
    { id: 'routes', name: t('Routes'), rows: called(all.routes, MOST.routes) },
    { id: 'collections', name: t('Collections'), rows: called(all.collections, MOST.places) },
    { id: 'searches', name: t('Saved searches'), rows: called(all.searches, MOST.places) },
  ]
  const meant = names.filter(({ rows }) => isMeant(text, rows))
  const others = names.filter((section) => !meant.includes(section))
  const loose = others.find(({ id }) => id === 'commands')
  const prints = all.prints.map((row) => ({ ...row, marks: byWords(text, row.label) ?? [] }))
  const prompts = againFirst(worded(text, all.prompts, MOST.prompts))
  const sections: Section[] = [
    ...meant,
    { id: 'prints', name: t('Prints'), rows: prints },
    { id: 'prompts', name: t('Past prompts'), rows: prompts },
    ...others.filter((section) => section !== loose),
    {
      id: loose ? 'commands' : 'words',
      name: loose ? t('Commands') : t('With these words'),
      rows: [...(loose?.rows ?? []), ...all.withWords],
    },
  ]
  return sections.filter(({ rows }) => rows.length > 0)
}

/** The first past prompt is offered to be run again; the others are loaded. */
function againFirst(rows: Row[]): Row[] {
  return rows.map((row, at) =>
    at === 0
      ? row
      : {
          ...row,
          lead: msg('Load into Studio: <prompt></prompt>'),
          price: undefined,
          run: row.load ?? row.run,
        },
  ) as Row[]
}

/** Whether what stands first stays there, whatever prints are found: its name begins as was typed. */
export function isSettled(text: string, sections: readonly Section[]): boolean {
  const first = sections[0]
  return first !== undefined && first.id !== 'prints' && isMeant(text, first.rows.filter(isNamed))
}

const isNamed = (row: Row) =>
  ['command', 'model', 'route', 'place'].includes(row.kind) && !row.id.startsWith('words:')
