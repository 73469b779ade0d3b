// Models that the user reaches for. One endpoint stands for all its variants, which lists show as one.
import type { Endpoint } from '../bridge/generated'
import { t } from '../words'
import { done } from './done'
import { settings } from './settings.svelte'

type Model = Pick<Endpoint, 'id' | 'name' | 'variants'>

function isOf(endpoint: Model, id: string): boolean {
  return id === endpoint.id || endpoint.variants.includes(id)
}

export class Favourites {
  /** Ids, in the order in which they were chosen. */
  readonly ids = $derived(settings.now.favourites)

  has(endpoint: Model): boolean {
    return this.ids.some((id) => isOf(endpoint, id))
  }

  async toggle(endpoint: Model): Promise<void> {
    const before = this.ids.filter((id) => isOf(endpoint, id))
    await this.#put(endpoint, before.length > 0 ? [] : [endpoint.id])
    const said =
      before.length > 0
        ? t('{model} is no favourite any more.', { model: endpoint.name })
        : t('{model} is a favourite.', { model: endpoint.name })
    done.did(said, () => this.#put(endpoint, before), 'favourite')
  }

  /** Keeps these ids for a model; those of others stay as they are. */
  #put(endpoint: Model, ids: readonly string[]): Promise<void> {
    const others = this.ids.filter((id) => !isOf(endpoint, id))
    return settings.set({ favourites: [...others, ...ids] })
  }
}

export const favourites = new Favourites()
