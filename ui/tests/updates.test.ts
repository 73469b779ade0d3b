import { beforeEach, expect, test } from 'vitest'
import { setHost } from '../src/bridge/call'
import { Updates } from '../src/state/updates.svelte'
import { FakeHost } from './fixtures/host'

let host: FakeHost
let updates: Updates

beforeEach(() => {
  host = new FakeHost()
  setHost(host)
  updates = new Updates()
})

const release = { version: '0.9.0', notes: 'Quicker.' }

test('a build without a channel asks nobody', async () => {
  await updates.load()
  expect(updates.channel).toBeNull()
})

test('a new version is found, taken and told of by hundredths', async () => {
  host.channel = 'releases.example.com'
  host.found = async () => release
  await updates.load()
  await updates.look()
  expect([updates.channel, updates.stage, updates.release]).toEqual([
    'releases.example.com',
    'found',
    release,
  ])
  const seen: number[] = []
  host.installed = async (onPercent) => {
    for (const percent of [1, 50, 100]) {
      onPercent(percent)
      seen.push(updates.percent)
    }
  }
  await updates.install()
  expect(seen).toEqual([1, 50, 100])
  expect(updates.stage).toBe('installing')
})

test('there may be none', async () => {
  await updates.look()
  expect([updates.stage, updates.release, updates.error]).toEqual(['newest', null, null])
})

test('one that is refused can be asked for again', async () => {
  const refusal = { code: 'update', message: 'No signature.', hint: 'Look again later.', detail: '' }
  host.found = async () => release
  await updates.look()
  host.installed = () => Promise.reject(refusal)
  await updates.install()
  expect([updates.stage, updates.error]).toEqual(['found', refusal])
  host.found = () => Promise.reject(refusal)
  await updates.look()
  expect([updates.stage, updates.error]).toEqual(['idle', refusal])
})

test('a second press while one is under way does nothing', async () => {
  let asked = 0
  let answer: (found: null) => void = () => undefined
  host.found = () => {
    asked += 1
    return new Promise((resolve) => (answer = resolve))
  }
  const first = updates.look()
  await updates.look()
  answer(null)
  await first
  expect(asked).toBe(1)
})
