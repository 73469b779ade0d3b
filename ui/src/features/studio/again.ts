// Running a take again: one job by itself, several as one new take.
import { offerUnpriced } from '../../state/acts'
import { announcer } from '../../state/announce.svelte'
import { rerunGrid } from '../../state/grid.svelte'
import { jobs, type Take } from '../../state/jobs.svelte'
import { toasts } from '../../state/toasts.svelte'
import { t } from '../../words'

export async function runAgain(take: Take, acceptUnpriced = false): Promise<void> {
  const first = take.jobs[0]
  if (!first) return
  if (first.grid) {
    await rerunGrid(first.grid.id, acceptUnpriced)
    return
  }
  const sending = jobs.rerun(first.id, acceptUnpriced, take.jobs.length)
  const sent = await sending.catch((cause: unknown) => offerUnpriced(cause, () => runAgain(take, true)))
  if (!sent) return
  const problem = sent.problems[0]
  if (problem) toasts.show(problem.message, { tone: 'fail' })
  else announcer.now(t('Shot {shot} runs again.', { shot: take.shotNumber }))
}
