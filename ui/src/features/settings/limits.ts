// What an account may do at a provider: its level, or figures of the user's own. Pure.
import type { KeyRow, Settings, Tier } from '../../bridge/generated'
import { t } from '../../words'

type Chosen = Pick<Settings, 'in_flight' | 'per_minute'>

/** The level whose figures are the chosen ones; `own` for other figures, `` for the provider's usual. */
export function levelOf(row: KeyRow, chosen: Chosen): string {
  const inFlight = chosen.in_flight[row.provider]
  const perMinute = chosen.per_minute[row.provider]
  if (inFlight === undefined && perMinute === undefined) return ''
  const same = (tier: Tier) =>
    (tier.in_flight ?? undefined) === inFlight && (tier.per_minute ?? undefined) === perMinute
  return row.tiers.find(same)?.name ?? 'own'
}

/** The choices with a provider's figures set; null goes back to its usual. */
export function withLimits(
  chosen: Chosen,
  provider: string,
  figures: { in_flight?: number | null; per_minute?: number | null },
): Chosen {
  const put = (map: Record<string, number>, figure: number | null | undefined) => {
    if (figure === undefined) return map
    const rest = Object.fromEntries(Object.entries(map).filter(([id]) => id !== provider))
    return figure === null ? rest : { ...rest, [provider]: figure }
  }
  return {
    in_flight: put(chosen.in_flight as Record<string, number>, figures.in_flight),
    per_minute: put(chosen.per_minute as Record<string, number>, figures.per_minute),
  }
}

/** The choices with a level's figures; an unknown name goes back to the provider's usual. */
export function withLevel(chosen: Chosen, row: KeyRow, name: string): Chosen {
  const tier = row.tiers.find((one) => one.name === name)
  return withLimits(chosen, row.provider, {
    in_flight: tier?.in_flight ?? null,
    per_minute: tier?.per_minute ?? null,
  })
}

/** Whether a provider could tell us at this address; a sentence if not. */
export function tunnelProblem(address: string): string {
  const typed = address.trim()
  if (typed === '') return ''
  let url: URL
  try {
    url = new URL(typed)
  } catch {
    return t('That is no address. Give it like https://my-tunnel.example.com.')
  }
  const here = ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname)
  if (url.protocol !== 'https:' && !here) return t('Use an address that begins with https.')
  if (url.search || url.hash) return t('Leave out what stands after ? or #.')
  return ''
}
