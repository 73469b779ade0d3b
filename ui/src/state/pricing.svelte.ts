// What the composer's inputs would cost at several models: carried to each as a switch to it would carry them, and
// quoted by the core. Nothing is reckoned here, so what nobody tells stays unknown.
import { call } from '../bridge/call'
import type { Endpoint, Quote } from '../bridge/generated'
import { t } from '../words'
import { draft } from './draft.svelte'
import { endpoints } from './endpoints.svelte'
import { assign, fieldOf } from './fields'
import { composition, onto, type Sheet } from './sheet'
import { orToast, toasts, wordsOf } from './toasts.svelte'
import { fitting } from './variants'

/** More are hard to tell apart, and each is asked of its provider. */
export const MOST_COMPARED = 8

export interface PriceLine {
  /** The model that was chosen, and its endpoint for these inputs. */
  id: string
  endpoint: Endpoint
  /** Null while it is asked, and where the answer did not come. */
  quote: Quote | null
  asking: boolean
  /** Labels of settings that it does not take. */
  dropped: readonly string[]
  /** How many references have no place there. */
  left: number
  /** What keeps it from running with these inputs; empty when nothing does. */
  problem: string
}

export class Pricing {
  /** Ids of what is to be compared, all of one modality. */
  chosen = $state.raw<readonly string[]>([])
  /** Whether the model picker chooses for a comparison. */
  picking = $state(false)
  lines = $state.raw<readonly PriceLine[]>([])
  open = $state(false)
  #asked = 0

  has({ id, variants }: Pick<Endpoint, 'id' | 'variants'>): boolean {
    return this.chosen.some((one) => one === id || variants.includes(one))
  }

  toggle(endpoint: Endpoint): void {
    if (this.has(endpoint)) {
      this.chosen = this.chosen.filter((id) => id !== endpoint.id && !endpoint.variants.includes(id))
      return
    }
    const first = endpoints.get(this.chosen[0] ?? '')
    if (first && first.modality !== endpoint.modality) {
      toasts.show(t('Prices are compared of models that make the same.'))
    } else if (this.chosen.length >= MOST_COMPARED) {
      toasts.show(t('Up to {most} models are compared at once.', { most: MOST_COMPARED }))
    } else this.chosen = [...this.chosen, endpoint.id]
  }

  clear(): void {
    this.chosen = []
    this.picking = false
  }

  /** Begins to choose, with the composer's own model. */
  pick(): void {
    this.chosen = draft.endpoint ? [draft.endpoint.id] : []
    this.picking = true
  }

  /** Shows the prices of these models, as they come. */
  async compare(ids: readonly string[] = this.chosen): Promise<void> {
    const asked = ++this.#asked
    const found = ids.slice(0, MOST_COMPARED).flatMap((id) => endpoints.get(id) ?? [])
    this.lines = found.map((endpoint) => this.#begun(endpoint.id, endpoint))
    this.open = true
    await Promise.all(
      found.map(async (endpoint) => {
        const line = await this.#ask(endpoint)
        if (asked === this.#asked) this.lines = this.lines.map((old) => (old.id === line.id ? line : old))
      }),
    )
  }

  close(): void {
    this.#asked += 1
    this.open = false
    this.lines = []
  }

  /** Moves the composer there. */
  use(line: PriceLine): void {
    this.close()
    this.clear()
    orToast(endpoints.learn(line.endpoint).then(() => draft.choose(line.id)))
  }

  #begun(id: string, endpoint: Endpoint): PriceLine {
    return { id, endpoint, quote: null, asking: true, dropped: [], left: 0, problem: '' }
  }

  async #ask(chosen: Endpoint): Promise<PriceLine> {
    const line = this.#begun(chosen.id, chosen)
    try {
      // A list that is without inputs does not tell what would be left out either.
      const known = chosen.keyed ? await endpoints.learn(chosen) : chosen
      return await this.#quoted(line, known)
    } catch (cause) {
      return { ...line, asking: false, problem: wordsOf(cause) }
    }
  }

  async #quoted(line: PriceLine, chosen: Endpoint): Promise<PriceLine> {
    const standing = $state.snapshot(draft.sheets[chosen.modality]) as Sheet
    const endpoint = fitting(chosen, standing.references, (id) => endpoints.get(id))
    const { sheet, dropped } = onto(standing, endpoints.get(standing.endpoint), endpoint)
    const assignment = assign(endpoint, sheet.references)
    const composed = composition(sheet, endpoint, assignment, false)
    const [quote, problems] = await Promise.all([
      call('quote', composed),
      call('check_inputs', composed).catch(() => []),
    ])
    // A prompt that is not written yet changes no price.
    const prompt = fieldOf(endpoint, 'prompt')?.name
    const problem =
      problems.find(({ field }) => field !== prompt || sheet.prompt.trim() !== '')?.message ?? ''
    return { ...line, endpoint, quote, asking: false, dropped, left: assignment.left.length, problem }
  }
}

/** The one that costs least, where that can be told: all prices known, in one currency, and its own exact. */
export function cheapest(lines: readonly PriceLine[]): string | null {
  const paid = lines.filter(({ endpoint }) => !endpoint.sandbox)
  const prices = paid.flatMap(({ id, quote }) => (quote?.total ? [{ id, ...quote.total }] : []))
  const [first] = prices
  if (!first || prices.length < paid.length || prices.length < 2) return null
  if (prices.some(({ currency }) => currency !== first.currency)) return null
  const least = prices.reduce((a, b) => (b.micros < a.micros ? b : a))
  const isAlone = prices.every((price) => price === least || price.micros > least.micros)
  return least.exact && isAlone ? least.id : null
}

export const pricing = new Pricing()
