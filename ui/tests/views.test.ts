import { beforeEach, describe, expect, test, vi } from 'vitest'
import { setHost } from '../src/bridge/call'
import type { Print } from '../src/bridge/generated'
import { Rows } from '../src/state/rows.svelte'
import { Views } from '../src/state/views.svelte'
import { FakeHost } from './fixtures/host'
import { print } from './fixtures/rows'
import { viewBytes } from './fixtures/view'

let host: FakeHost
let urls: string[]
let answer: (url: string) => Response | Promise<Response>

beforeEach(() => {
  host = new FakeHost()
  setHost(host)
  urls = []
  answer = () => new Response(viewBytes([{ day: 20_000, prints: host.prints.map(({ seq }) => ({ seq })) }]))
  vi.stubGlobal('fetch', async (url: string) => {
    urls.push(url)
    return answer(url)
  })
})

describe('the view', () => {
  test('is asked for beside the media, and once for the same query', async () => {
    host.prints = [print('a'), print('b')]
    const views = new Views()
    views.at('http://door/token/media/')
    await views.open('is:circled "low light"', 'rating')
    await views.open('is:circled "low light"', 'rating')
    expect(urls).toEqual(['http://door/token/view?query=is%3Acircled+%22low+light%22&sort=rating&most=1000'])
    expect([views.view.seqs.length, views.loaded, views.everything]).toEqual([2, true, null])
    await views.open('', 'newest')
    expect(views.everything).toBe(2)
  })

  test('shows its beginning before the rest is here', async () => {
    const many = Array.from({ length: 1500 }, (_, i) => ({ seq: 1500 - i }))
    let rest: (answer: Response) => void = () => undefined
    answer = (url) =>
      url.includes('most=')
        ? new Response(viewBytes([{ day: 20_000, prints: many.slice(0, 1000) }]))
        : new Promise((on) => (rest = on))
    const views = new Views()
    const opened = views.open('', 'newest')
    await vi.waitFor(() => expect(views.view.seqs.length).toBe(1000))
    expect([views.partial, views.loading, views.everything]).toEqual([true, true, null])
    await vi.waitFor(() => expect(urls).toHaveLength(2))
    rest(new Response(viewBytes([{ day: 20_000, prints: many }])))
    await opened
    expect([views.view.seqs.length, views.partial, views.everything]).toEqual([1500, false, 1500])
  })

  test('keeps what it showed when a query cannot be read, and says why', async () => {
    host.prints = [print('a')]
    const views = new Views()
    await views.open('', 'newest')
    const wrong = {
      code: 'query',
      message: 'There is no filter called modle.',
      hint: 'Try model.',
      detail: '',
    }
    answer = () => Response.json(wrong, { status: 400 })
    await views.open('modle:x', 'newest')
    expect([views.error, views.view.seqs.length, views.loading]).toEqual([wrong, 1, false])
  })

  test('is not asked for with a filter that nobody knows', async () => {
    host.on.read_query = () => ({
      chips: [{ text: 'modle:x', from: 0, to: 7, says: 'There is no filter called modle.', known: false }],
      words: '',
    })
    const views = new Views()
    await views.open('modle:x', 'newest')
    expect([urls, views.error?.message]).toEqual([[], 'There is no filter called modle.'])
  })

  test('of a newer query wins over a slower older one', async () => {
    const views = new Views()
    let release = () => {}
    const slow = new Promise<void>((done) => (release = done))
    answer = async (url) => {
      if (url.includes('first')) await slow
      const seq = url.includes('first') ? 1 : 2
      return new Response(viewBytes([{ day: 1, prints: [{ seq }] }]))
    }
    const first = views.open('first', 'newest')
    await views.open('second', 'newest')
    release()
    await first
    expect([...views.view.seqs]).toEqual([2])
  })

  test.each<[string, string, (known: Print) => Print[], boolean, boolean]>([
    ['a mark on a print that is shown', '', (known) => [{ ...known, rating: 3 }], false, false],
    ['a new print', '', () => [print('new')], false, true],
    ['a print that goes to the trash', '', (known) => [{ ...known, trashed_at: 1 }], false, true],
    ['any mark under a query', 'rating:3', (known) => [{ ...known, rating: 3 }], false, true],
    ['a word of the studio', '', () => [], true, true],
    ['nothing', 'rating:3', () => [], false, false],
  ])('is read again after %s: %#', async (_, query, changed, askAgain, again) => {
    vi.useFakeTimers()
    try {
      host.prints = [print('a')]
      const views = new Views()
      await views.open(query, 'newest')
      views.apply(changed(host.prints[0]!), askAgain)
      await vi.runAllTimersAsync()
      expect(urls.length).toBe(again ? 2 : 1)
    } finally {
      vi.useRealTimers()
    }
  })

  test('is asked for once more for its stacks, and then with them each time', async () => {
    vi.useFakeTimers()
    try {
      host.prints = [print('a')]
      const views = new Views()
      views.at('/media/')
      await views.open('', 'newest')
      await views.stack(true)
      await views.stack(true)
      expect(urls.slice(1)).toEqual(['/view?query=&sort=newest&stacked=true'])
      // A mark may put another print on top.
      views.apply([{ ...host.prints[0]!, rating: 3 }], false)
      await vi.runAllTimersAsync()
      expect(urls).toHaveLength(3)
      await views.stack(false)
      expect(urls).toHaveLength(3)
    } finally {
      vi.useRealTimers()
    }
  })

  test('is left alone until the gallery was opened', () => {
    const views = new Views()
    views.at('/media/')
    views.apply([print('new')], true)
    expect(urls).toEqual([])
  })
})

describe('rows', () => {
  const asked = () => host.asked.filter(({ cmd }) => cmd === 'view_rows').map(({ request }) => request)

  test('are read for what is looked at last, once each', async () => {
    host.prints = Array.from({ length: 9 }, (_, i) => print(`p${i}`))
    const seqs = host.prints.map(({ seq }) => seq)
    const rows = new Rows()
    rows.want(seqs.slice(0, 3))
    rows.want(seqs.slice(3, 5))
    rows.want(seqs.slice(2, 6))
    await expect.poll(() => rows.get(seqs[5]!)?.id).toBe('p5')
    expect(asked()).toEqual([{ seqs: seqs.slice(0, 3) }, { seqs: seqs.slice(3, 6) }])
  })

  test('are taken in by turns, those that are looked at most first, and as they were changed meanwhile', async () => {
    let now = 0
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => (now += 100))
    try {
      host.prints = Array.from({ length: 6 }, (_, i) => print(`p${i}`))
      const seqs = host.prints.map(({ seq }) => seq).reverse()
      const rows = new Rows()
      rows.want(seqs)
      // Not so long that another task begins.
      for (let turn = 0; turn < 100 && !rows.get(seqs[0]!); turn++) await Promise.resolve()
      expect(seqs.flatMap((seq) => rows.get(seq)?.id ?? [])).toEqual(['p5'])
      await vi.waitFor(() => expect(rows.get(seqs[1]!)).toBeDefined(), { interval: 1 })
      rows.apply([{ ...host.prints[0]!, rating: 5 }])
      await expect.poll(() => rows.get(seqs[5]!)?.rating).toBe(5)
    } finally {
      clock.mockRestore()
    }
  })

  test('that are gone are not asked for again and again', async () => {
    const rows = new Rows()
    rows.want([424_242])
    await expect.poll(() => asked().length).toBe(1)
    rows.want([424_242])
    await Promise.resolve()
    expect(asked().length).toBe(1)
    rows.again()
    await expect.poll(() => asked().length).toBe(2)
  })

  test('far away are dropped again, those looked at stay', async () => {
    host.on.view_rows = ({ seqs }) => seqs.map((seq) => print(`p${seq}`, { seq }))
    const rows = new Rows()
    for (let from = 0; from < 6000; from += 300) {
      const wished = Array.from({ length: 300 }, (_, i) => from + i)
      rows.want(wished)
      await expect.poll(() => rows.get(from + 299)).toBeDefined()
    }
    expect(rows.size).toBeLessThanOrEqual(4300)
    expect(rows.get(0)).toBeUndefined()
    expect(rows.get(5700)).toBeDefined()
  })

  test('stop at an error until it is tried again', async () => {
    const broken = { code: 'network', message: 'Rushes is not answering.', hint: '', detail: '' }
    host.on.view_rows = () => {
      throw broken
    }
    const rows = new Rows()
    rows.want([1])
    await expect.poll(() => rows.error).toEqual(broken)
    rows.want([2])
    expect(asked().length).toBe(1)
    host.on.view_rows = ({ seqs }) => seqs.map((seq) => print(`p${seq}`, { seq }))
    rows.again()
    await expect.poll(() => rows.get(2)?.id).toBe('p2')
  })

  test('of many prints come in batches and in order', async () => {
    host.on.view_rows = ({ seqs }) => seqs.filter((seq) => seq !== 7).map((seq) => print(`p${seq}`, { seq }))
    const rows = new Rows()
    const all = await rows.read(Array.from({ length: 1200 }, (_, i) => 1200 - i))
    expect([all.length, all[0]!.id, all.at(-1)!.id]).toEqual([1199, 'p1200', 'p1'])
    expect(asked().map((request) => (request as { seqs: number[] }).seqs.length)).toEqual([500, 500, 200])
  })
})
