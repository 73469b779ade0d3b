// Collections and saved searches: the places that the gallery can be opened at.
import { call } from '../bridge/call'
import type { Collection, SavedSearch, Sort } from '../bridge/generated'

export class Shelves {
  collections = $state.raw<Collection[]>([])
  searches = $state.raw<SavedSearch[]>([])

  async load(): Promise<void> {
    const [collections, searches] = await Promise.all([
      call('list_collections', {}),
      call('list_searches', {}),
    ])
    this.collections = collections
    this.searches = searches
  }

  /** Makes a collection. */
  async make(name: string): Promise<Collection> {
    const made = await call('save_collection', { name: name.trim() })
    await this.load()
    return made
  }

  /** Takes a collection away; its prints stay. */
  async remove(id: string): Promise<void> {
    await call('delete_collection', { id })
    await this.load()
  }

  async keepSearch(name: string, query: string, sort: Sort): Promise<void> {
    await call('save_search', { name: name.trim(), query, sort })
    await this.load()
  }

  async forgetSearch(name: string): Promise<void> {
    await call('delete_search', { name })
    await this.load()
  }
}

export const shelves = new Shelves()
