// The desktop shell. The only file that imports @tauri-apps.
import { invoke } from '@tauri-apps/api/core'
import { listen } from '@tauri-apps/api/event'
import { getCurrentWebview } from '@tauri-apps/api/webview'
import { getCurrentWindow } from '@tauri-apps/api/window'
import { asApiError, type DropEvent, type Host, type OutgoingFile, type Platform, type Release } from './host'
import type { Change, Commands } from './generated'

function platformOf(agent: string): Platform {
  if (agent.includes('Windows')) return 'windows'
  if (agent.includes('Mac OS')) return 'macos'
  return 'linux'
}

/** A listener that is set up later can still be stopped at once. */
function stopLater(starting: Promise<() => void>): () => void {
  return () => void starting.then((stop) => stop())
}

export class TauriHost implements Host {
  readonly platform = platformOf(navigator.userAgent)
  readonly frameless = this.platform !== 'macos'

  async call<K extends keyof Commands>(
    cmd: K,
    request: Commands[K]['request'],
  ): Promise<Commands[K]['response']> {
    return this.#ask('call', { cmd, payload: request })
  }

  #listening: Promise<unknown> = Promise.resolve()

  onChanges(cb: (batch: Change[]) => void) {
    const starting = listen<Change[]>('changes', (event) => cb(event.payload))
    this.#listening = starting
    return stopLater(starting)
  }

  async listening() {
    await this.#listening
  }

  /** The shell says so when changes came faster than they could be passed on. */
  onReconnect(cb: () => void) {
    return stopLater(listen('reload', () => cb()))
  }

  onDrop(cb: (event: DropEvent) => void) {
    return stopLater(
      getCurrentWebview().onDragDropEvent(({ payload }) => {
        // What comes from this window is not brought to it.
        if (this.#outgoing) return
        const scale = window.devicePixelRatio || 1
        const at = 'position' in payload ? payload.position : { x: 0, y: 0 }
        const paths = 'paths' in payload ? payload.paths : []
        const type = payload.type === 'enter' ? 'over' : payload.type
        cb({ type, x: at.x / scale, y: at.y / scale, paths, files: [] })
      }),
    )
  }

  #outgoing = false

  /** One address only: WebKit runs several into one. */
  dragOut({ uri }: OutgoingFile, data: DataTransfer) {
    data.setData('text/uri-list', uri)
    this.#outgoing = true
    window.addEventListener('dragend', () => (this.#outgoing = false), { once: true })
  }

  onFocus(cb: (focused: boolean) => void) {
    return stopLater(getCurrentWindow().onFocusChanged((event) => cb(event.payload)))
  }

  onOpenJob(cb: (job: string) => void) {
    return stopLater(listen<string>('open-job', (event) => cb(event.payload)))
  }

  reveal(print: string) {
    return this.#done('reveal', { print })
  }

  openPrint(print: string) {
    return this.#done('open_print', { print })
  }

  async #ask<T>(door: string, named: Record<string, unknown>): Promise<T> {
    try {
      return await invoke<T>(door, named)
    } catch (cause) {
      throw asApiError(cause)
    }
  }

  async #done(door: string, named: Record<string, unknown>): Promise<true> {
    await this.#ask(door, named)
    return true
  }

  /** The window downloads nothing: the studio writes files. */
  download() {
    return false
  }

  async openExternal(url: string) {
    await this.#done('open_external', { url })
  }

  restart() {
    return this.#done('restart', {})
  }

  updateChannel() {
    return this.#ask<string | null>('update_channel', {})
  }

  findUpdate() {
    return this.#ask<Release | null>('find_update', {})
  }

  async installUpdate(onPercent: (percent: number) => void) {
    const stop = await listen<number>('update', (event) => onPercent(event.payload))
    try {
      await this.#done('install_update', {})
    } finally {
      stop()
    }
  }

  minimise() {
    void getCurrentWindow().minimize()
  }
  maximise() {
    void getCurrentWindow().toggleMaximize()
  }
  close() {
    void getCurrentWindow().close()
  }
  startDragging() {
    void getCurrentWindow().startDragging()
  }
}
