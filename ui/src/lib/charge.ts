// What became of the money, in a sum and a word.
import { msg, t, type Message } from '../words'
import { money, type Money } from './format'

export type Charge = 'none' | 'reserved' | 'charged' | 'released' | 'unknown'

const WORDS: Record<Charge, Message> = {
  none: msg('not charged'),
  reserved: msg('not charged yet'),
  charged: msg('charged once'),
  released: msg('given back'),
  unknown: msg('may have been charged'),
}

/** `$0.35` and "charged once"; a sum in doubt carries `?`, an unknown one is `?`. */
export function cost(price: Money | null, charge: Charge, free = false): { sum: string; word: string } {
  if (free) return { sum: price ? money(price) : money({ micros: 0, currency: 'USD' }), word: t('free') }
  const plain = price ? money(price) : ''
  const sum =
    price === null ? '?' : charge === 'unknown' ? `${plain}?` : price.exact === false ? `≈${plain}` : plain
  return { sum, word: t(WORDS[charge]) }
}
