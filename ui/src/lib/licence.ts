// What the terms say on whether what a model makes may be sold. Pure.

const LINES = {
  yes: 'The terms allow selling what it makes.',
  conditions: 'Read the terms before client work.',
  no: 'The terms do not allow selling what it makes.',
  unknown: 'The provider does not say whether it may be sold.',
} as const

type Commercial = keyof typeof LINES

interface Terms {
  licence: { commercial: Commercial }
  /** The provider's own, beside the model's. */
  output_terms: { commercial: Commercial; name?: string | null }
}

export function licenceLine(commercial: Commercial): string {
  return LINES[commercial]
}

/** What both terms say together: a provider's no or conditions are not outweighed by the model's yes. */
export function commercialOf({ licence, output_terms }: Terms): Commercial {
  const [model, provider] = [licence.commercial, output_terms.commercial]
  if (model === 'no' || provider === 'no') return 'no'
  return model === 'yes' && provider === 'conditions' ? 'conditions' : model
}

/** Whose terms for outputs stand beside the licence; empty where nobody has read any. */
export function outputTerms({ output_terms }: Terms): string {
  return output_terms.name ? `Beside it: ${output_terms.name}.` : ''
}
