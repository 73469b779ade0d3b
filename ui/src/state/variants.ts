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
  const fits = (e: Endpoint) => {
    const { byField, left } = assign(e, references)
    const missing = e.fields.some(
      (f) => f.required && f.kind.type === 'media' && (byField.get(f.name)?.length ?? 0) === 0,
    )
    return e.usable && left.length === 0 && !missing
  }
  return fits(endpoint) ? endpoint : (kin(endpoint, find).find(fits) ?? endpoint)
}
