// Findings in one line: "12 files sound, 1 missing".
import { t } from '../../words'

/** Leaves out what is empty. */
export function joined(parts: readonly string[]): string {
  const said = parts.filter(Boolean)
  return said.length === 0 ? '' : said.reduce((first, second) => t('{first}, {second}', { first, second }))
}
