import { t } from '../words'

/** Facts one after the other, "shot 3, take 1, circled"; empty ones are left out. */
export function strung(parts: readonly string[]): string {
  return parts.filter(Boolean).reduce((one, other) => (one ? t('{one}, {other}', { one, other }) : other), '')
}
