// Routes as they are being edited. What is not kept yet lies beside what is, so that nothing is lost by
// looking at another route, and a change from elsewhere is seen.
import { SvelteMap } from 'svelte/reactivity'
import type { Modality, Price, Route } from '../../bridge/generated'
import { done } from '../../state/done'
import { endpoints } from '../../state/endpoints.svelte'
import { keys } from '../../state/keys.svelte'
import { routes } from '../../state/routes.svelte'
import { t } from '../../words'
import { checkSteps, MOST_STEPS, nameProblem } from './check'

export interface Draft {
  name: string
  /** What its first step makes; as it was while it has none. */
  modality: Modality
  steps: readonly string[]
  most: Price | null
}

interface Edited {
  draft: Draft
  /** The route it was made from, as it was then; null for a new one. */
  from: Route | null
}

/** Stands for the route that has no name yet. */
export const NEW = ''

function draftOf(route: Route): Draft {
  return { name: route.name, modality: route.modality, steps: route.steps, most: route.most }
}

function same(a: Draft | Route | null, b: Draft | Route | null): boolean {
  if (a === null || b === null) return a === b
  const sum = (price: Price | null) => (price ? `${price.micros} ${price.currency}` : '')
  return (
    a.name === b.name &&
    a.modality === b.modality &&
    sum(a.most) === sum(b.most) &&
    a.steps.length === b.steps.length &&
    a.steps.every((step, n) => step === b.steps[n])
  )
}

export class Editor {
  #at = $state<string | null>(null)
  readonly #edited = new SvelteMap<string, Edited>()

  /** The name under which the shown route is kept; `NEW` for a new one, null when there is none. */
  readonly at = $derived.by(() => {
    const at = this.#at
    if (at !== null && (this.#edited.has(at) || routes.get(at))) return at
    return routes.list[0]?.name ?? null
  })
  /** The names to choose from. One that was removed elsewhere stays while it is edited. */
  readonly places = $derived([
    ...new Set([...routes.list.map((route) => route.name), ...this.#edited.keys()]),
  ])
  readonly kept = $derived(this.at === null ? null : (routes.get(this.at) ?? null))
  readonly draft = $derived.by<Draft | null>(() => {
    if (this.at === null) return null
    const edited = this.#edited.get(this.at)
    return edited ? edited.draft : this.kept && draftOf(this.kept)
  })
  readonly dirty = $derived(this.at !== null && this.#edited.has(this.at))
  /** How the kept one differs from what was there when editing began. */
  readonly elsewhere = $derived.by<'changed' | 'removed' | null>(() => {
    const from = this.at === null ? null : (this.#edited.get(this.at)?.from ?? null)
    if (!from) return null
    if (!this.kept) return 'removed'
    return same(from, this.kept) ? null : 'changed'
  })
  readonly checks = $derived(
    this.draft
      ? checkSteps(this.draft, { get: (id) => endpoints.get(id), key: (provider) => keys.get(provider) })
      : [],
  )
  readonly nameProblem = $derived.by(() => {
    if (!this.draft) return ''
    const other = routes.alike(this.draft.name)
    return nameProblem(this.draft.name, other !== undefined && other.name !== this.at)
  })
  /** Why it cannot be kept as it is; empty when it can. */
  readonly stop = $derived.by(() => {
    if (!this.draft) return ''
    if (this.nameProblem) return this.nameProblem
    if (this.draft.steps.length === 0) return t('Add the model to try first.')
    const stopped = this.checks.findIndex((check) => check.tone === 'stop')
    return stopped < 0 ? '' : t('Step {place} has to go first.', { place: stopped + 1 })
  })

  isDirty(place: string): boolean {
    return this.#edited.has(place)
  }

  open(place: string): void {
    this.#at = place
  }

  /** A new route, or the new one that is not kept yet. */
  fresh(): void {
    if (!this.#edited.has(NEW)) {
      this.#edited.set(NEW, { draft: { name: '', modality: 'image', steps: [], most: null }, from: null })
    }
    this.#at = NEW
  }

  change(part: Partial<Draft>): void {
    const { at, draft } = this
    if (at === null || !draft) return
    // The one that only stood first is the chosen one from here on, whatever becomes of the others.
    this.#at = at
    const next = { ...draft, ...part }
    if (at !== NEW && same(next, this.kept)) {
      this.#edited.delete(at)
      return
    }
    this.#edited.set(at, { draft: next, from: this.#edited.get(at)?.from ?? this.kept })
  }

  /** Adds a step at the end; the first one says what the route makes. False when there is no place. */
  add(id: string): boolean {
    if (this.at === null) this.fresh()
    const draft = this.draft
    if (!draft || draft.steps.length >= MOST_STEPS) return false
    const first = draft.steps.length === 0
    const makes = first ? endpoints.get(id)?.modality : undefined
    this.change({ steps: [...draft.steps, id], modality: makes ?? draft.modality })
    return true
  }

  take(place: number): void {
    const steps = this.draft?.steps.filter((_, n) => n !== place) ?? []
    const makes = steps.length === 1 ? endpoints.get(steps[0] as string)?.modality : undefined
    this.change(makes ? { steps, modality: makes } : { steps })
  }

  /** Moves a step; answers with the place it has then. */
  move(from: number, to: number): number {
    const steps = [...(this.draft?.steps ?? [])]
    const place = Math.min(steps.length - 1, Math.max(0, to))
    const [step] = steps.splice(from, 1)
    if (step === undefined || place === from) return from
    steps.splice(place, 0, step)
    this.change({ steps })
    return place
  }

  /** Back to what is kept; a new one is dropped. */
  discard(): void {
    const { at } = this
    const edited = at === null ? undefined : this.#edited.get(at)
    if (at === null || !edited) return
    this.#edited.delete(at)
    const back = () => {
      this.#edited.set(at, edited)
      this.#at = at
    }
    done.did(t('Changes discarded.'), back, 'route')
  }

  async save(): Promise<Route | null> {
    const { at, draft } = this
    if (at === null || !draft || this.stop) return null
    const { name, modality, steps, most } = draft
    const kept = await routes.save(
      { name, modality, steps: [...steps], most },
      at === NEW || !this.kept ? null : at,
    )
    // What was changed while it was being kept is not kept yet.
    const now = this.#edited.get(at)?.draft
    this.#edited.delete(at)
    if (now && now !== draft && !same(now, kept)) this.#edited.set(kept.name, { draft: now, from: kept })
    this.#at = kept.name
    return kept
  }

  /** Forgets the shown route; answers with what it was, so that it can be brought back. */
  async remove(): Promise<Route | null> {
    const { at, kept } = this
    if (at === null) return null
    if (kept) await routes.remove(at)
    this.#edited.delete(at)
    return kept
  }
}

export const editor = new Editor()
