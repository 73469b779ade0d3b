// Routes, by name, as the last committed change left them.
import { call } from '../bridge/call'
import type { Route, SaveRoute } from '../bridge/generated'

export class Routes {
  list = $state.raw<Route[]>([])

  async load(): Promise<void> {
    this.list = await call('list_routes', {})
  }

  apply(list: readonly Route[]): void {
    this.list = [...list]
  }

  get(name: string): Route | undefined {
    return this.list.find((route) => route.name === name)
  }

  /** The route of that name, whatever the case of its letters. */
  alike(name: string): Route | undefined {
    const plain = name.trim().replace(/\s+/g, ' ').toLowerCase()
    return this.list.find((route) => route.name.toLowerCase() === plain)
  }

  /** Keeps a route. One that is given another name leaves its old one last, so that nothing is lost between. */
  async save(route: SaveRoute, before: string | null = null): Promise<Route> {
    const kept = await call('save_route', route)
    this.#put(kept)
    if (before !== null && before !== kept.name) await this.remove(before)
    return kept
  }

  async remove(name: string): Promise<void> {
    await call('remove_route', { name })
    this.list = this.list.filter((route) => route.name !== name)
  }

  #put(kept: Route): void {
    this.list = [...this.list.filter((route) => route.name !== kept.name), kept].sort((a, b) =>
      a.name.localeCompare(b.name),
    )
  }
}

export const routes = new Routes()
