// What is said of an endpoint: what it takes and makes, its price, why it cannot run. Pure.
import type { Endpoint, KeyRow, Modality } from '../../bridge/generated'
import { money, type Money } from '../../lib/format'
import { mediaFields } from '../../state/fields'
import { retiredOf } from '../../state/retired'

/** `pictures` or `clips`, as routes speak of them. */
export function kindWords(modality: Modality): string {
  return modality === 'image' ? 'pictures' : 'clips'
}

function sum(list: readonly number[]): number {
  return list.reduce((all, n) => all + n, 0)
}

/** `Text, 4 images to image`. */
export function makesWords(endpoint: Endpoint): string {
  const inputs = endpoint.fields.some((f) => f.role === 'prompt') ? ['Text'] : []
  const fields = mediaFields(endpoint)
  for (const media of ['image', 'video', 'audio'] as const) {
    const most = sum(fields.filter((f) => f.kind.media === media).map((f) => Math.max(1, f.kind.max_items)))
    if (most > 0) inputs.push(most === 1 || media === 'audio' ? media : `${most} ${media}s`)
  }
  if (inputs.length === 0) return endpoint.modality === 'image' ? 'Images' : 'Video'
  const words = `${inputs.join(', ')} to ${endpoint.modality}`
  return words[0]?.toUpperCase() + words.slice(1)
}

/** `$0.04`, `from $0.05`, `Free`, or that it is not listed. */
export function priceWords(price: Money | null, free = false): string {
  if (!price) return free ? 'Free' : 'Not listed'
  if (price.micros === 0) return 'Free'
  return `${price.exact === false ? 'from ' : ''}${money(price)}`
}

export function priceOf(endpoint: Endpoint): string {
  return priceWords(endpoint.price, endpoint.sandbox)
}

/** Why it cannot run now: no key, a server that has not answered, unknown inputs, or it is gone. */
export type Lack = 'key' | 'server' | 'inputs' | 'retired' | null

export function lackOf(endpoint: Endpoint, key: KeyRow | undefined): Lack {
  if (retiredOf(endpoint)) return 'retired'
  if (endpoint.usable) return null
  if (endpoint.own_server && !endpoint.keyed) return 'server'
  if (key && key.needs_key && key.place === null) return 'key'
  return endpoint.fields.length === 0 ? 'inputs' : 'key'
}
