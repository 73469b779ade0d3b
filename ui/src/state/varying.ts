// What of a composition varies: fields with several values, several models, and how the grid is laid. Pure.
import type { Axis, Endpoint, Field, Job, Plan, Price, Spread, VaryMode } from '../bridge/generated'
import { money } from '../lib/format'
import { known, listed, t } from '../words'

/** The part of a draft that makes many jobs of it. */
export interface Varying {
  mode: VaryMode
  /** By field name: as it was typed for numbers (`4:6:8`), else the chosen values. */
  fields: Record<string, string | unknown[]>
  /** Ids of the endpoints that it runs on beside the draft's own. */
  models: string[]
  across: string | null
  down: string | null
  /** Cells that cannot run are left out instead of holding up the others. */
  leaveOut: boolean
}

export const steady = (): Varying => ({
  mode: 'every',
  fields: {},
  models: [],
  across: null,
  down: null,
  leaveOut: false,
})

/** The endpoints a variation runs on, the draft's own first; empty when it is that one alone. */
export function modelsOf(own: string, varying: Varying): string[] {
  const others = varying.models.filter((id) => id !== own)
  return others.length > 0 ? [own, ...others] : []
}

/** Whether a prompt may hold alternatives, lists or signs taken as they are. The studio reads it for good. */
export function mayVary(prompt: string): boolean {
  return /\{[^]*\||__\S|\\[{}|_]/.test(prompt)
}

/** Several numbers as they are typed. */
export function isSeveral(text: string): boolean {
  return /\S\s*(:|\.\.)/.test(text)
}

/** Fields with values of their own that the present endpoint has. */
export function spreads(endpoint: Endpoint | undefined, varying: Varying): Spread[] {
  return (endpoint?.fields ?? []).flatMap((field) => {
    const values = varying.fields[field.name]
    if (values === undefined || values.length === 0) return []
    return [{ field: field.name, values: typeof values === 'string' ? [values] : values }]
  })
}

/** Fields that can have several values: what a form shows and one word or number can stand for. */
export function variable(endpoint: Endpoint | undefined): Field[] {
  const kinds = ['choice', 'integer', 'number', 'switch', 'size']
  return (endpoint?.fields ?? []).filter(
    (f) => !f.hidden && kinds.includes(f.kind.type) && f.role !== 'count',
  )
}

/** The values of a field that are chosen from, with what they are called. */
export function choicesOf(field: Field): { value: unknown; label: string }[] {
  const kind = field.kind
  if (kind.type === 'switch')
    return [
      { value: true, label: t('On') },
      { value: false, label: t('Off') },
    ]
  if (kind.type === 'choice') return kind.options.map((value) => ({ value, label: String(value) }))
  if (kind.type === 'size')
    return [...kind.words, ...kind.options].map((value) => ({ value, label: String(value) }))
  return []
}

/** "12 jobs, $1.44 altogether". */
export function planWords(plan: Pick<Plan, 'jobs' | 'totals' | 'unpriced'>): string {
  const { jobs, totals, unpriced } = plan
  if (totals.length === 0)
    return unpriced > 0
      ? t('{jobs, plural, one {# job} other {# jobs}}, price not listed', { jobs })
      : t('{jobs, plural, one {# job} other {# jobs}}', { jobs })
  const sums = listed(
    totals.map((total) => (total.exact ? money(total) : t('about {price}', { price: money(total) }))),
  )
  return unpriced > 0
    ? t(
        '{jobs, plural, one {# job} other {# jobs}}, {sums} altogether, and {unpriced} without a listed price',
        { jobs, sums, unpriced },
      )
    : t('{jobs, plural, one {# job} other {# jobs}}, {sums} altogether', { jobs, sums })
}

/** The sum at the right of the footer; null where it is more than one, or not known. */
export function planTotal(plan: Pick<Plan, 'totals' | 'unpriced'>): Price | null {
  const only = plan.totals.length === 1 ? plan.totals[0] : undefined
  return only && plan.unpriced === 0 ? only : null
}

/** "3 × 2" of what varies. */
export function shapeWords(axes: readonly Axis[]): string {
  return axes.map((axis) => axis.labels.length).join(' × ')
}

/** What stands above a column or beside a row: a number says little without what it is a number of. */
export function headOf(axis: Axis | undefined, at: number): string {
  const label = axis?.labels[at] ?? ''
  return axis?.kind === 'field' ? `${known(axis.title)} ${known(label)}` : label
}

/** Which axis runs across, which down, and which make parts; by their places. */
export interface Layout {
  across: number | null
  down: number | null
  rest: number[]
}

/** The wished axes where they are there; else the last runs across and the first of the others down. */
export function layout(axes: readonly Axis[], across: string | null, down: string | null): Layout {
  const places = axes.map((_, at) => at)
  const find = (key: string | null) => axes.findIndex((axis) => axis.key === key)
  const x = find(across) >= 0 ? find(across) : axes.length - 1
  const wished = find(down)
  const y = wished >= 0 && wished !== x ? wished : (places.find((at) => at !== x) ?? -1)
  return {
    across: x >= 0 ? x : null,
    down: y >= 0 ? y : null,
    rest: places.filter((at) => at !== x && at !== y),
  }
}

export interface GridRow {
  head: string
  /** For each column: its place on every axis, and the jobs that stand there. */
  cells: { at: number[]; jobs: Job[] }[]
}

export interface GridPart {
  title: string
  rows: GridRow[]
}

/** The jobs of a grid as tables, one for each combination of what runs neither across nor down. */
export function tables(axes: readonly Axis[], jobs: readonly Job[], laid: Layout): GridPart[] {
  const byCell = new Map<string, Job[]>()
  for (const job of jobs) {
    const key = (job.grid?.at ?? []).join()
    byCell.set(key, [...(byCell.get(key) ?? []), job])
  }
  const places = (axis: number | null) =>
    axis === null ? [null] : (axes[axis]?.labels ?? []).map((_, at) => at)
  let parts: [number, number][][] = [[]]
  for (const axis of laid.rest) {
    parts = parts.flatMap((part) => places(axis).map((at) => [...part, [axis, at ?? 0] as [number, number]]))
  }
  return parts.map((part) => ({
    title: part.map(([axis, at]) => headOf(axes[axis], at)).join(' · '),
    rows: places(laid.down).map((row) => ({
      head: row === null || laid.down === null ? '' : headOf(axes[laid.down], row),
      cells: places(laid.across).map((column) => {
        const at = axes.map((_, axis) => {
          if (axis === laid.across) return column ?? 0
          if (axis === laid.down) return row ?? 0
          return part.find(([of]) => of === axis)?.[1] ?? 0
        })
        return { at, jobs: byCell.get(at.join()) ?? [] }
      }),
    })),
  }))
}
