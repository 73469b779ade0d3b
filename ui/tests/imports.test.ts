import { describe, expect, it } from 'vitest'
import { droppedFiles } from '../src/bridge/dropped'
import type { ImportRecord, Print } from '../src/bridge/generated'
import { edgeWords } from '../src/lib/edge'
import { importLines } from '../src/state/imported'
import { summary } from '../src/state/imports.svelte'

const skip = (path: string) => ({ path, message: 'This is a text file.', hint: '' })

describe('summary', () => {
  it('says what became of all of it', () => {
    const added = Array.from({ length: 12 }, (_, i) => `ast_${i}`)
    const some = { added, known: 3, skipped: [skip('a.txt')], stopped: false }
    expect(summary(some)).toBe('12 added, 3 were here already, 1 skipped.')
    expect(summary({ ...some, skipped: [], known: 1, stopped: true })).toBe(
      'Stopped before the end. 12 added, 1 was here already.',
    )
    expect(summary({ added: [], known: 0, skipped: [], stopped: false })).toBe('No files were found there.')
  })
})

describe('edgeWords', () => {
  it('calls what no job made an import', () => {
    expect(edgeWords({ job: 'job_1', shot_number: 151, take: 2, number: 1 })).toBe(
      'Shot 151, take 2, print 1',
    )
    expect(edgeWords({ job: null, shot_number: 0, take: 0, number: 7 })).toBe('Import 7')
  })
})

describe('importLines', () => {
  it('tells what the file says, and nothing that it does not', () => {
    const record: ImportRecord = {
      name: '00012.png',
      made_at: Date.UTC(2024, 4, 3, 12),
      program: 'AUTOMATIC1111',
      negative: null,
      seed: '18446744073709551615',
      steps: 20,
      sampler: null,
      guidance: 7.5,
      inputs: { 'Clip skip': 2, Model: 'again' },
    }
    const print = { model_name: 'dreamshaper_8' } as unknown as Print
    expect(importLines(print, record).map(({ term, value }) => [term, value])).toEqual([
      ['Program', 'AUTOMATIC1111'],
      ['Model', 'dreamshaper_8'],
      ['Seed', '18446744073709551615'],
      ['Steps', '20'],
      ['Guidance', '7.5'],
      ['File', '00012.png'],
      ['File date', '3 May 2024'],
      ['Clip skip', '2'],
      ['Model (input)', 'again'],
    ])
  })
})

describe('droppedFiles', () => {
  const file = (name: string) => ({
    name,
    isDirectory: false,
    file: (got: (file: File) => void) => got(new File(['x'], name)),
  })
  const folder = (name: string, all: object[]) => ({
    name,
    isDirectory: true,
    createReader: () => {
      const parts = [...all.map((one) => [one]), []]
      return { readEntries: (got: (some: object[]) => void) => got(parts.shift() ?? []) }
    },
  })
  const drop = (entries: object[]) =>
    ({
      items: entries.map((entry) => ({ webkitGetAsEntry: () => entry })),
      files: [],
    }) as unknown as DataTransfer

  it('takes what lies in folders, but nothing hidden and no sidecar', async () => {
    const deep = folder('deep', [file('c.png'), file('c.png.json'), file('.DS_Store'), file('notes.json')])
    const files = await droppedFiles(drop([file('a.png'), folder('all', [file('b.png'), deep])]))
    expect(files.map(({ name }) => name)).toEqual(['a.png', 'b.png', 'c.png', 'notes.json'])
  })
})
