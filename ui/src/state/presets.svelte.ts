// What the user keeps under a name: settings of the composer, and pieces of text.
import { call } from '../bridge/call'
import type { Preset, Snippet, WordsPlace } from '../bridge/generated'
import { commas, sentences } from '../lib/format'
import { known, t } from '../words'
import { draft } from './draft.svelte'
import { endpoints } from './endpoints.svelte'
import { carry, fieldOf, type Carried, type Values } from './fields'
import { routes } from './routes.svelte'
import { takeRoute } from './routing'
import { orToast, toasts } from './toasts.svelte'
import { droppedWords, offRouteWords } from './words'

/** A list of things with names, as it was last read. */
abstract class Named<T extends { name: string }> {
  list = $state.raw<T[]>([])

  /** That one of this name is gone. */
  protected abstract gone(name: string): string
  protected abstract read(): Promise<T[]>
  protected abstract put(one: T, was?: string): Promise<T>
  protected abstract drop(name: string): Promise<unknown>

  async load(): Promise<void> {
    this.list = await this.read()
  }

  /** One of that name, however its letters are written. */
  alike(name: string): T | undefined {
    const plain = (text: string) => text.trim().replace(/\s+/g, ' ').toLowerCase()
    return this.list.find((one) => plain(one.name) === plain(name))
  }

  /** Keeps one; `was` is the name it has until now. */
  async save(one: T, was?: string): Promise<void> {
    await this.put(one, was)
    await this.load()
  }

  /** Forgets one; a toast brings it back. */
  async remove(one: T): Promise<void> {
    await this.drop(one.name)
    await this.load()
    const run = () => orToast(this.save(one))
    toasts.show(this.gone(one.name), { action: { label: t('Undo'), run } })
  }
}

class Snippets extends Named<Snippet> {
  protected gone = (name: string) => t('Snippet {name} deleted.', { name })
  protected read = () => call('list_snippets', {})
  protected put = (snippet: Snippet, was?: string) =>
    call('save_snippet', was === undefined ? { snippet } : { snippet, was })
  protected drop = (name: string) => call('remove_snippet', { name })
}

export class Presets extends Named<Preset> {
  protected gone = (name: string) => t('Preset {name} deleted.', { name })
  protected read = () => call('list_presets', {})
  protected put = (preset: Preset, was?: string) =>
    call('save_preset', was === undefined ? { preset } : { preset, was })
  protected drop = (name: string) => call('remove_preset', { name })

  /** What the composer is set to. The seed comes along where it is locked. */
  present(name: string, words: string, place: WordsPlace): Preset {
    const { sheet, endpoint } = draft
    const inputs = { ...($state.snapshot(sheet.values) as Values) }
    const seed = fieldOf(endpoint, 'seed')
    if (seed && !sheet.seedLocked) delete inputs[seed.name]
    return {
      name,
      modality: draft.modality,
      endpoint: sheet.endpoint,
      model_name: endpoint?.name ?? '',
      route: draft.route?.name ?? null,
      inputs,
      count: sheet.count,
      words,
      place,
    }
  }

  /** Sets the composer to it, and says what its model cannot take. */
  apply(preset: Preset): void {
    draft.setModality(preset.modality)
    const from = endpoints.get(preset.endpoint)
    const isOnRoute = preset.route !== null && takeRoute(preset.route)
    if (from && !isOnRoute) draft.choose(from.id)
    const to = draft.endpoint
    if (!to) return
    const { values, kept, dropped, unknown } = carried(preset, from, to)
    const seed = fieldOf(to, 'seed')
    draft.sheet.values = values
    draft.sheet.kept = kept
    draft.sheet.seedLocked = seed !== undefined && values[seed.name] !== undefined
    if (preset.count !== null) draft.sheet.count = preset.count
    draft.setPrompt(placed(preset, draft.sheet.prompt))
    const said = []
    const names = { model: preset.model_name, other: to.name }
    if (preset.route !== null && !isOnRoute && from)
      said.push(offRouteWords(preset.route, to.name, routes.get(preset.route) !== undefined))
    if (!from && !isOnRoute) said.push(t('{model} is not listed any more, so {other} stays.', names))
    if (dropped.length > 0) said.push(droppedWords(dropped, to.name))
    if (unknown.length > 0) {
      const labels = commas(unknown.map(known))
      said.push(t('{labels}: {model} has no such setting any more.', { labels, model: to.name }))
    }
    draft.note = sentences(...said)
  }
}

type Model = Parameters<typeof carry>[1]

/** The preset's values for a model, and what no model knows any more. */
export function carried(preset: Preset, from: Model | undefined, to: Model): Carried & { unknown: string[] } {
  const own = from ?? to
  const known = new Set(own.fields.map((field) => field.name))
  const unknown = Object.keys(preset.inputs).filter((name) => !known.has(name))
  return { ...carry(own, to, preset.inputs, {}), unknown: unknown.map(readable) }
}

function readable(name: string): string {
  const words = name.replace(/[_-]+/g, ' ').trim()
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** The prompt with the preset's words where they go. */
export function placed({ words, place }: Pick<Preset, 'words' | 'place'>, prompt: string): string {
  if (words === '') return prompt
  if (place === 'replace' || prompt.trim() === '') return words
  if (place === 'before') return `${words.trimEnd()} ${prompt.trimStart()}`
  const joint = /[\s,;:.!?]$/.test(prompt) ? ' ' : ', '
  return `${prompt.trimEnd()}${joint}${words.trimStart()}`
}

export const presets = new Presets()
export const snippets = new Snippets()
