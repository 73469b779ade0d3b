import { expect, test } from 'vitest'
import { setHost } from '../src/bridge/call'
import type { Commands } from '../src/bridge/generated'
import { Keys } from '../src/state/keys.svelte'
import { FakeHost } from './fixtures/host'
import { keyRow } from './fixtures/rows'

/** Its lists of keys are read at once and come when they are let go. */
class SlowHost extends FakeHost {
  letGo = () => {}
  readonly #gate = new Promise<void>((on) => (this.letGo = on))

  override async call<K extends keyof Commands>(cmd: K, request: Commands[K]['request']) {
    const answer = await super.call(cmd, request)
    if (cmd === 'list_keys') await this.#gate
    return answer
  }
}

test('a test that ended while the list was on its way is not lost', async () => {
  const failed = { works: false, message: 'Nobody answers.', at: 1 }
  const host = new SlowHost()
  setHost(host)
  host.on.set_key = () => keyRow('acme', { place: 'session', test: failed })
  host.keys = [keyRow('acme', { place: 'session' }), keyRow('north', { models: 3 })]
  const keys = new Keys()
  keys.list = [keyRow('acme'), keyRow('north')]

  const listed = keys.load()
  await keys.set('acme', 'a key')
  host.letGo()
  await listed

  expect(keys.get('acme')?.test).toEqual(failed)
  expect(keys.get('north')?.models).toBe(3)
})
