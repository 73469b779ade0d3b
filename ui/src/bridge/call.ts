// The one place that picks a host, and the typed call every state goes through.
import { HttpHost } from './http'
import { TauriHost } from './tauri'
import type { Host } from './host'
import type { Commands } from './generated'

let current: Host | null = null

export function host(): Host {
  current ??= '__TAURI_INTERNALS__' in window ? new TauriHost() : new HttpHost()
  return current
}

/** Puts another host in place, before anything was called. */
export function setHost(other: Host): void {
  current = other
}

export function call<K extends keyof Commands>(
  cmd: K,
  request: Commands[K]['request'],
): Promise<Commands[K]['response']> {
  return host().call(cmd, request)
}
