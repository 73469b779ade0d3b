// Workflow files of the user's own: taken in as models, removed, and taken back.
import { call } from '../bridge/call'
import { asApiError } from '../bridge/host'
import type { Endpoint, ImportedWorkflow, WorkflowFile } from '../bridge/generated'
import { t } from '../words'
import { done } from './done'
import { endpoints } from './endpoints.svelte'
import { toasts, wordsOf } from './toasts.svelte'

/** Takes files in, one after the other; answers with the last model that came of it. What is no workflow is told. */
export async function addWorkflows(
  provider: string,
  paths: readonly string[],
  files: readonly File[],
): Promise<Endpoint | null> {
  let last: Endpoint | null = null
  const one = async (name: string, importing: Promise<ImportedWorkflow>) => {
    try {
      last = await told(importing)
    } catch (cause) {
      // Of several files the one that is meant has to be named.
      const which = paths.length + files.length > 1 ? `${name}: ` : ''
      toasts.show(which + wordsOf(asApiError(cause)), { tone: 'fail' })
    }
  }
  for (const path of paths)
    await one(path.split(/[\\/]/).at(-1) ?? path, call('import_workflow_file', { provider, path }))
  for (const file of files)
    await one(
      file.name,
      file.text().then((text) => call('import_workflow', { provider, name: file.name, file: text })),
    )
  return last
}

/** Forgets a workflow; it can be taken back as it was. */
export async function removeWorkflow(endpoint: Endpoint): Promise<void> {
  const gone = await call('remove_workflow', { id: endpoint.id })
  await endpoints.load()
  done.did(
    t('{name} is gone. Its jobs and prints stay.', { name: gone.name }),
    takeBack(gone),
    `workflow ${gone.name}`,
  )
}

async function told(importing: Promise<ImportedWorkflow>): Promise<Endpoint> {
  const { endpoint, before } = await importing
  await endpoints.load()
  if (before)
    done.did(
      t('{name} is replaced. Jobs keep the one they ran with.', { name: endpoint.name }),
      takeBack(before),
      `workflow ${endpoint.name}`,
    )
  else if (endpoint.usable) toasts.show(t('{name} is ready.', { name: endpoint.name }))
  else
    toasts.show(
      t('{name} is added. It can run once {provider} has answered: start it, then refresh its models.', {
        name: endpoint.name,
        provider: endpoint.provider_name,
      }),
    )
  return endpoint
}

function takeBack(file: WorkflowFile) {
  return () => call('import_workflow', file).then(() => endpoints.load())
}
