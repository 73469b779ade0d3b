// What is said about a print: pure, so that every line has its test.
import type { CredentialsWords, Endpoint, Job, Print, RecipeWords } from '../bridge/generated'
import { cost } from '../lib/charge'
import { bytes, duration } from '../lib/format'

export interface Fact {
  term: string
  value: string
  note?: string
  mono?: boolean
  copy?: string
}

/** Size in pixels, length, and size of the file. */
export function output(print: Print): Fact[] {
  const parts = [
    print.width > 0 ? `${print.width} × ${print.height}` : '',
    print.duration_ms === null ? '' : duration(print.duration_ms),
  ].filter(Boolean)
  return parts.length > 0 ? [{ term: 'Output', value: parts.join(', '), note: bytes(print.bytes) }] : []
}

/** Model with its version, output, seed, cost and the provider's handle. */
export function madeWith({ print, job }: { print: Print; job: Job }): Fact[] {
  const paid = cost(job.price, job.charge, job.sandbox)
  const facts: Fact[] = [{ term: 'Model', value: job.model_name, note: `on ${job.provider_name}` }]
  const version = job.endpoint.slice(job.endpoint.indexOf(':') + 1)
  if (version) facts.push({ term: 'Version', value: version, mono: true, copy: 'Copy the model id' })
  if (job.route)
    facts.push({ term: 'Route', value: job.route, note: job.step > 0 ? `step ${job.step + 1}` : '' })
  facts.push(...output(print))
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

/** Where the file lies and what it is. */
export function fileFacts(print: Print, blake3: string): Fact[] {
  const facts: Fact[] = [
    { term: 'Path', value: print.path, mono: true, copy: 'Copy the path' },
    { term: 'Kind', value: print.media_type, note: bytes(print.bytes), mono: true },
  ]
  if (blake3) facts.push({ term: 'BLAKE3', value: blake3, mono: true, copy: 'Copy the hash' })
  return facts
}

/** What a certificate says of its owner. */
export function signedFacts(signed: CredentialsWords): Fact[] {
  const day = (at: number) => new Date(at).toISOString().slice(0, 10)
  const facts: Fact[] = []
  if (signed.generator) facts.push({ term: 'Claimed by', value: signed.generator })
  if (signed.title) facts.push({ term: 'Title', value: signed.title })
  if (signed.issuer) facts.push({ term: 'Issuer', value: signed.issuer })
  if (signed.expires_at !== null) facts.push({ term: 'Valid until', value: day(signed.expires_at) })
  return facts
}

/** A recipe as its program wrote it. */
export function recipeFacts(recipe: RecipeWords): Fact[] {
  const facts: Fact[] = []
  const add = (term: string, value: string | number | null, more: Partial<Fact> = {}) => {
    if (value !== null && value !== '') facts.push({ term, value: String(value), ...more })
  }
  add('Model', recipe.model)
  add('Not wanted', recipe.negative)
  add('Seed', recipe.seed, { mono: true, copy: "Copy the file's seed" })
  add('Steps', recipe.steps)
  add('Sampler', recipe.sampler)
  add('Guidance', recipe.guidance)
  for (const [name, value] of Object.entries(recipe.inputs)) {
    const term = readable(name)
    const known = facts.some((fact) => fact.term === term)
    if (!known && value !== null && value !== '') facts.push({ term, value: plain(value) })
  }
  return facts
}

export function plain(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'On' : 'Off'
  if (typeof value === 'string' || typeof value === 'number') return String(value)
  return JSON.stringify(value)
}

/** `guidance_scale` as "Guidance scale". */
export function readable(name: string): string {
  const words = name.replace(/[_-]+/g, ' ').trim()
  return words.charAt(0).toUpperCase() + words.slice(1)
}
