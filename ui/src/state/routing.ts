// The composer on a route: it stands on the step that inputs are written for, and the core tries the others after it.
import type { Endpoint, Route } from '../bridge/generated'
import { draft } from './draft.svelte'
import { endpoints } from './endpoints.svelte'
import { routes } from './routes.svelte'
import { t } from '../words'
import { stepFor } from './variants'

/** The step that the composer would stand on; undefined where none can run. */
export function standsOn(route: Route): Endpoint | undefined {
  return stepFor(route.steps, draft.sheets[route.modality].references, (id) => endpoints.get(id))
}

/** What its steps are called: the same model at another provider is told by who runs it. */
export function stepNames({ steps }: Pick<Route, 'steps'>): string[] {
  const name = (id: string) => endpoints.get(id)?.name ?? id
  return steps.map((id) => {
    const model = name(id)
    const provider = endpoints.get(id)?.provider_name
    const isAlone = steps.every((other) => other === id || name(other) !== model)
    return isAlone || provider === undefined ? model : t('{model} at {provider}', { model, provider })
  })
}

/** Moves the composer to a route; false where there is none of that name, or no step of it can run. */
export function takeRoute(name: string): boolean {
  const route = routes.get(name)
  const step = route && standsOn(route)
  if (step) draft.choose(step.id, name)
  return step !== undefined
}
