import { expect, test } from 'vitest'
import { Table } from '../src/state/table.svelte'

test('an answer that changes have overtaken does not take a row back', () => {
  const table = new Table<{ id: string; state: string }>()
  table.put({ id: 'job_1', state: 'running' })
  table.add([
    { id: 'job_1', state: 'queued' },
    { id: 'job_2', state: 'queued' },
  ])
  expect([...table.rows.values()]).toEqual([
    { id: 'job_1', state: 'running' },
    { id: 'job_2', state: 'queued' },
  ])
})
