// What is said of an endpoint: what it takes and makes, its price, why it cannot run. Pure.
import type { Endpoint, KeyRow } from '../../bridge/generated'
import { money, type Money } from '../../lib/format'
import { mediaFields } from '../../state/fields'
import { retiredOf } from '../../state/retired'
import { msg, t } from '../../words'

/** `A, B, C`. */
export function inRow(parts: readonly string[]): string {
  return parts.length === 0 ? '' : parts.reduce((one, another) => t('{one}, {another}', { one, another }))
}

const TAKES = {
  image: msg('{count, plural, one {image} other {# images}}'),
  video: msg('{count, plural, one {video} other {# videos}}'),
  audio: msg('{count, plural, other {audio}}'),
}

function sum(list: readonly number[]): number {
  return list.reduce((all, n) => all + n, 0)
}

/** `Text, 4 images to image`. */
export function makesWords(endpoint: Endpoint): string {
  const inputs = endpoint.fields.some((f) => f.role === 'prompt') ? [t('Text')] : []
  const fields = mediaFields(endpoint)
  for (const media of ['image', 'video', 'audio'] as const) {
    const most = sum(fields.filter((f) => f.kind.media === media).map((f) => Math.max(1, f.kind.max_items)))
    if (most > 0) inputs.push(t(TAKES[media], { count: most }))
  }
  if (inputs.length === 0) return endpoint.modality === 'image' ? t('Images') : t('Video')
  const words = t('{inputs} to {output, select, image {image} other {video}}', {
    inputs: inRow(inputs),
    output: endpoint.modality,
  })
  return words[0]?.toUpperCase() + words.slice(1)
}

/** `$0.04`, `from $0.05`, `Free`, or that it is not listed. */
export function priceWords(price: Money | null, free = false): string {
  if (!price) return free ? t('Free') : t('Not listed')
  if (price.micros === 0) return t('Free')
  return price.exact === false ? t('from {price}', { price: money(price) }) : money(price)
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
