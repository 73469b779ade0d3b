// The rows of the model picker: what matches, in which group, where each stands. Pure.
import type { Endpoint, Job, Modality } from '../../bridge/generated'
import { commercialOf } from '../../lib/licence'
import { takes } from '../../state/fields'
import { kin, lead } from '../../state/variants'
import { known, t } from '../../words'

export interface Filters {
  words: string
  commercial: boolean
  references: boolean
}

export type Row =
  | { kind: 'head'; key: string; label: string; top: number; height: number }
  | { kind: 'endpoint'; key: string; endpoint: Endpoint; place: number; top: number; height: number }

const HEAD = 30
const LINE = 48
/** How many of those used of late are offered first. */
const RECENT = 3

/** Letters and digits only, so that "seedream 4.5" finds `seedream-v4.5`. */
function plain(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\p{N}.]+/gu, ' ')
}

const texts = new WeakMap<Endpoint, string>()

/** What a search looks in; made once for each row of the catalogue. */
function textOf(endpoint: Endpoint): string {
  const known = texts.get(endpoint)
  if (known !== undefined) return known
  const { name, model, id, provider_name, task } = endpoint
  const text = plain(`${name} ${model} ${id} ${provider_name} ${task}`)
  texts.set(endpoint, text)
  return text
}

/** Each model once: by the endpoint that leads its variants, if any of them matches. */
function models(all: readonly Endpoint[], filters: Filters): Endpoint[] {
  const byId = new Map(all.map((e) => [e.id, e]))
  const find = (id: string) => byId.get(id)
  return all.filter(
    (e) => e.retired === null && lead(e, find) === e && kin(e, find).some((one) => matches(one, filters)),
  )
}

export function matches(endpoint: Endpoint, filters: Filters): boolean {
  if (filters.commercial && commercialOf(endpoint) !== 'yes') return false
  if (filters.references && !takes(endpoint, 'image') && !takes(endpoint, 'video')) return false
  const text = textOf(endpoint)
  return plain(filters.words)
    .split(' ')
    .every((word) => text.includes(word))
}

/** The endpoints that ran last, each once. */
export function recentOf(jobs: readonly Job[], modality: Modality): string[] {
  const ids = jobs.filter((job) => job.modality === modality).map((job) => job.endpoint)
  return [...new Set(ids)].slice(0, RECENT)
}

/** Groups: favourites, what was used of late, then each provider that can run, then those that want a key or a server. */
export function rowsOf(
  all: readonly Endpoint[],
  recent: readonly string[],
  filters: Filters,
  favourites: readonly string[] = [],
): Row[] {
  const found = models(all, filters)
  const groups: { label: string; list: Endpoint[] }[] = []
  const named = (ids: readonly string[]) => [
    ...new Set(ids.flatMap((id) => found.filter((e) => e.variants.includes(id)))),
  ]
  const starred = named(favourites)
  if (starred.length > 0) groups.push({ label: t('Favourites'), list: starred })
  const used = named(recent).filter((e) => e.usable && !starred.includes(e))
  if (used.length > 0) groups.push({ label: t('Used of late'), list: used })
  for (const ready of [true, false]) {
    const byProvider = new Map<string, Endpoint[]>()
    for (const endpoint of found) {
      if (endpoint.keyed !== ready) continue
      const list = byProvider.get(endpoint.provider_name)
      if (list) list.push(endpoint)
      else byProvider.set(endpoint.provider_name, [endpoint])
    }
    for (const [label, list] of byProvider) {
      list.sort((a, b) => a.name.localeCompare(b.name))
      const lack = () =>
        list[0]?.own_server
          ? t('{provider}, not set up yet', { provider: label })
          : t('{provider}, no key yet', { provider: label })
      groups.push({ label: ready ? label : lack(), list })
    }
  }
  const rows: Row[] = []
  let top = 0
  let place = 0
  for (const { label, list } of groups) {
    rows.push({ kind: 'head', key: `head ${label}`, label, top, height: HEAD })
    top += HEAD
    for (const endpoint of list) {
      rows.push({ kind: 'endpoint', key: `${label} ${endpoint.id}`, endpoint, place, top, height: LINE })
      top += LINE
      place += 1
    }
  }
  return rows
}

/** Rows that can be seen between two offsets. */
export function visible(rows: readonly Row[], from: number, to: number): Row[] {
  return rows.filter((row) => row.top + row.height > from && row.top < to)
}

/** What it takes besides words, and what it makes, for the side pane. */
export function facts(endpoint: Endpoint): { takes: string; seed: string } {
  const media = endpoint.fields.filter((f) => f.kind.type === 'media' && !f.hidden)
  const parts = media.map((f) => {
    const most = f.kind.type === 'media' ? f.kind.max_items : 1
    const field = known(f.label).toLowerCase()
    return most > 1 ? t('up to {most} {field}', { most, field }) : field
  })
  const words = endpoint.fields.some((f) => f.role === 'prompt') ? [t('Text')] : []
  return {
    takes: [...words, ...parts].join(t(', ')) || t('Nothing'),
    seed: endpoint.fields.some((f) => f.role === 'seed') ? t('Yes, repeatable') : t('No ⟨seed⟩'),
  }
}
