// The catalogue: every model at every provider, usable ones first.
import { call } from '../bridge/call'
import type { Endpoint, Modality, SyncReport } from '../bridge/generated'

export class Endpoints {
  list = $state.raw<Endpoint[]>([])
  loaded = $state(false)
  readonly byId = $derived(new Map(this.list.map((e) => [e.id, e])))

  async load(): Promise<void> {
    this.list = await call('list_endpoints', {})
    this.loaded = true
  }

  get(id: string): Endpoint | undefined {
    return this.byId.get(id)
  }

  of(modality: Modality): Endpoint[] {
    return this.list.filter((e) => e.modality === modality)
  }

  /** What a composer starts with: the last used, else a usable one that costs, else the sandbox. */
  pick(modality: Modality, last: string | undefined): Endpoint | undefined {
    const used = last === undefined ? undefined : this.byId.get(last)
    if (used?.modality === modality && used.usable) return used
    const usable = this.of(modality).filter((e) => e.usable)
    return usable.find((e) => !e.sandbox && takesWords(e)) ?? usable.find(takesWords) ?? usable[0]
  }

  /** Asks for a model's inputs where the provider's list did not tell them. */
  async learn(endpoint: Endpoint): Promise<Endpoint> {
    if (endpoint.fields.length > 0) return endpoint
    const learnt = await call('learn_model', { id: endpoint.id })
    await this.load()
    return learnt
  }

  sync(provider: string): Promise<SyncReport> {
    return call('sync_models', { provider })
  }
}

/** Whether a prompt alone is enough. */
function takesWords(endpoint: Endpoint): boolean {
  return !endpoint.fields.some((f) => f.required && f.kind.type === 'media')
}

export const endpoints = new Endpoints()
