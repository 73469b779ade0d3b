// Running a take again: one job by itself, several as one new take.
import type { Job } from '../../bridge/generated'
import { offerUnpriced } from '../../state/acts'
import { announcer } from '../../state/announce.svelte'
import { endpoints } from '../../state/endpoints.svelte'
import { jobs, type Take } from '../../state/jobs.svelte'
import { toasts } from '../../state/toasts.svelte'

export async function runAgain(take: Take, acceptUnpriced = false): Promise<void> {
  const first = take.jobs[0]
  if (!first) return
  const sending =
    take.jobs.length === 1 ? jobs.rerun(first.id, acceptUnpriced) : several(first, take, acceptUnpriced)
  const sent = await sending.catch((cause: unknown) => offerUnpriced(cause, () => runAgain(take, true)))
  if (!sent) return
  const problem = sent.problems[0]
  if (problem) toasts.show(problem.message, { tone: 'fail' })
  else announcer.now(`Shot ${take.shotNumber} runs again.`)
}

function several(first: Job, take: Take, acceptUnpriced: boolean) {
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
    accept_unpriced: acceptUnpriced,
  })
}
