// One sentence on whether what a model makes may be sold.

const LINES = {
  yes: 'The terms allow selling what it makes.',
  conditions: 'Read the terms before client work.',
  no: 'The terms do not allow selling what it makes.',
  unknown: 'The provider does not say whether it may be sold.',
} as const

export function licenceLine(commercial: keyof typeof LINES): string {
  return LINES[commercial]
}
