import { beforeEach, expect, test } from 'vitest'
import { setHost } from '../src/bridge/call'
import type { Moved } from '../src/bridge/generated'
import { Moving } from '../src/state/moving.svelte'
import { FakeHost } from './fixtures/host'

let host: FakeHost
const part = (phase: Moved['phase'], done = 1): Moved => ({
  from: '/old',
  to: '/new',
  phase,
  done,
  total: 2,
  left: [],
})

beforeEach(() => {
  host = new FakeHost()
  setHost(host)
})

/** The core's answers, one for each time it is asked. */
function answers(...parts: Moved[]): string[] {
  const asked: string[] = []
  host.on.move_library = (request) => {
    asked.push(request.to)
    return parts[asked.length - 1] ?? part('over')
  }
  return asked
}

test('a move is asked for part by part until it is over', async () => {
  const asked = answers(part('copying'), part('copying', 2), part('removing'), part('over', 2))
  const moving = new Moving()
  expect(await moving.to('/new')).toBe(true)
  expect(asked).toEqual(['/new', '/new', '/new', '/new'])
  expect([moving.busy, moving.now?.phase]).toEqual([false, 'over'])
})

test('one that waits for files on their way in is there all the same', async () => {
  answers(part('waiting'))
  expect(await new Moving().to('/new')).toBe(true)
})

test('stopped, it asks for no further part and goes on from there later', async () => {
  const moving = new Moving()
  let asked = 0
  host.on.move_library = () => {
    asked += 1
    if (asked === 2) moving.stop()
    return part(asked < 4 ? 'copying' : 'over')
  }
  expect(await moving.to('/new')).toBe(false)
  expect([asked, moving.busy, moving.isOnItsWay()]).toEqual([2, false, true])
  expect(await moving.to('/new')).toBe(true)
  expect(asked).toBe(4)
})

test('a refusal is told and nothing is under way', async () => {
  const refusal = { code: 'invalid', message: 'It is not empty.', hint: 'Name another.', detail: '' }
  host.on.move_library = () => {
    throw refusal
  }
  const moving = new Moving()
  expect(await moving.to('/new')).toBe(false)
  expect([moving.error?.message, moving.busy]).toEqual(['It is not empty.', false])
})
