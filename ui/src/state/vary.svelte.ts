// The draft as a variation: what it would make, told while it is written, and the way it is sent.
import { call } from '../bridge/call'
import { asApiError } from '../bridge/host'
import type { ApiError, Plan, VaryMode, Variation } from '../bridge/generated'
import { debounce } from '../lib/debounce'
import { draft } from './draft.svelte'
import { jobs } from './jobs.svelte'
import { isSeveral, mayVary, modelsOf, spreads, type Varying } from './varying'

const PLAN_AFTER_MS = 200

export class Vary {
  /** What the draft would make; null while nothing in it varies. */
  plan = $state.raw<Plan | null>(null)
  planning = $state(false)
  error = $state.raw<ApiError | null>(null)
  /** Whether the pane is unfolded. */
  open = $state(false)
  readonly now = $derived<Varying>(draft.sheet.vary)
  readonly models = $derived(modelsOf(draft.sheet.endpoint, this.now))
  readonly spreads = $derived(spreads(draft.endpoint, this.now))
  /** Whether the studio has to be asked at all. */
  readonly wanted = $derived(
    (this.now.mode !== 'written' && mayVary(draft.sheet.prompt)) ||
      this.spreads.length > 0 ||
      this.models.length > 0,
  )
  /** Whether Generate makes a variation. */
  readonly active = $derived(this.wanted && (this.plan === null || this.plan.varies))
  #asked = 0
  #told = ''
  #ask = debounce(() => void this.settle(), PLAN_AFTER_MS)

  variation(): Variation {
    const { mode, across, down, leaveOut } = this.now
    const composition = draft.compose()
    // Each of several models is asked for by itself.
    if (this.models.length > 0) delete composition.route
    return {
      composition,
      mode,
      fields: this.spreads,
      models: this.models,
      leave_out: leaveOut,
      ...(across === null ? {} : { across }),
      ...(down === null ? {} : { down }),
    }
  }

  /** Asks anew when what is written has changed. */
  look(): void {
    if (!this.wanted) {
      this.#asked += 1
      this.#told = ''
      this.plan = null
      this.planning = false
      return
    }
    if (JSON.stringify(this.variation()) === this.#told) return
    this.planning = true
    this.#ask()
  }

  /** Whether what is shown is what is written. */
  get told(): boolean {
    return !this.wanted || (this.plan !== null && JSON.stringify(this.variation()) === this.#told)
  }

  async settle(): Promise<void> {
    if (!this.wanted) return
    const asked = ++this.#asked
    const variation = this.variation()
    this.planning = true
    this.error = null
    try {
      const plan = await call('plan_variation', variation)
      if (asked !== this.#asked) return
      this.plan = plan
      this.#told = JSON.stringify(variation)
    } catch (cause) {
      if (asked === this.#asked) this.error = asApiError(cause)
    } finally {
      if (asked === this.#asked) this.planning = false
    }
  }

  set(change: Partial<Varying>): void {
    Object.assign(draft.sheet.vary, change)
    draft.flush()
  }

  setMode(mode: VaryMode): void {
    this.set({ mode })
  }

  /** Gives a field several values; undefined gives it back its one. */
  setField(name: string, values: string | unknown[] | undefined): void {
    const fields = { ...draft.sheet.vary.fields }
    if (values === undefined) delete fields[name]
    else fields[name] = values
    this.set({ fields })
  }

  /** What was typed into a field of numbers; false when it is one number. */
  typed(name: string, text: string): boolean {
    const several = isSeveral(text)
    if (several) this.setField(name, text.trim())
    else if (this.now.fields[name] !== undefined) this.setField(name, undefined)
    return several
  }

  /** Sends all of it. Answers the grid's id; null when something has to be fixed first. */
  async submit(acceptUnpriced = false): Promise<string | null> {
    if (draft.sending || !draft.endpoint) return null
    draft.sending = true
    draft.error = null
    try {
      const variation = this.variation()
      if (acceptUnpriced) variation.composition.accept_unpriced = true
      const { made, faults, troubles } = await call('submit_variation', variation)
      if (!made) {
        if (this.plan) this.plan = { ...this.plan, faults, troubles, unable: troubles.length }
        this.open = true
        return null
      }
      jobs.table.add(made.jobs)
      draft.sheet.shot = made.grid.shot
      draft.sheet.shotPrompt = made.grid.written
      draft.flush()
      return made.grid.id
    } catch (cause) {
      draft.error = asApiError(cause)
      return null
    } finally {
      draft.sending = false
    }
  }
}

export const vary = new Vary()
