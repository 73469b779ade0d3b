// Which control draws a field. Pure.
import type { Field } from '../../bridge/generated'
import { parseRatio } from '../../lib/shape'

export type Control =
  'shape' | 'segmented' | 'select' | 'switch' | 'slider' | 'number' | 'text' | 'area' | 'list' | 'json'

const SEGMENTS = 5
const SEGMENT_LETTERS = 22
/** A wider range is typed, not slid. */
const SLIDER_STEPS = 1000

export function controlOf(field: Field): Control {
  const kind = field.kind
  switch (kind.type) {
    case 'size':
      return 'shape'
    case 'choice': {
      if (field.role === 'shape' && kind.options.some((o) => parseRatio(o) !== null)) return 'shape'
      const letters = kind.options.reduce<number>((n, o) => n + String(o).length, 0)
      return kind.options.length <= SEGMENTS && letters <= SEGMENT_LETTERS ? 'segmented' : 'select'
    }
    case 'switch':
      return 'switch'
    case 'integer':
    case 'number': {
      if (kind.min === null || kind.max === null || kind.max <= kind.min) return 'number'
      const step = kind.step ?? (kind.type === 'integer' ? 1 : (kind.max - kind.min) / 100)
      return (kind.max - kind.min) / step <= SLIDER_STEPS ? 'slider' : 'number'
    }
    case 'text':
      return kind.multiline ? 'area' : 'text'
    case 'list':
      return 'list'
    case 'json':
    case 'media':
      return 'json'
  }
}

export function unitOf(field: Field): string {
  return field.role === 'duration' ? 's' : ''
}

export function listText(value: unknown): string {
  return Array.isArray(value) ? value.join(', ') : ''
}

/** Entries between commas; numbers where all of them are. */
export function readList(text: string): unknown[] | undefined {
  const entries = text
    .split(',')
    .map((entry) => entry.trim())
    .filter(Boolean)
  if (entries.length === 0) return undefined
  const numbers = entries.map(Number)
  return numbers.every(Number.isFinite) ? numbers : entries
}
