// Caps as two fields of dollars; what is capped in another currency stays as it is. Pure.
import type { Caps } from '../../bridge/generated'
import { money } from '../../lib/format'

export type CapKind = 'day' | 'batch'

const CURRENCY = 'USD'
const MICROS = 1_000_000

/** Dollars; null without a cap. */
export function capOf(caps: Caps, kind: CapKind): number | null {
  const micros = caps[kind][CURRENCY]
  return micros === undefined ? null : micros / MICROS
}

export function withCap(caps: Caps, kind: CapKind, dollars: number | null): Caps {
  const sums = { ...caps[kind] }
  if (dollars === null) delete sums[CURRENCY]
  else sums[CURRENCY] = Math.round(dollars * MICROS)
  return { ...caps, [kind]: sums }
}

/** "€5.00 a day", for currencies that have no field here. */
export function otherCaps(caps: Caps): string[] {
  const words = { day: 'a day', batch: 'a press' }
  return (['day', 'batch'] as const).flatMap((kind) =>
    Object.entries(caps[kind])
      .filter(([currency]) => currency !== CURRENCY)
      .map(([currency, micros]) => `${money({ micros, currency })} ${words[kind]}`),
  )
}
