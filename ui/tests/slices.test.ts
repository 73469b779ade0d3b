import { afterEach, describe, expect, test, vi } from 'vitest'
import { inOneGo, inSlices, paced } from '../src/lib/slices'

/** Counts to ten, with a pause after each. */
function* counting(seen: number[] = []): Generator<void, number> {
  for (let n = 1; n <= 10; n++) {
    seen.push(n)
    yield
  }
  return seen.length
}

/** Each look at the clock finds it `ms` on. */
function clock(ms: number): void {
  let now = 0
  vi.spyOn(performance, 'now').mockImplementation(() => (now += ms))
}

afterEach(() => vi.restoreAllMocks())

describe('work in slices', () => {
  test('that is short is done at once', () => {
    clock(0)
    const done = vi.fn()
    inSlices(counting(), done)
    expect(done).toHaveBeenCalledExactlyOnceWith(10)
  })

  test('lets others in between, and comes to the same', async () => {
    clock(100)
    const seen: number[] = []
    const done = vi.fn()
    inSlices(counting(seen), done)
    expect([seen, done.mock.calls]).toEqual([[1], []])
    await vi.waitFor(() => expect(done).toHaveBeenCalledExactlyOnceWith(inOneGo(counting())))
    expect(seen).toHaveLength(10)
  })

  test('is dropped when it is given up', async () => {
    clock(100)
    const seen: number[] = []
    const done = vi.fn()
    inSlices(counting(seen), done)()
    const after = vi.fn()
    inSlices(counting(), after)
    await vi.waitFor(() => expect(after).toHaveBeenCalled())
    expect([seen, done.mock.calls]).toEqual([[1], []])
  })

  test('that waits goes on in the next task once its time is over', async () => {
    const order: string[] = []
    const run = async () => {
      const pace = paced()
      for (const piece of ['a', 'b']) {
        order.push(piece)
        await pace()
      }
    }
    const both = async () => {
      order.length = 0
      const { port1, port2 } = new MessageChannel()
      const other = new Promise<void>((on) => (port1.onmessage = () => on()))
      port2.postMessage(null)
      await Promise.all([run(), other.then(() => order.push('other'))])
      port1.close()
      return order.join(' ')
    }
    clock(0)
    expect(await both()).toBe('a b other')
    clock(100)
    expect(await both()).toBe('a other b')
  })
})
