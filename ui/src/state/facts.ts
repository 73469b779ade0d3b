// What is said about a print: pure, so that every line has its test.
import type { CredentialsWords, Endpoint, Job, Print, RecipeWords } from '../bridge/generated'
import { cost } from '../lib/charge'
import { bytes, commas, duration } from '../lib/format'
import { known, msg, t, type Message } from '../words'

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
  return parts.length > 0 ? [{ term: t('Output'), value: commas(parts), note: bytes(print.bytes) }] : []
}

/** Model with its version, output, seed, cost and the provider's handle. */
export function madeWith({ print, job }: { print: Print; job: Job }): Fact[] {
  const paid = cost(job.price, job.charge, job.sandbox)
  const facts: Fact[] = [
    { term: t('Model'), value: job.model_name, note: t('on {provider}', { provider: job.provider_name }) },
  ]
  const version = job.endpoint.slice(job.endpoint.indexOf(':') + 1)
  if (version) facts.push({ term: t('Version'), value: version, mono: true, copy: t('Copy the model id') })
  if (job.route)
    facts.push({
      term: t('Route'),
      value: job.route,
      note: job.step > 0 ? t('step {step}', { step: job.step + 1 }) : '',
    })
  facts.push(...output(print))
  if (job.seed !== null)
    facts.push({ term: t('Seed'), value: String(job.seed), mono: true, copy: t('Copy the seed') })
  facts.push({ term: t('Cost'), value: paid.sum, note: paid.word, mono: true })
  if (job.remote_id !== null) {
    facts.push({
      term: t('Task ⟨at a provider⟩'),
      value: job.remote_id,
      mono: true,
      copy: t('Copy the task id'),
    })
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
    rows.push({ term: known(field?.label ?? readable(name)), value: plain(value) })
  }
  return rows
}

/** Where the file lies and what it is. */
export function fileFacts(print: Print, blake3: string): Fact[] {
  const facts: Fact[] = [
    { term: t('Path'), value: print.path, mono: true, copy: t('Copy the path') },
    { term: t('Kind'), value: print.media_type, note: bytes(print.bytes), mono: true },
  ]
  if (blake3) facts.push({ term: 'BLAKE3', value: blake3, mono: true, copy: t('Copy the hash') })
  return facts
}

/** What a certificate says of its owner. */
export function signedFacts(signed: CredentialsWords): Fact[] {
  const day = (at: number) => new Date(at).toISOString().slice(0, 10)
  const facts: Fact[] = []
  if (signed.generator) facts.push({ term: t('Claimed by'), value: signed.generator })
  if (signed.title) facts.push({ term: t('Title'), value: signed.title })
  if (signed.issuer) facts.push({ term: t('Issuer'), value: signed.issuer })
  if (signed.expires_at !== null) facts.push({ term: t('Valid until'), value: day(signed.expires_at) })
  return facts
}

/** A recipe as its program wrote it. */
export function recipeFacts(recipe: RecipeWords): Fact[] {
  const facts: Fact[] = []
  /** Names as programs write them, which those of inputs are compared with. */
  const told = new Set<string>()
  const add = (term: Message, value: string | number | null, more: Partial<Fact> = {}) => {
    if (value === null || value === '') return
    told.add(bare(term))
    facts.push({ term: t(term), value: String(value), ...more })
  }
  add(msg('Model'), recipe.model)
  add(msg('Not wanted'), recipe.negative)
  add(msg('Seed'), recipe.seed, { mono: true, copy: t("Copy the file's seed") })
  add(msg('Steps ⟨of a sampler⟩'), recipe.steps)
  add(msg('Sampler'), recipe.sampler)
  add(msg('Guidance'), recipe.guidance)
  for (const [name, value] of Object.entries(recipe.inputs)) {
    const term = readable(name)
    if (told.has(term) || value === null || value === '') continue
    told.add(term)
    facts.push({ term: known(term), value: plain(value) })
  }
  return facts
}

export function plain(value: unknown): string {
  if (typeof value === 'boolean') return value ? t('On') : t('Off')
  if (typeof value === 'string' || typeof value === 'number') return String(value)
  return JSON.stringify(value)
}

/** A name without what tells its senses apart. */
export const bare = (term: string) => term.replace(/ ⟨.*/, '')

/** `guidance_scale` as "Guidance scale". */
export function readable(name: string): string {
  const words = name.replace(/[_-]+/g, ' ').trim()
  return words.charAt(0).toUpperCase() + words.slice(1)
}
