// A model's endpoints for other inputs stand behind it as one: what is added to the prompt picks one. Pure.
import type { Endpoint } from '../bridge/generated'
import { assign, type DraftReference } from './fields'

type Find = (id: string) => Endpoint | undefined

/** The endpoints of one model, itself included, the one that needs the fewest files first. */
export function kin(endpoint: Endpoint, find: Find): Endpoint[] {
  const known = endpoint.variants.map(find).filter((e) => e !== undefined)
  return known.length > 0 ? known : [endpoint]
}

/** The one that stands for its model in a list. */
export function lead(endpoint: Endpoint, find: Find): Endpoint {
  return kin(endpoint, find)[0] ?? endpoint
}

/** The variant that takes all these references and misses none: this one where it does, and where none does. */
export function fitting(endpoint: Endpoint, references: readonly DraftReference[], find: Find): Endpoint {
  return fits(endpoint, references)
    ? endpoint
    : (kin(endpoint, find).find((e) => fits(e, references)) ?? endpoint)
}

/** The step of a route that inputs are written for: the first for these references, else the first that can run. */
export function stepFor(
  steps: readonly string[],
  references: readonly DraftReference[],
  find: Find,
): Endpoint | undefined {
  const able = steps.map(find).filter((e) => e?.usable)
  return able.find((e) => e && fits(e, references)) ?? able[0]
}

/** Where these references lead: to the step of a route for them, without one to the variant. */
export function homeOf(
  endpoint: Endpoint,
  route: { steps: readonly string[] } | undefined,
  references: readonly DraftReference[],
  find: Find,
): Endpoint {
  return (route && stepFor(route.steps, references, find)) ?? fitting(endpoint, references, find)
}

function fits(endpoint: Endpoint, references: readonly DraftReference[]): boolean {
  const { byField, left } = assign(endpoint, references)
  const missing = endpoint.fields.some(
    (f) => f.required && f.kind.type === 'media' && (byField.get(f.name)?.length ?? 0) === 0,
  )
  return endpoint.usable && left.length === 0 && !missing
}
