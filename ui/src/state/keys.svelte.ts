// Providers and the state of their keys. A key goes in and never comes back.
import { call } from '../bridge/call'
import type { KeyPlace, KeyRow } from '../bridge/generated'

export class Keys {
  list = $state.raw<KeyRow[]>([])
  loaded = $state(false)

  async load(): Promise<void> {
    this.list = await call('list_keys', {})
    this.loaded = true
  }

  get(provider: string): KeyRow | undefined {
    return this.list.find((row) => row.provider === provider)
  }

  async set(provider: string, key: string, place?: KeyPlace): Promise<KeyRow> {
    return this.#put(await call('set_key', place ? { provider, key, place } : { provider, key }))
  }

  async test(provider: string): Promise<KeyRow> {
    return this.#put(await call('test_key', { provider }))
  }

  async remove(provider: string): Promise<KeyRow> {
    return this.#put(await call('remove_key', { provider }))
  }

  /** Whether a server is there, and if it is, its models. */
  async reach(provider: string): Promise<KeyRow> {
    const row = await this.test(provider)
    if (!row.test?.works) return row
    await call('sync_models', { provider })
    await this.load()
    return this.get(provider) ?? row
  }

  async setBaseUrl(provider: string, baseUrl: string | null): Promise<KeyRow> {
    return this.#put(await call('set_base_url', { provider, base_url: baseUrl }))
  }

  #put(row: KeyRow): KeyRow {
    this.list = this.list.map((other) => (other.provider === row.provider ? row : other))
    return row
  }
}

export const keys = new Keys()
