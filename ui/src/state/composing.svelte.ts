// What is done to the composition as a whole, with a way back: words and references nobody kept elsewhere may be in it.
import type { Job } from '../bridge/generated'
import { t } from '../words'
import { done } from './done'
import { draft } from './draft.svelte'
import type { Sheet } from './sheet'

/** Loads a job's inputs. Words that were never sent can be brought back. */
export async function loadJob(job: Job): Promise<void> {
  const { modality } = job
  const before = $state.snapshot(draft.sheets[modality]) as Sheet
  await draft.fill(job)
  const isSent = before.prompt === before.shotPrompt || before.prompt === job.prompt
  if (before.prompt.trim() !== '' && !isSent)
    done.did(t('Loaded in place of what stood there.'), () => draft.put(modality, before), 'composer')
}

/** Takes a reference out of the composition; it comes back to its place. */
export function removeReference(place: number): void {
  const { modality } = draft
  const before = $state.snapshot(draft.sheet) as Sheet
  draft.removeReference(place)
  const after = draft.sheet.prompt
  done.did(
    t('Reference {place} removed.', { place: place + 1 }),
    () => {
      const now = $state.snapshot(draft.sheets[modality]) as Sheet
      const { endpoint, references } = before
      // What was written since stays.
      const prompt = now.prompt === after ? before.prompt : now.prompt
      draft.put(modality, { ...now, endpoint, references, prompt })
    },
    'reference',
  )
}
