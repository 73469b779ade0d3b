// What the terms say on whether what a model makes may be sold. Pure.
import { msg, t } from '../words'

const LINES = {
  yes: msg('The terms allow selling what it makes.'),
  conditions: msg('Read the terms before client work.'),
  no: msg('The terms do not allow selling what it makes.'),
  unknown: msg('The provider does not say whether it may be sold.'),
}

type Commercial = keyof typeof LINES

interface Terms {
  licence: { commercial: Commercial }
  /** The provider's own, beside the model's. */
  output_terms: { commercial: Commercial; name?: string | null }
}

export function licenceLine(commercial: Commercial): string {
  return t(LINES[commercial])
}

/** What both terms say together: a provider's no or conditions are not outweighed by the model's yes. */
export function commercialOf({ licence, output_terms }: Terms): Commercial {
  const [model, provider] = [licence.commercial, output_terms.commercial]
  if (model === 'no' || provider === 'no') return 'no'
  return model === 'yes' && provider === 'conditions' ? 'conditions' : model
}

/** Whose terms for outputs stand beside the licence; empty where nobody has read any. */
export function outputTerms({ output_terms }: Terms): string {
  return output_terms.name ? t('Beside it: {name}.', { name: output_terms.name }) : ''
}
