// Collections and saved searches: the places that the gallery can be opened at.
import { call } from '../bridge/call'
import type { Collection, SavedSearch, Sort } from '../bridge/generated'
import { t } from '../words'
import { done } from './done'
import { rows } from './rows.svelte'

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

  /** Takes a collection away; its prints stay. Taken back, it is made anew with the same prints. */
  async remove({ id, name }: { id: string; name: string }, seqs: readonly number[]): Promise<void> {
    const some = await rows.read(seqs)
    await call('delete_collection', { id })
    await this.load()
    done.did(
      t('Collection {name} is gone. Its {prints, plural, one {print stays} other {prints stay}}.', {
        name,
        prints: some.length,
      }),
      async () => {
        const made = await this.make(name)
        const ids = some.map((print) => print.id)
        if (ids.length > 0) await call('mark_prints', { ids, add_to: made.id })
        await this.load()
      },
      'shelf',
    )
  }

  async keepSearch(name: string, query: string, sort: Sort): Promise<void> {
    await call('save_search', { name: name.trim(), query, sort })
    await this.load()
  }

  async forgetSearch(search: SavedSearch): Promise<void> {
    await call('delete_search', { name: search.name })
    await this.load()
    done.did(
      t('Saved search {name} is gone.', { name: search.name }),
      () => this.keepSearch(search.name, search.query, search.sort),
      'shelf',
    )
  }
}

export const shelves = new Shelves()
