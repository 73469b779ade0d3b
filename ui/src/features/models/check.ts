// What a route can do, seen before it is used: which steps may run, and what a run may cost. Pure.
// It says early what `catalog::route` decides when a job is sent, from listed prices instead of quotes.
import type { Commercial, Endpoint, KeyRow, Modality, Price } from '../../bridge/generated'
import { money } from '../../lib/format'
import { commercialOf } from '../../lib/licence'
import { mediaFields } from '../../state/fields'
import { kindWords, lackOf, priceWords } from './words'

/** As many as the core keeps in one route. */
export const MOST_STEPS = 8
/** As long as the core keeps a name, in characters. */
export const LONGEST_NAME = 60

export interface StepCheck {
  id: string
  endpoint: Endpoint | undefined
  /** What is wrong with it, one sentence; empty when it may run. */
  problem: string
  /** `stop`: the route cannot be kept so. `skip`: a run goes past this step. */
  tone: 'stop' | 'skip' | 'fine'
  /** What helps. */
  act: 'key' | 'server' | null
  /** Its own inputs that the first step has and it does not; a sentence or empty. */
  lacks: string
}

export interface Steps {
  steps: readonly string[]
  modality: Modality
  most: Price | null
}

interface Catalogue {
  get: (id: string) => Endpoint | undefined
  key: (provider: string) => KeyRow | undefined
}

const FREE: Price = { micros: 0, currency: 'USD', exact: true }
const ROLE_WORDS = {
  first_frame: 'start frame',
  last_frame: 'end frame',
  mask: 'mask',
  reference: 'reference',
}

function lacksOf(first: Endpoint | undefined, step: Endpoint): string {
  if (!first || first.id === step.id) return ''
  const own = new Set(mediaFields(step).map((field) => field.role))
  const missing = [...new Set(mediaFields(first).map((field) => field.role))].flatMap((role) =>
    role in ROLE_WORDS && !own.has(role) ? [ROLE_WORDS[role as keyof typeof ROLE_WORDS]] : [],
  )
  if (missing.length === 0) return ''
  return `${step.name} takes no ${missing.join(' and no ')}. A take that uses one skips this step.`
}

/** Each step with what stands against it, in order. */
export function checkSteps({ steps, modality, most }: Steps, catalogue: Catalogue): StepCheck[] {
  let limit: Price | null = most
  let first: Endpoint | undefined
  return steps.map((id, n) => {
    const endpoint = catalogue.get(id)
    const check: StepCheck = { id, endpoint, problem: '', tone: 'fine', act: null, lacks: '' }
    const say = (tone: StepCheck['tone'], problem: string, act: StepCheck['act'] = null): StepCheck =>
      Object.assign(check, { tone, problem, act })
    if (!endpoint) return say('stop', 'Nobody offers it any more. Take it out.')
    if (steps.indexOf(id) < n) return say('stop', 'It is in this route twice. Take one of them out.')
    if (endpoint.modality !== modality) {
      const [makes, wants] = [kindWords(endpoint.modality), kindWords(modality)]
      return say('stop', `It makes ${makes}, and this route is for ${wants}. Take it out.`)
    }
    const lack = lackOf(endpoint, catalogue.key(endpoint.provider))
    if (lack === 'retired') return say('skip', `${endpoint.provider_name} has retired it. It is left out.`)
    if (lack === 'key') return say('skip', 'There is no key for it yet, so it is left out.', 'key')
    if (lack === 'server') return say('skip', 'Its server has not answered yet, so it is left out.', 'server')
    if (lack === 'inputs') return say('skip', 'Its inputs are not known yet. Refresh the models.')
    first ??= endpoint
    check.lacks = lacksOf(first, endpoint)
    const price: Price | null = endpoint.sandbox ? FREE : endpoint.price
    if (!price) return say('skip', 'Its price is not listed. It runs only after your yes to that.')
    if (limit === null) {
      limit = price
      return check
    }
    if (price.micros === 0) return check
    if (limit.currency !== price.currency) {
      return say('skip', `It costs ${priceWords(price)}, which can't be held against ${money(limit)}.`)
    }
    if (price.micros > limit.micros) {
      const cost = `It costs ${priceWords(price)}`
      if (most) return say('skip', `${cost}, and ${money(limit)} is the most. It is left out.`)
      const before = limit.micros === 0 ? 'and the first step is free' : `more than ${money(limit)} before it`
      return say('skip', `${cost}, ${before}, so it is left out. A limit below allows it.`)
    }
    return check
  })
}

/** What one run of it may cost at most, in words. */
export function costWords(checks: readonly StepCheck[], most: Price | null): string {
  const runs = checks.filter((check) => check.tone === 'fine')
  if (runs.length === 0) return 'No step can run yet'
  const prices = runs.flatMap(({ endpoint }) =>
    endpoint?.price && endpoint.price.micros > 0 ? [endpoint.price] : [],
  )
  const dearest = prices.reduce<Price | null>((a, b) => (a && a.micros >= b.micros ? a : b), null)
  if (!dearest) return 'Free'
  if (prices.every((price) => price.exact)) return `${money(dearest)} a run`
  if (most) return `${money(most)} a run, the limit below`
  const first = prices[0] as Price
  return `What the first step costs, ${priceWords(first)}`
}

/** What is to be mended before it can be kept; empty when nothing is. */
export function nameProblem(name: string, taken: boolean): string {
  const plain = name.trim().replace(/\s+/g, ' ')
  if (plain === '') return 'Give it a name, like Hero video.'
  const long = [...plain].length
  if (long > LONGEST_NAME) return `A name has up to ${LONGEST_NAME} characters, this has ${long}.`
  return taken ? 'Another route has this name. Choose a different one.' : ''
}

const WEAKNESS: Record<Commercial, number> = { yes: 0, conditions: 1, unknown: 2, no: 3 }

/** The weakest licence of its steps and which of them have it, from 1; null without one that counts. */
export function weakest(checks: readonly StepCheck[]): { commercial: Commercial; steps: number[] } | null {
  let found: { commercial: Commercial; steps: number[] } | null = null
  checks.forEach(({ endpoint }, n) => {
    if (!endpoint || endpoint.sandbox) return
    const commercial = commercialOf(endpoint)
    if (!found || WEAKNESS[commercial] > WEAKNESS[found.commercial]) found = { commercial, steps: [n + 1] }
    else if (found.commercial === commercial) found.steps.push(n + 1)
  })
  return found
}

/** `on step 2`, `on steps 1 and 2`; empty when it is all of them. */
export function onSteps(steps: readonly number[], of: number): string {
  if (steps.length === of) return ''
  const last = steps.at(-1)
  if (steps.length === 1) return `on step ${last}`
  return `on steps ${steps.slice(0, -1).join(', ')} and ${last}`
}
