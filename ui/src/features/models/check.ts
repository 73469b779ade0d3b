// What a route can do, seen before it is used: which steps may run, and what a run may cost. Pure.
// It says early what `catalog::route` decides when a job is sent, from listed prices instead of quotes.
import type { Commercial, Endpoint, KeyRow, Modality, Price } from '../../bridge/generated'
import { money } from '../../lib/format'
import { commercialOf } from '../../lib/licence'
import { mediaFields } from '../../state/fields'
import { listed, msg, t } from '../../words'
import { lackOf, priceWords } from './words'

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
  first_frame: msg('start frame'),
  last_frame: msg('end frame'),
  mask: msg('mask'),
  reference: msg('reference'),
}

function lacksOf(first: Endpoint | undefined, step: Endpoint): string {
  if (!first || first.id === step.id) return ''
  const own = new Set(mediaFields(step).map((field) => field.role))
  const missing = [...new Set(mediaFields(first).map((field) => field.role))].flatMap((role) =>
    role in ROLE_WORDS && !own.has(role) ? [t(ROLE_WORDS[role as keyof typeof ROLE_WORDS])] : [],
  )
  if (missing.length === 0) return ''
  const things = missing.reduce((one, another) => t('{one} and no {another}', { one, another }))
  return t('{model} takes no {things}. A take that uses one skips this step.', { model: step.name, things })
}

function tooDear(costs: { price: string; limit: string }, isSaid: boolean, isFree: boolean): string {
  if (isSaid) return t('It costs {price}, and {limit} is the most. It is left out.', costs)
  return isFree
    ? t('It costs {price}, and the first step is free, so it is left out. A limit below allows it.', costs)
    : t('It costs {price}, more than {limit} before it, so it is left out. A limit below allows it.', costs)
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
    if (!endpoint) return say('stop', t('Nobody offers it any more. Take it out.'))
    if (steps.indexOf(id) < n) return say('stop', t('It is in this route twice. Take one of them out.'))
    if (endpoint.modality !== modality) {
      const kinds = { makes: endpoint.modality, wants: modality }
      return say(
        'stop',
        t(
          'It makes {makes, select, image {pictures} other {clips}}, and this route is for {wants, select, image {pictures} other {clips}}. Take it out.',
          kinds,
        ),
      )
    }
    const lack = lackOf(endpoint, catalogue.key(endpoint.provider))
    if (lack === 'retired')
      return say(
        'skip',
        t('{provider} has retired it. It is left out.', { provider: endpoint.provider_name }),
      )
    if (lack === 'key') return say('skip', t('There is no key for it yet, so it is left out.'), 'key')
    if (lack === 'server')
      return say('skip', t('Its server has not answered yet, so it is left out.'), 'server')
    if (lack === 'inputs') return say('skip', t('Its inputs are not known yet. Refresh the models.'))
    first ??= endpoint
    check.lacks = lacksOf(first, endpoint)
    const price: Price | null = endpoint.sandbox ? FREE : endpoint.price
    if (!price) return say('skip', t('Its price is not listed. It runs only after your yes to that.'))
    if (limit === null) {
      limit = price
      return check
    }
    if (price.micros === 0) return check
    const costs = { price: priceWords(price), limit: money(limit) }
    if (limit.currency !== price.currency) {
      return say('skip', t("It costs {price}, which can't be held against {limit}.", costs))
    }
    if (price.micros > limit.micros) return say('skip', tooDear(costs, most !== null, limit.micros === 0))
    return check
  })
}

/** What one run of it may cost at most, in words. */
export function costWords(checks: readonly StepCheck[], most: Price | null): string {
  const runs = checks.filter((check) => check.tone === 'fine')
  if (runs.length === 0) return t('No step can run yet')
  const prices = runs.flatMap(({ endpoint }) =>
    endpoint?.price && endpoint.price.micros > 0 ? [endpoint.price] : [],
  )
  const dearest = prices.reduce<Price | null>((a, b) => (a && a.micros >= b.micros ? a : b), null)
  if (!dearest) return t('Free')
  if (prices.every((price) => price.exact)) return t('{price} a run', { price: money(dearest) })
  if (most) return t('{price} a run, the limit below', { price: money(most) })
  const first = prices[0] as Price
  return t('What the first step costs, {price}', { price: priceWords(first) })
}

/** What is to be mended before it can be kept; empty when nothing is. */
export function nameProblem(name: string, taken: boolean): string {
  const plain = name.trim().replace(/\s+/g, ' ')
  if (plain === '') return t('Give it a name, like Hero video.')
  const long = [...plain].length
  if (long > LONGEST_NAME)
    return t('A name has up to {most} characters, this has {count}.', { most: LONGEST_NAME, count: long })
  return taken ? t('Another route has this name. Choose a different one.') : ''
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
  if (steps.length === 1) return t('on step {place}', { place: steps[0] as number })
  return t('on steps {places}', { places: listed(steps.map(String)) })
}
