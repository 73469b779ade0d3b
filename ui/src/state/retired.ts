// What is known of an endpoint's end: when the provider takes it away, and what follows it.
import type { Endpoint } from '../bridge/generated'

export interface Retired {
  /** The day, `2026-09-24`. */
  on: string
  /** One sentence; may be empty. */
  reason: string
  /** Endpoint ids or family slugs to use instead. */
  successors: string[]
}

/** Lists that know nothing of an end leave both out. */
type Ending = Endpoint & { retired?: Retired | null; ends_on?: string | null }

export function retiredOf(endpoint: Endpoint): Retired | null {
  return (endpoint as Ending).retired ?? null
}

/** The day it will be taken away, while it still runs. */
export function endsOn(endpoint: Endpoint): string | null {
  const ending = endpoint as Ending
  return ending.retired ? null : (ending.ends_on ?? null)
}
