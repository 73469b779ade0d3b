// Providers and the state of their keys. A key goes in and never comes back.
import { call } from '../bridge/call'
import type { KeyPlace, KeyRow } from '../bridge/generated'

export class Keys {
  list = $state.raw<KeyRow[]>([])
  loaded = $state(false)
  /** How many rows came one by one, and by provider the number of its last. */
  #puts = 0
  readonly #putAt = new Map<string, number>()

  async load(): Promise<void> {
    const before = this.#puts
    const list = await call('list_keys', {})
    // A row that came while the list was on its way is newer than the list: a test may have ended in between.
    const isNewer = ({ provider }: KeyRow) => (this.#putAt.get(provider) ?? 0) > before
    this.list = list.map((row) => (isNewer(row) ? (this.get(row.provider) ?? row) : row))
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
    this.#puts += 1
    this.#putAt.set(row.provider, this.#puts)
    this.list = this.list.map((other) => (other.provider === row.provider ? row : other))
    return row
  }
}

export const keys = new Keys()
