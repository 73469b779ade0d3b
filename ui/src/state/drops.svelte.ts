// Files over the window, and what becomes of them: assets of the library.
import { call, host } from '../bridge/call'
import type { DropEvent } from '../bridge/host'
import type { Asset } from '../bridge/generated'
import { base64Of } from '../lib/files'

export class Drops {
  /** Where files hang over the window; null when none do. */
  at = $state<{ x: number; y: number } | null>(null)

  /** Tells of drops; answers with a function that stops it. */
  start(take: (event: DropEvent) => void): () => void {
    return host().onDrop((event) => {
      this.at = event.type === 'over' ? { x: event.x, y: event.y } : null
      if (event.type === 'drop') take(event)
    })
  }
}

/** Puts files into the library, in order; a copy that is there already is found by its hash. */
export async function importAll(paths: readonly string[], files: readonly File[]): Promise<Asset[]> {
  const assets: Asset[] = []
  for (const path of paths) assets.push(await call('import_file', { path }))
  for (const file of files) assets.push(await call('import_bytes', { base64: await base64Of(file) }))
  return assets
}

export const drops = new Drops()
