// What the composer holds for one modality, and what of it goes to the core. Pure.
import type { Composition, Endpoint, Job } from '../bridge/generated'
import { carry, fieldOf, fit, toWire, type Assignment, type DraftReference, type Values } from './fields'
import { callsOf, resolve } from './mentions'
import { steady, type Varying } from './varying'
import { msg } from '../words'

/** One modality's composition. */
export interface Sheet {
  endpoint: string
  /** The name of the route it runs on, whose step the endpoint is; null where a model was chosen. */
  route: string | null
  /** The words; `@1` speaks of the first reference. */
  prompt: string
  /** Values by the endpoint's own field names; what is absent is the provider's default. */
  values: Values
  /** Values no field of this endpoint takes, by meaning. */
  kept: Values
  references: DraftReference[]
  count: number
  seedLocked: boolean
  /** The shot it was loaded from or sent to, and the prompt that shot has. */
  shot: string | null
  shotPrompt: string
  vary: Varying
}

export const blank = (): Sheet => ({
  endpoint: '',
  route: null,
  prompt: '',
  values: {},
  kept: {},
  references: [],
  count: 1,
  seedLocked: false,
  shot: null,
  shotPrompt: '',
  vary: steady(),
})

/** What a job was made from, as far as an endpoint takes it; references come by themselves. */
export function sheetOf(job: Job, endpoint: Endpoint | undefined, before: Sheet): Sheet {
  const values: Values = {}
  for (const field of endpoint?.fields ?? []) {
    const value = fit(field, job.inputs[field.name])
    if (value !== undefined && field.role !== 'prompt' && field.role !== 'count') values[field.name] = value
    if (field.role === 'seed' && job.seed !== null) values[field.name] = job.seed
  }
  const { count, seedLocked } = before
  const { prompt, shot } = job
  const id = endpoint?.id ?? before.endpoint
  return { ...blank(), endpoint: id, prompt, values, count, seedLocked, shot, shotPrompt: prompt }
}

/** A sheet as it stands on another endpoint alone, and the labels of what that one does not take. */
export function onto(
  sheet: Sheet,
  from: Endpoint | undefined,
  to: Endpoint,
): { sheet: Sheet; dropped: string[] } {
  const { values, kept, dropped } = carry(from, to, sheet.values, sheet.kept)
  const seed = msg('Seed')
  if (!to.fields.some((f) => f.role === 'seed') && sheet.seedLocked && !dropped.includes(seed)) {
    dropped.push(seed)
  }
  return { sheet: { ...sheet, values, kept, endpoint: to.id, route: null }, dropped }
}

const SEEDS = 2_147_483_647

export function randomSeed(field: { min: number | null; max: number | null } | null): number {
  const least = Math.max(0, field?.min ?? 0)
  const most = Math.min(SEEDS, field?.max ?? SEEDS)
  return least + Math.floor(Math.random() * (most - least))
}

/** What is sent. A seed that is not locked, or that is to be a new one, is left to the core. */
export function composition(
  sheet: Sheet,
  endpoint: Endpoint | undefined,
  assignment: Assignment,
  newSeed: boolean,
): Composition {
  const inputs = { ...sheet.values }
  const prompt = fieldOf(endpoint, 'prompt')
  const words = resolve(sheet.prompt, callsOf(endpoint, assignment, sheet.references))
  if (prompt && words !== '') inputs[prompt.name] = words
  const seed = fieldOf(endpoint, 'seed')
  const keep = seed !== undefined && sheet.seedLocked && !newSeed && inputs[seed.name] !== undefined
  if (seed && !keep) delete inputs[seed.name]
  const composed: Composition = {
    endpoint: sheet.endpoint,
    inputs,
    references: toWire(assignment, sheet.references),
    count: sheet.count,
    keep_seed: keep,
  }
  if (sheet.route !== null) composed.route = sheet.route
  if (sheet.shot !== null && sheet.shotPrompt === words) composed.shot = sheet.shot
  return composed
}
