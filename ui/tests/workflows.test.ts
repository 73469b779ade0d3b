import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/svelte'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { WorkflowFile } from '../src/bridge/generated'
import { setHost } from '../src/bridge/call'
import AddWorkflow from '../src/features/models/AddWorkflow.svelte'
import OwnWorkflow from '../src/features/models/OwnWorkflow.svelte'
import { view } from '../src/features/models/view.svelte'
import { endpoints } from '../src/state/endpoints.svelte'
import { keys } from '../src/state/keys.svelte'
import { toasts } from '../src/state/toasts.svelte'
import { FakeHost } from './fixtures/host'
import { endpoint, keyRow } from './fixtures/rows'

let host: FakeHost
/** What the core keeps, by name. */
let kept: Map<string, string>

const own = (name: string) => endpoint(`home:${name}`, { name, own: true })
const words = () => toasts.list.map((toast) => toast.message)
/** A file with the reading that this DOM leaves out. */
const workflow = (name: string, text: string) =>
  Object.assign(new File([text], name, { type: 'application/json' }), { text: async () => text })

/** Takes a file in as the core does: by its name, in the place of one of the same name. */
function take(wanted: WorkflowFile) {
  if (!wanted.file.startsWith('{'))
    throw { code: 'invalid', message: 'This file is not JSON.', hint: 'Export it again.', detail: '' }
  const name = wanted.name.replace('.json', '')
  const before = kept.get(name)
  kept.set(name, wanted.file)
  host.endpoints = [...kept.keys()].map(own)
  return {
    endpoint: own(name),
    before: before === undefined ? null : { provider: 'home', name, file: before },
  }
}

beforeEach(async () => {
  localStorage.clear()
  host = new FakeHost()
  kept = new Map()
  host.keys = [keyRow('acme'), keyRow('home', { workflows: true, provider_name: 'This computer' })]
  host.on.import_workflow = take
  host.on.import_workflow_file = ({ path }) =>
    take({ provider: 'home', name: path.split('/').at(-1)!, file: '{}' })
  host.on.remove_workflow = ({ id }) => {
    const name = id.split(':')[1]!
    const file = kept.get(name)!
    kept.delete(name)
    host.endpoints = [...kept.keys()].map(own)
    return { provider: 'home', name, file }
  }
  setHost(host)
  toasts.list = []
  view.showAll()
  await Promise.all([endpoints.load(), keys.load()])
})
afterEach(cleanup)

async function choose(...files: File[]): Promise<void> {
  await fireEvent.change(screen.getByLabelText('Workflow files'), { target: { files } })
}

test('a chosen file becomes a model and is shown; one that is none is told by its name', async () => {
  render(AddWorkflow)
  expect(screen.getByRole('button', { name: 'Add a workflow' }).dataset.tip).toContain('This computer')
  await choose(workflow('portrait.json', '{"1":{}}'), workflow('notes.json', 'words'))
  await waitFor(() => expect(view.chosen).toBe('home:portrait'))
  expect(words()).toEqual(['portrait is ready.', 'notes.json: This file is not JSON. Export it again.'])
  expect(endpoints.get('home:portrait')?.own).toBe(true)
  expect(view.tab).toBe('model')
})

test('what takes the place of another can be undone', async () => {
  render(AddWorkflow)
  await choose(workflow('portrait.json', '{"old":1}'))
  await waitFor(() => expect(words()).toHaveLength(1))
  await choose(workflow('portrait.json', '{"new":1}'))
  await waitFor(() => expect(words()[1]).toBe('portrait is replaced. Jobs keep the one they ran with.'))
  expect(kept.get('portrait')).toBe('{"new":1}')
  toasts.list[1]?.action?.run()
  await waitFor(() => expect(kept.get('portrait')).toBe('{"old":1}'))
})

test('files dropped on the screen are taken in, by their path where it is known', async () => {
  const { unmount } = render(AddWorkflow)
  host.drop({ type: 'over', x: 1, y: 1, paths: [], files: [] })
  await screen.findByText('Drop a workflow file here to add it to This computer.')
  host.drop({ type: 'drop', x: 1, y: 1, paths: ['/workflows/street.json'], files: [] })
  await waitFor(() => expect(view.chosen).toBe('home:street'))
  expect(screen.queryByText(/^Drop a workflow file/)).toBeNull()
  unmount()
  host.drop({ type: 'drop', x: 1, y: 1, paths: ['/workflows/later.json'], files: [] })
  expect([...kept.keys()]).toEqual(['street'])
})

test('without a provider that runs such files there is nothing to press', async () => {
  host.keys = [keyRow('acme')]
  await keys.load()
  render(AddWorkflow)
  expect(screen.queryByRole('button')).toBeNull()
})

test('a removed one can be taken back', async () => {
  take({ provider: 'home', name: 'portrait', file: '{}' })
  await endpoints.load()
  render(OwnWorkflow, { endpoint: own('portrait') })
  screen.getByRole('button', { name: 'Remove' }).click()
  await waitFor(() => expect(words()).toEqual(['portrait is gone. Its jobs and prints stay.']))
  expect(endpoints.list).toEqual([])
  toasts.list[0]?.action?.run()
  await waitFor(() => expect(endpoints.get('home:portrait')).toBeTruthy())
})
