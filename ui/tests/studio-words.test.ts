import { describe, expect, test } from 'vitest'
import { controlOf, readList } from '../src/features/studio/controls'
import { frameName } from '../src/features/studio/names'
import { rowsOf, visible } from '../src/features/studio/picker'
import { layStrip } from '../src/features/studio/strip'
import { priceWords, rulerText, sum, tell, tookOf } from '../src/state/telling'
import { notTakenWords } from '../src/state/words'
import { endpoint, field, job, print } from './fixtures/rows'

const NOW = 1_000_000
const usd = (micros: number, exact = true) => ({ micros, currency: 'USD', exact })
const running = job('j', {
  state: 'running',
  phase: 'accepted',
  accepted_at: NOW - 66_000,
  finished_at: null,
  charge: 'reserved',
})
const estimate = { median_ms: 118_000, slow_ms: 150_000, runs: 23 }

describe('a job is told as', () => {
  test.each([
    [
      'first run',
      running,
      { tone: 'run', word: 'Rendering', line: 'First run on this route, no estimate yet', aside: '' },
    ],
    [
      'rendering',
      { ...running, estimate },
      {
        tone: 'run',
        word: 'Rendering',
        line: 'about 52 s left',
        aside: 'Usually 1:58 on this route, from 23 runs',
      },
    ],
    [
      'slow',
      { ...running, estimate, accepted_at: NOW - 250_000 },
      {
        tone: 'run',
        word: 'Rendering',
        line: 'Slower than usual: 4:10, mostly done by 2:30',
        aside: 'Still alive at Acme',
      },
    ],
    [
      'sending',
      { ...running, phase: 'submitting' as const },
      { tone: 'run', word: 'Sending', line: 'Sending to Acme', aside: '' },
    ],
    [
      'saving',
      { ...running, phase: 'downloading' as const },
      { tone: 'run', word: 'Saving', line: 'Checked as it lands', aside: '' },
    ],
    [
      'out of touch',
      {
        ...running,
        cause: 'network',
        message: 'No answer. Still rendering at Acme.',
        hint: "We'll collect it.",
      },
      {
        tone: 'wait',
        word: 'Out of touch',
        line: 'No answer. Still rendering at Acme.',
        aside: "We'll collect it.",
      },
    ],
    [
      'waiting',
      {
        ...running,
        state: 'queued' as const,
        phase: null,
        wait_until: NOW + 11_500,
        message: 'Acme is busy. Nothing charged yet.',
      },
      {
        tone: 'wait',
        word: 'Waiting',
        line: 'Acme is busy. Nothing charged yet. Resumes in 12 s.',
        aside: '',
      },
    ],
    [
      'queued',
      { ...running, state: 'queued' as const, phase: null },
      { tone: 'queue', word: 'Queued', line: 'Goes as soon as there is room.', aside: '' },
    ],
    [
      'blocked',
      job('j', {
        state: 'failed',
        cause: 'credit',
        message: 'Your balance is empty. Not charged.',
        hint: 'Top it up.',
      }),
      { tone: 'block', word: 'Blocked', line: 'Your balance is empty. Not charged. Top it up.', aside: '' },
    ],
    [
      'failed',
      job('j', { state: 'failed', cause: 'unavailable', message: 'It broke.' }),
      { tone: 'fail', word: 'Failed', line: 'It broke.', aside: '' },
    ],
    [
      'in doubt',
      { ...running, phase: 'in_doubt' as const, message: 'It may have run.', hint: 'Keep looking.' },
      { tone: 'doubt', word: 'In doubt', line: 'It may have run.', aside: '' },
    ],
    [
      'recovered',
      job('j', { resolved_by: 'history' }),
      { tone: 'done', word: 'Recovered', line: 'Found at Acme and saved. Not paid twice.', aside: '' },
    ],
    [
      'recovered after it was sent again',
      job('j', { resolved_by: 'history', tries: 2 }),
      { tone: 'done', word: 'Recovered', line: 'Found at Acme and saved.', aside: '' },
    ],
    [
      'closed',
      job('j', { state: 'failed', phase: 'lost', cause: 'dismissed', message: 'Closed in doubt.' }),
      { tone: 'off', word: 'Closed', line: 'Closed in doubt.', aside: '' },
    ],
  ])('%s', (_, row, telling) => expect(tell(row, NOW)).toEqual(telling))
})

test('sums are honest about what is known', () => {
  expect(priceWords(job('j'))).toBe('$0.04')
  expect(priceWords(job('j', { charge: 'unknown' }))).toBe('$0.04?')
  expect(priceWords(job('j', { price: usd(40_000, false), charge: 'reserved' }))).toBe('≈$0.04')
  expect(priceWords(job('j', { price: null }))).toBe('?')
  expect(sum([usd(40_000), usd(40_000)])).toEqual(usd(80_000))
  expect(sum([usd(40_000), null])).toBe(null)
  expect(tookOf([job('a'), job('b', { finished_at: 12_000 }), job('c', { finished_at: null })])).toBe(11_000)
})

test('what a model of several does not take is said of it', () => {
  expect(notTakenWords({ model: 'Still', labels: ['Seed'] })).toBe("Seed isn't used by Still.")
  expect(notTakenWords({ model: 'Still at Acme', labels: ['Seed', 'Size'] })).toBe(
    "Seed and Size aren't used by Still at Acme.",
  )
})

test('the ruler is read in words', () => {
  expect(rulerText({ ...running, estimate }, NOW)).toBe('1 minute 6, usually 1:58')
  expect(rulerText({ ...running, accepted_at: NOW - 1_000 }, NOW)).toBe('1 second, no estimate yet')
})

test('a frame has a name', () => {
  const row = print('p', { shot_number: 151, take: 2, number: 1, circled: true })
  expect(frameName(row, 4)).toBe('Boats on still water, shot 151, take 2, print 1 of 4, circled, Stills')
})

test('a strip keeps one height and never passes the width', () => {
  const wide = layStrip([16 / 9, 16 / 9, 16 / 9, 16 / 9], 1028, 'm')
  expect(wide.height).toBe(142.87)
  expect(wide.widths.reduce((a, b) => a + b, 12)).toBeLessThanOrEqual(1028)
  expect(layStrip([1], 1028, 'm')).toEqual({ height: 232, widths: [232] })
  expect(layStrip(Array(8).fill(16 / 9), 640, 'm').height).toBeGreaterThan(84)
  expect(layStrip([Number.NaN], 400, 's')).toEqual({ height: 132, widths: [132] })
})

test.each([
  [field('a', { kind: { type: 'choice', options: ['1K', '2K'] } }), 'segmented'],
  [
    field('a', { kind: { type: 'choice', options: ['one', 'two', 'three', 'four', 'five', 'six'] } }),
    'select',
  ],
  [field('a', { role: 'shape', kind: { type: 'choice', options: ['16:9', '1:1'] } }), 'shape'],
  [field('a', { role: 'shape', kind: { type: 'choice', options: ['big', 'small'] } }), 'segmented'],
  [field('a', { kind: { type: 'integer', min: 3, max: 12, step: null } }), 'slider'],
  [field('a', { kind: { type: 'integer', min: 0, max: 9_000_000, step: null } }), 'number'],
  [field('a', { kind: { type: 'number', min: null, max: 1, step: null } }), 'number'],
  [field('a', { kind: { type: 'switch' } }), 'switch'],
  [field('a', { kind: { type: 'text', max_length: null, multiline: true } }), 'area'],
  [field('a', { kind: { type: 'json' } }), 'json'],
] as const)('%#: a field becomes a control by its shape', (f, control) => expect(controlOf(f)).toBe(control))

test('lists are read between commas', () => {
  expect([readList('a, b'), readList('1, 2'), readList(' ')]).toEqual([['a', 'b'], [1, 2], undefined])
})

describe('the picker', () => {
  const all = [
    endpoint('x:locked', { name: 'Seedling 3', provider_name: 'Locked', usable: false }),
    endpoint('a:seed', { name: 'Seedling 4.5', provider_name: 'Acme' }),
    endpoint('a:river', {
      name: 'River',
      provider_name: 'Acme',
      licence: { commercial: 'no', name: null, url: null, read_on: null },
    }),
    endpoint('a:flow', {
      name: 'Flow',
      provider_name: 'Acme',
      output_terms: { commercial: 'no', name: 'Acme terms', url: null, read_on: null },
    }),
  ]
  const names = (words: string, commercial = false, recent: string[] = []) =>
    rowsOf(all, recent, { words, commercial, references: false }).map((row) =>
      row.kind === 'head' ? `# ${row.label}` : row.endpoint.name,
    )

  test('groups by provider, with those that want a key last', () => {
    expect(names('')).toEqual([
      '# Acme',
      'Flow',
      'River',
      'Seedling 4.5',
      '# Locked, no key yet',
      'Seedling 3',
    ])
    expect(names('', false, ['a:seed']).slice(0, 2)).toEqual(['# Used of late', 'Seedling 4.5'])
  })
  test('finds by words and filters by licence', () => {
    expect(names('seedling 4')).toEqual(['# Acme', 'Seedling 4.5'])
    expect(names('acme', true)).toEqual(['# Acme', 'Seedling 4.5'])
    expect(names('nothing')).toEqual([])
  })
  test('draws only the rows in sight', () => {
    const many = Array.from({ length: 1200 }, (_, i) => endpoint(`m:${i}`))
    const rows = rowsOf(many, [], { words: '', commercial: false, references: false })
    expect(rows.length).toBe(1201)
    expect(visible(rows, 10_000, 10_430).length).toBeLessThan(12)
  })
})
