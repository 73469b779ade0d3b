import { describe, expect, it } from 'vitest'
import type { Endpoint, Field, Job, Print } from '../src/bridge/generated'
import { inputRows, madeWith } from '../src/state/facts'

type MadePrint = Parameters<typeof madeWith>[0]

const job = {
  endpoint: 'fal:maker/model-2',
  model_name: 'Model',
  provider_name: 'Provider',
  sandbox: false,
  prompt: 'Boats at dusk',
  inputs: {
    prompt: 'Boats at dusk',
    size: '1024*1024',
    guidance_scale: 3.5,
    upscale: true,
    note: '',
    seed: 7,
  },
  seed: 7,
  price: { micros: 350_000, currency: 'USD', exact: true },
  charge: 'charged',
  remote_id: 'task-1',
} as unknown as Job

const print = { width: 1920, height: 1080, duration_ms: 5000, bytes: 2_100_000 } as unknown as Print
const book = { print, job } as unknown as MadePrint

describe('madeWith', () => {
  it('says what made it, what came out and what it cost', () => {
    expect(madeWith(book)).toEqual([
      { term: 'Model', value: 'Model', note: 'on Provider' },
      { term: 'Version', value: 'maker/model-2', mono: true, copy: 'Copy the model id' },
      { term: 'Output', value: '1920 × 1080, 5.0 s', note: '2.1 MB' },
      { term: 'Seed', value: '7', mono: true, copy: 'Copy the seed' },
      { term: 'Cost', value: '$0.35', note: 'charged once', mono: true },
      { term: 'Task', value: 'task-1', mono: true, copy: 'Copy the task id' },
    ])
  })

  it('leaves out what is not known', () => {
    const bare = {
      print: { width: 0, height: 0, duration_ms: null } as unknown as Print,
      job: { ...job, seed: null, remote_id: null, price: null, charge: 'unknown' },
    } as unknown as MadePrint
    expect(madeWith(bare)).toEqual([
      { term: 'Model', value: 'Model', note: 'on Provider' },
      { term: 'Version', value: 'maker/model-2', mono: true, copy: 'Copy the model id' },
      { term: 'Cost', value: '?', note: 'may have been charged', mono: true },
    ])
  })
})

describe('inputRows', () => {
  const field = (name: string, role: string, label: string, hidden = false) =>
    ({ name, role, label, hidden }) as unknown as Field

  it("takes the form's labels and leaves out prompt, seed and what is hidden or empty", () => {
    const endpoint = {
      fields: [
        field('prompt', 'prompt', 'Prompt'),
        field('size', 'shape', 'Size'),
        field('upscale', 'other', 'Upscale', true),
        field('seed', 'seed', 'Seed'),
      ],
    } as unknown as Endpoint
    expect(inputRows(job, endpoint)).toEqual([
      { term: 'Size', value: '1024*1024' },
      { term: 'Guidance scale', value: '3.5' },
    ])
  })

  it('still reads without the endpoint', () => {
    expect(inputRows(job, undefined)).toEqual([
      { term: 'Size', value: '1024*1024' },
      { term: 'Guidance scale', value: '3.5' },
      { term: 'Upscale', value: 'On' },
      { term: 'Seed', value: '7' },
    ])
  })
})
