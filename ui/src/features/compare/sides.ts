// What is said below prints that are compared: the same fields for each, and which of them differ. Pure.
import type { Endpoint, Job, Print } from '../../bridge/generated'
import { cost } from '../../lib/charge'
import { clipLength, duration } from '../../lib/format'
import { commercialOf } from '../../lib/licence'
import { inputRows } from '../../state/facts'
import { known, t } from '../../words'

export type Mode = 'side' | 'slider' | 'blink'
export const LETTERS = ['A', 'B', 'C', 'D'] as const

export interface Side {
  print: Print
  /** What made it; null for an import, and before it is read. */
  job: Job | null
  endpoint: Endpoint | undefined
  /** Time at the provider, ms; null where it is not known. */
  took: number | null
}

export interface Row {
  term: string
  /** One for each side; empty where it has none. */
  values: string[]
  differs: boolean
  mono: boolean
  kind: 'text' | 'licence' | 'prompt'
}

/** The fields that each side shows, in order; what only some inputs differ in comes last. */
export function rowsOf(sides: readonly Side[]): Row[] {
  const row = (term: string, of: (side: Side) => string, more: Partial<Row> = {}): Row => {
    const values = sides.map(of)
    return { term, values, differs: new Set(values).size > 1, mono: false, kind: 'text', ...more }
  }
  const rows = [
    row(t('Model'), ({ print }) => print.model_name),
    row(t('Size'), ({ print }) => (print.width > 0 ? `${print.width} × ${print.height}` : '')),
    row(t('Licence'), ({ job }) => (job ? commercialOf(job) : ''), { kind: 'licence' }),
    row(t('Seed'), ({ job }) => (job && job.seed !== null ? String(job.seed) : ''), { mono: true }),
    row(t('Cost'), ({ job }) => (job ? cost(job.price, job.charge, job.sandbox).sum : ''), { mono: true }),
    row(t('Took'), ({ took }) => (took === null ? '' : duration(took)), { mono: true }),
    row(t('Length'), ({ print }) => (print.duration_ms === null ? '' : clipLength(print.duration_ms)), {
      mono: true,
    }),
  ].filter((one) => one.values.some((value) => value !== ''))
  const told = new Set([t('Size'), t('Seed'), t('Prompt'), t('Model')])
  // How long a clip was asked to be says its length once more.
  if (rows.some(({ term }) => term === t('Length'))) for (const term of lengthTerms(sides)) told.add(term)
  const prompt = row(t('Prompt'), ({ print }) => print.prompt, { kind: 'prompt' })
  return [...rows, ...otherInputs(sides, told), ...(prompt.differs ? [prompt] : [])]
}

/** What the fields for a clip's length are called. */
function lengthTerms(sides: readonly Side[]): string[] {
  const fields = sides.flatMap(({ endpoint }) => endpoint?.fields ?? [])
  return [t('Duration'), ...fields.filter(({ role }) => role === 'duration').map(({ label }) => known(label))]
}

function otherInputs(sides: readonly Side[], told: ReadonlySet<string>): Row[] {
  const inputs = sides.map(
    ({ job, endpoint }) =>
      new Map(job ? inputRows(job, endpoint).map(({ term, value }) => [term, value]) : []),
  )
  const terms = new Set(inputs.flatMap((one) => [...one.keys()]))
  return [...terms]
    .map((term): Row => {
      const values = inputs.map((one) => one.get(term) ?? '')
      return { term, values, differs: new Set(values).size > 1, mono: false, kind: 'text' }
    })
    .filter((one) => one.differs && !told.has(one.term))
}

/** Beside which the active side is laid: the first, or the second when the first is active. */
export function partnerOf(active: number, count: number): number {
  return active === 0 ? Math.min(1, count - 1) : 0
}

/** The order after the active side has changed places with the one beside it. */
export function swapped<T>(items: readonly T[], active: number): T[] {
  const to = active === items.length - 1 ? active - 1 : active + 1
  const order = [...items]
  const [a, b] = [order[active], order[to]]
  if (a === undefined || b === undefined) return order
  order[active] = b
  order[to] = a
  return order
}

/** So far may clips lie apart before one is brought back, s: a frame and a half at 24 a second. */
const APART = 0.06

/** Where a clip has to go to be in step; null where it is. One that is shorter waits at its end. */
export function inStep(leader: number, own: number, length: number): number | null {
  const wanted = Math.min(leader, Math.max(0, length - 0.001))
  return Math.abs(own - wanted) > APART ? wanted : null
}
