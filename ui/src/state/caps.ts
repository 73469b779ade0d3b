// Caps as fields of whole units of a currency; what is capped in another currency stays as it is. Pure.
import type { Caps } from '../bridge/generated'
import { money } from '../lib/format'
import { msg, t } from '../words'

export type CapKind = 'day' | 'month' | 'batch'

export const CURRENCY = 'USD'
const MICROS = 1_000_000

/** In units of the currency; null without a cap. */
export function capOf(caps: Caps, kind: CapKind, currency = CURRENCY): number | null {
  const micros = caps[kind][currency]
  return micros === undefined ? null : micros / MICROS
}

export function withCap(caps: Caps, kind: CapKind, units: number | null, currency = CURRENCY): Caps {
  const next: Caps = { day: { ...caps.day }, month: { ...caps.month }, batch: { ...caps.batch } }
  if (units === null) delete next[kind][currency]
  else next[kind][currency] = Math.round(units * MICROS)
  return next
}

/** What a cap begins with when it is switched on: a round sum that is not passed yet. */
export function firstCap(kind: 'day' | 'month', spent: number): number {
  let units = kind === 'day' ? 10 : 100
  while (units * MICROS <= spent) units *= 2
  return units
}

/** "€5.00 a day", for currencies that have no field here. */
export function otherCaps(caps: Caps): string[] {
  const words = { day: msg('{sum} a day'), month: msg('{sum} a month'), batch: msg('{sum} a press') }
  return (['day', 'month', 'batch'] as const).flatMap((kind) =>
    Object.entries(caps[kind])
      .filter(([currency]) => currency !== CURRENCY)
      .map(([currency, micros]) => t(words[kind], { sum: money({ micros, currency }) })),
  )
}
