// What the composer says under its model after something changed. Pure.
import type { NotTaken } from '../bridge/generated'
import { sentences } from '../lib/format'
import { known, listed, t } from '../words'

/** What a switch to another model leaves behind, in a sentence. */
export function droppedWords(labels: readonly string[], model: string): string {
  return t("{names} {count, plural, one {isn't} other {aren't}} used by {model}. Kept for later.", {
    names: listed(labels.map(known)),
    count: labels.length,
    model,
  })
}

/** What a model of several does not take of what all of them are asked for, in a sentence. */
export function notTakenWords({ model, labels }: NotTaken): string {
  return t("{names} {count, plural, one {isn't} other {aren't}} used by {model}.", {
    names: listed(labels.map(known)),
    count: labels.length,
    model,
  })
}

/** Why the composer does not stand on a route that was asked for: it cannot run, or there is none of that name. */
export function offRouteWords(route: string, model: string, isThere: boolean): string {
  return isThere
    ? t('The route {route} can’t run now, so {model} is chosen.', { route, model })
    : t('There is no route {route} any more, so {model} is chosen.', { route, model })
}

/** What could not be put back into the composer, in sentences; empty when nothing is missing. */
export function goneWords(model: string | null, references: number): string {
  const said = []
  if (model !== null) said.push(t('{model} is not listed any more, so another model is chosen.', { model }))
  if (references > 0)
    said.push(
      t('{references, plural, one {A reference is} other {# references are}} not in the library any more.', {
        references,
      }),
    )
  return sentences(...said)
}
