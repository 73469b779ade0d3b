// The grid that is shown: what a variation made, live while its jobs run.
import { call } from '../bridge/call'
import { asApiError } from '../bridge/host'
import type { ApiError, GridBook } from '../bridge/generated'
import { sentences } from '../lib/format'
import { t } from '../words'
import { announcer } from './announce.svelte'
import { loadJob } from './composing.svelte'
import { draft } from './draft.svelte'
import { offerUnpriced } from './acts'
import { fieldOf } from './fields'
import { jobs } from './jobs.svelte'
import { nav } from './nav.svelte'
import { prints } from './prints.svelte'
import { isOpen, sum } from './telling'
import { toasts } from './toasts.svelte'
import { layout, steady, tables, type Varying } from './varying'

export class GridReader {
  book = $state.raw<GridBook | null>(null)
  error = $state.raw<ApiError | null>(null)
  /** Keys of the axes as they are laid now; null for as they were. */
  across = $state<string | null>(null)
  down = $state<string | null>(null)
  exporting = $state(false)
  readonly axes = $derived(this.book?.grid.axes ?? [])
  /** The jobs as they stand now. */
  readonly jobs = $derived((this.book?.jobs ?? []).map((job) => jobs.table.get(job.id) ?? job))
  readonly laid = $derived(
    layout(
      this.axes,
      this.across ?? this.book?.grid.across ?? null,
      this.down ?? this.book?.grid.down ?? null,
    ),
  )
  readonly parts = $derived(tables(this.axes, this.jobs, this.laid))
  readonly columns = $derived(
    this.laid.across === null ? [0] : (this.axes[this.laid.across]?.labels ?? []).map((_, at) => at),
  )
  readonly leftOut = $derived(
    new Map((this.book?.grid.left_out ?? []).map((one) => [one.at.join(), one.message])),
  )
  readonly open = $derived(this.jobs.filter(isOpen).length)
  readonly done = $derived(this.jobs.filter((job) => job.state === 'completed').length)
  readonly price = $derived(sum(this.jobs.map((job) => job.price)))
  /** The prints in the order they are read, for the viewer. */
  readonly sequence = $derived(
    this.parts.flatMap((part) =>
      part.rows.flatMap((row) =>
        row.cells.flatMap((cell) => cell.jobs.flatMap((job) => prints.kept(job.prints))),
      ),
    ),
  )
  #asked = ''

  async read(id: string): Promise<void> {
    this.#asked = id
    this.error = null
    try {
      const book = await call('get_grid', { id })
      if (this.#asked !== id) return
      this.book = book
      jobs.table.add(book.jobs)
    } catch (cause) {
      if (this.#asked === id) this.error = asApiError(cause)
    }
  }

  /** Lays an axis across or down; the one that ran there takes its place. */
  lay(way: 'across' | 'down', key: string): void {
    const { across, down } = this.laid
    const keyOf = (at: number | null) => (at === null ? null : (this.axes[at]?.key ?? null))
    const [x, y] = [keyOf(across), keyOf(down)]
    if (way === 'across') [this.across, this.down] = [key, key === y ? x : y]
    else [this.across, this.down] = [key === x ? y : x, key]
  }

  /** Draws it as one picture. */
  async export(): Promise<void> {
    const grid = this.book?.grid
    if (!grid || this.exporting) return
    this.exporting = true
    try {
      const { across, down } = this.laid
      const keyOf = (at: number | null) => (at === null ? undefined : this.axes[at]?.key)
      const [x, y] = [keyOf(across), keyOf(down)]
      const { files, skipped } = await call('export_grid', {
        id: grid.id,
        ...(x === undefined ? {} : { across: x }),
        ...(y === undefined ? {} : { down: y }),
      })
      const [file] = files
      const left = t('{prints, plural, one {# print} other {# prints}} could not be drawn.', {
        prints: skipped.length,
      })
      const said = sentences(
        file === undefined ? t('Saved as a picture.') : t('Saved as {file}.', { file }),
        skipped.length > 0 ? left : '',
      )
      toasts.show(said)
      announcer.now(said)
    } finally {
      this.exporting = false
    }
  }
}

/** Makes all of a grid again, with new seeds and new draws. Answers the new one's id. */
export async function rerunGrid(id: string, acceptUnpriced = false): Promise<string | null> {
  const sending = call('rerun_grid', { id, accept_unpriced: acceptUnpriced })
  const varied = await sending.catch((cause: unknown) => offerUnpriced(cause, () => rerunGrid(id, true)))
  if (!varied) return null
  if (!varied.made) {
    const why = varied.faults[0]?.message ?? varied.troubles[0]?.message ?? ''
    toasts.show(sentences(t('Nothing was sent.'), why), { tone: 'fail' })
    return null
  }
  jobs.table.add(varied.made.jobs)
  const sent = varied.made.jobs.length
  announcer.now(t('{jobs, plural, one {# job} other {# jobs}} on the way.', { jobs: sent }))
  return varied.made.grid.id
}

/** Puts what a grid was made of back into the composer, as it was written. */
export async function editGrid(id: string): Promise<void> {
  const { grid, jobs: made } = await call('get_grid', { id })
  const first = made[0]
  if (!first) return
  await loadJob(first)
  const seed = fieldOf(draft.endpoint, 'seed')
  if (seed && !draft.sheet.seedLocked) draft.setValue(seed.name, undefined)
  draft.sheet.shotPrompt = grid.written
  draft.setPrompt(grid.written)
  const fields: Varying['fields'] = {}
  for (const axis of grid.axes) {
    const field = draft.endpoint?.fields.find((f) => axis.key === `field:${f.name}`)
    if (!field) continue
    const isNumber = field.kind.type === 'integer' || field.kind.type === 'number'
    fields[field.name] = isNumber ? axis.labels.join(':') : valuesOf(field.kind, axis.labels)
  }
  const ran = [...new Set(made.map((job) => job.endpoint))]
  const models = grid.axes.some((axis) => axis.kind === 'model')
    ? ran.filter((id) => id !== first.endpoint)
    : []
  const { across, down, mode } = grid
  Object.assign(draft.sheet.vary, { ...steady(), mode, fields, models, across, down })
  draft.flush()
  nav.go('studio')
}

/** Labels of an axis as the values that its field takes. */
function valuesOf(kind: { type: string; options?: unknown[] }, labels: string[]): unknown[] {
  if (kind.type === 'switch') return labels.map((label) => label.toLowerCase() === 'on')
  return labels.map((label) => kind.options?.find((option) => String(option) === label) ?? label)
}
