import { beforeEach, describe, expect, test, vi } from 'vitest'
import { setHost } from '../src/bridge/call'
import type { MarkPrints, Print } from '../src/bridge/generated'
import { marked, saidOf, shared, tagCounts } from '../src/lib/marking'
import { announcer } from '../src/state/announce.svelte'
import { done } from '../src/state/done'
import { Marks } from '../src/state/marks.svelte'
import { prints } from '../src/state/prints.svelte'
import { rows } from '../src/state/rows.svelte'
import { toasts } from '../src/state/toasts.svelte'
import { views } from '../src/state/views.svelte'
import { FakeHost } from './fixtures/host'
import { print } from './fixtures/rows'
import { viewBytes } from './fixtures/view'

let host: FakeHost
let kept: Print[]

beforeEach(async () => {
  host = new FakeHost()
  kept = [print('a', { tags: ['Boat'] }), print('b'), print('c')]
  host.prints = kept
  const days = () => [{ day: 20_000, prints: host.prints.map(({ seq }) => ({ seq })) }]
  vi.stubGlobal('fetch', async () => new Response(viewBytes(days())))
  setHost(host)
  toasts.list = []
  done.forget()
  prints.table.clear()
  prints.table.putAll(kept)
  rows.want(kept.map((row) => row.seq))
  await expect.poll(() => rows.get(kept[2]!.seq)).toBeDefined()
})

const asked = () => host.asked.filter(({ cmd }) => cmd === 'mark_prints').map(({ request }) => request)

describe('marks', () => {
  test('are shown at once, kept together and taken back as one', async () => {
    const marks = new Marks()
    const keeping = marks.mark({ rating: 4 }, kept.slice(0, 2))
    expect(kept.map(({ seq }) => rows.get(seq)?.rating)).toEqual([4, 4, 0])
    expect(prints.table.get('a')?.rating).toBe(4)
    await keeping
    expect(asked()).toEqual([{ ids: ['a', 'b'], rating: 4 }])
    expect([announcer.line, toasts.list.map((t) => t.message)]).toEqual([
      '2 prints rated 4 stars.',
      ['2 prints rated 4 stars.'],
    ])
    await done.undo()
    expect(host.asked.at(-1)).toEqual({ cmd: 'undo_marks', request: { undo: 'mark-1' } })
    expect([announcer.line, toasts.list]).toEqual(['Taken back: 2 prints rated 4 stars.', []])
    await done.undo()
    expect(announcer.line).toBe('Nothing to take back.')
  })

  test('of one print are undone as well, the newest from the toast that stands for all', async () => {
    const marks = new Marks()
    await marks.circle(kept[0]!)
    await marks.mark({ note: 'x' }, [kept[1]!])
    expect(asked()).toEqual([
      { ids: ['a'], circled: true },
      { ids: ['b'], note: 'x' },
    ])
    expect(toasts.list.map((t) => [t.message, t.action?.label])).toEqual([['Note kept on 1 print.', 'Undo']])
    toasts.list[0]!.action!.run()
    await expect.poll(() => host.asked.at(-1)).toEqual({ cmd: 'undo_marks', request: { undo: 'mark-2' } })
    expect(toasts.list).toEqual([])
    await done.undo()
    expect(host.asked.at(-1)).toEqual({ cmd: 'undo_marks', request: { undo: 'mark-1' } })
  })

  test('that could not be kept are put back', async () => {
    host.on.mark_prints = () => {
      throw { code: 'library', message: 'No room.', hint: 'Make some.', detail: '' }
    }
    const marks = new Marks()
    const keeping = marks.mark({ add_tags: ['fog'], note: 'x' }, kept.slice(0, 1))
    expect(rows.get(kept[0]!.seq)).toMatchObject({ tags: ['Boat', 'fog'], note: 'x' })
    await expect(keeping).rejects.toMatchObject({ message: 'No room.' })
    expect(rows.get(kept[0]!.seq)).toMatchObject({ tags: ['Boat'], note: '' })
    await done.undo()
    expect(announcer.line).toBe('Nothing to take back.')
  })

  test('that hide prints read the view again', async () => {
    views.at('/media/')
    await views.open('', 'newest')
    host.on.mark_prints = ({ ids }: MarkPrints) => {
      host.prints = host.prints.filter(({ id }) => !ids.includes(id))
      return { undo: 'mark-1', changed: ids.length }
    }
    await new Marks().mark({ trashed: true }, [kept[1]!])
    expect([...views.view.seqs]).toEqual([kept[0]!.seq, kept[2]!.seq])
  })
})

test('a marking changes what it names and nothing else', () => {
  const before = print('x', { tags: ['Café', 'boat'], note: 'old', rating: 2 })
  expect(marked(before, { add_tags: ['cafe', 'Fog'], remove_tags: ['BOAT'] }, 5)).toEqual({
    ...before,
    tags: ['Café', 'Fog'],
  })
  expect(marked(before, { trashed: true, rating: 0 }, 5)).toEqual({ ...before, trashed_at: 5, rating: 0 })
  expect(marked({ ...before, trashed_at: 5 }, { trashed: false }, 9)).toEqual(before)
})

test.each([
  [{ rating: 1 }, 1, '1 print rated 1 star.'],
  [{ rating: 0 }, 2, 'Rating cleared on 2 prints.'],
  [{ circled: false }, 1, 'Circle taken from 1 print.'],
  [{ add_tags: ['fog'] }, 3, '3 prints tagged fog.'],
  [{ trashed: false }, 1200, '1,200 prints put back.'],
  [{ add_to: 'col_1' }, 2, '2 prints added to Harbour.'],
  [{ note: 'x' }, 1, 'Note kept on 1 print.'],
])('%o is said in words', (marking, size, said) => {
  expect(saidOf(marking, size, 'Harbour')).toBe(said)
})

test('what many share is told from what differs', () => {
  expect([shared([3, 3]), shared([3, 4]), shared<number>([])]).toEqual([3, null, null])
  expect(tagCounts([{ tags: ['Fog', 'boat'] }, { tags: ['fog'] }])).toEqual([
    { tag: 'Fog', on: 2 },
    { tag: 'boat', on: 1 },
  ])
})
