// What the viewer says about a print: pure, so that every line has its test.
import type { Endpoint, Job } from '../../bridge/generated'
import { cost } from '../../lib/charge'
import { duration } from '../../lib/format'
import type { MadeBook } from '../../state/book.svelte'

export interface Fact {
  term: string
  value: string
  note?: string
  mono?: boolean
  copy?: string
}

/** Model, output, seed, cost and the provider's handle. */
export function madeWith({ print, job }: MadeBook): Fact[] {
  const output = [
    print.width > 0 ? `${print.width} × ${print.height}` : '',
    print.duration_ms === null ? '' : duration(print.duration_ms),
  ].filter(Boolean)
  const paid = cost(job.price, job.charge, job.sandbox)
  const facts: Fact[] = [{ term: 'Model', value: job.model_name, note: `on ${job.provider_name}` }]
  if (output.length > 0) facts.push({ term: 'Output', value: output.join(', ') })
  if (job.seed !== null)
    facts.push({ term: 'Seed', value: String(job.seed), mono: true, copy: 'Copy the seed' })
  facts.push({ term: 'Cost', value: paid.sum, note: paid.word, mono: true })
  if (job.remote_id !== null) {
    facts.push({ term: 'Task', value: job.remote_id, mono: true, copy: 'Copy the task id' })
  }
  return facts
}

/** The inputs as they were sent, by the labels of the endpoint's form where it still has them. */
export function inputRows(job: Job, endpoint: Endpoint | undefined): Fact[] {
  const fields = new Map(endpoint?.fields.map((field) => [field.name, field]))
  const rows: Fact[] = []
  for (const [name, value] of Object.entries(job.inputs)) {
    const field = fields.get(name)
    const isPrompt = field ? field.role === 'prompt' : value === job.prompt
    if (isPrompt || field?.hidden || field?.role === 'seed' || value === null || value === '') continue
    rows.push({ term: field?.label ?? readable(name), value: plain(value) })
  }
  return rows
}

function plain(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'On' : 'Off'
  if (typeof value === 'string' || typeof value === 'number') return String(value)
  return JSON.stringify(value)
}

/** `guidance_scale` as "Guidance scale". */
function readable(name: string): string {
  const words = name.replace(/[_-]+/g, ' ').trim()
  return words.charAt(0).toUpperCase() + words.slice(1)
}
