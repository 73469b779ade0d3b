// Routes, by name, as the last committed change left them.
import { call, host } from '../bridge/call'
import type { Route, RouteChange } from '../bridge/generated'

/** What the browser calls the file of all routes. */
const FILE = 'rushes-routes.toml'

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

  /** Keeps a route; `was` is the name it has until now. */
  async save(route: Route, was: string | null = null): Promise<Route> {
    const kept = await call('save_route', was === null ? route : { ...route, was })
    if (was !== null) this.list = this.list.filter((other) => other.name !== was)
    this.#put(kept)
    return kept
  }

  async remove(name: string): Promise<void> {
    await call('remove_route', { name })
    this.list = this.list.filter((route) => route.name !== name)
  }

  /** Saves all routes as one file; answers where it lies, empty where the browser tells that itself. */
  async saveFile(): Promise<string> {
    const { toml } = await call('export_routes', {})
    if (host().download(FILE, toml)) return ''
    return (await call('save_routes', {})).path
  }

  /** What the routes of a file would change. */
  preview(toml: string): Promise<RouteChange[]> {
    return call('preview_routes', { toml })
  }

  /** Keeps all routes of a file, or none. */
  async bringIn(toml: string): Promise<Route[]> {
    const brought = await call('import_routes', { toml })
    await this.load()
    return brought
  }

  #put(kept: Route): void {
    this.list = [...this.list.filter((route) => route.name !== kept.name), kept].sort((a, b) =>
      a.name.localeCompare(b.name),
    )
  }
}

export const routes = new Routes()
