// Running a take again: one job by itself, several as one new take.
import type { Job, Price } from '../../bridge/generated'
import { money } from '../../lib/format'
import { announcer } from '../../state/announce.svelte'
import { endpoints } from '../../state/endpoints.svelte'
import { jobs, type Take } from '../../state/jobs.svelte'
import { toasts } from '../../state/toasts.svelte'
import { sum } from './words'

export function againPrice(jobsOfTake: readonly Job[]): Price | null {
  return sum(jobsOfTake.map((j) => j.price))
}

/** "Run again, $0.16": every button that spends says how much. */
export function againWords(jobsOfTake: readonly Job[], verb = 'Run again'): string {
  const price = againPrice(jobsOfTake)
  if (price) return `${verb}, ${money(price)}`
  return jobsOfTake[0]?.sandbox ? `${verb}, $0.00` : `${verb}, price not listed`
}

export async function runAgain(take: Take): Promise<void> {
  const first = take.jobs[0]
  if (!first) return
  const submission = take.jobs.length === 1 ? await jobs.rerun(first.id) : await several(first, take)
  const problem = submission.problems[0]
  if (problem) toasts.show(problem.message, { tone: 'fail' })
  else announcer.now(`Shot ${take.shotNumber} runs again.`)
}

function several(first: Job, take: Take) {
  const inputs = { ...first.inputs }
  for (const field of endpoints.get(first.endpoint)?.fields ?? []) {
    if (field.role === 'seed') delete inputs[field.name]
  }
  return jobs.submit({
    endpoint: first.endpoint,
    inputs,
    references: first.references,
    count: take.jobs.length,
    shot: first.shot,
    keep_seed: false,
  })
}
