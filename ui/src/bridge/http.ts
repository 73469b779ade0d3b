// The same studio in a browser, over `rushes serve`: the page lies under a secret path, and the calls
// and changes lie beside it.
import { t } from '../words'
import { droppedFiles } from './dropped'
import { asApiError, type DropEvent, type Host } from './host'
import type { ApiError, Change, Commands } from './generated'
import type { OutgoingFile } from './host'

const FIRST_WAIT_MS = 250
const LONGEST_WAIT_MS = 5_000

export class HttpHost implements Host {
  readonly platform = 'browser'
  readonly frameless = false
  readonly #base: URL
  readonly #listeners = new Set<(batch: Change[]) => void>()
  readonly #reconnected = new Set<() => void>()
  #socket: WebSocket | null = null
  #wait = FIRST_WAIT_MS
  #tried = () => {}
  /** Settles when the first try to connect has ended; a failed one is followed by a reconnect. */
  readonly #firstTry = new Promise<void>((done) => (this.#tried = done))

  constructor(base: string | URL = document.baseURI) {
    this.#base = new URL('.', base)
  }

  async call<K extends keyof Commands>(
    cmd: K,
    request: Commands[K]['request'],
  ): Promise<Commands[K]['response']> {
    let response: Response
    try {
      response = await fetch(new URL('call', this.#base), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ cmd, payload: request }),
      })
    } catch (cause) {
      throw {
        code: 'network',
        message: t('Rushes is not answering.'),
        hint: t('Check that `rushes serve` still runs, then try again.'),
        detail: String(cause),
      } satisfies ApiError
    }
    const body: unknown = await response.json().catch(() => null)
    if (!response.ok) throw asApiError(body ?? `HTTP ${response.status}`)
    return body as Commands[K]['response']
  }

  onChanges(cb: (batch: Change[]) => void) {
    this.#listeners.add(cb)
    if (!this.#socket) this.#connect(false)
    return () => void this.#listeners.delete(cb)
  }

  listening() {
    return this.#firstTry
  }

  onReconnect(cb: () => void) {
    this.#reconnected.add(cb)
    return () => void this.#reconnected.delete(cb)
  }

  #connect(again: boolean) {
    const url = new URL('changes', this.#base)
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
    const socket = new WebSocket(url)
    this.#socket = socket
    socket.onopen = () => {
      this.#wait = FIRST_WAIT_MS
      this.#tried()
      if (again) for (const cb of this.#reconnected) cb()
    }
    socket.onmessage = (message) => {
      const batch = JSON.parse(String(message.data)) as Change[]
      for (const cb of this.#listeners) cb(batch)
    }
    socket.onclose = () => {
      this.#tried()
      setTimeout(() => this.#connect(true), this.#wait)
      this.#wait = Math.min(this.#wait * 2, LONGEST_WAIT_MS)
    }
  }

  onDrop(cb: (event: DropEvent) => void) {
    const stop = new AbortController()
    const holdsFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false
    const tell = (type: DropEvent['type'], event: DragEvent, files: File[] = []) =>
      cb({ type, x: event.clientX, y: event.clientY, paths: [], files })
    const listen = (name: 'dragover' | 'drop' | 'dragleave', act: (event: DragEvent) => void) =>
      window.addEventListener(name, act, { signal: stop.signal })
    listen('dragover', (event) => {
      if (!holdsFiles(event)) return
      event.preventDefault()
      tell('over', event)
    })
    listen('drop', (event) => {
      if (!holdsFiles(event)) return
      event.preventDefault()
      tell('leave', event)
      const { dataTransfer } = event
      if (!dataTransfer) return
      // What cannot be listed is as good as not dropped.
      droppedFiles(dataTransfer).then(
        (files) => tell('drop', event, files),
        () => tell('drop', event, Array.from(dataTransfer.files)),
      )
    })
    listen('dragleave', (event) => {
      if (event.relatedTarget === null) tell('leave', event)
    })
    return () => stop.abort()
  }

  onFocus(cb: (focused: boolean) => void) {
    const stop = new AbortController()
    window.addEventListener('focus', () => cb(true), { signal: stop.signal })
    window.addEventListener('blur', () => cb(false), { signal: stop.signal })
    return () => stop.abort()
  }

  /** A browser has no tray. */
  onOpenJob() {
    return () => undefined
  }

  /** A page may not open the file manager. */
  async reveal() {
    return false
  }

  /** Nor may it start a program. */
  async openPrint() {
    return false
  }

  /** Chromium fetches it and hands the file over; a page knows no better way, and other browsers know none. */
  dragOut({ name, type, url }: OutgoingFile, data: DataTransfer) {
    data.setData('DownloadURL', `${type}:${name.replace(/:/g, '_')}:${new URL(url, this.#base).href}`)
  }

  download(name: string, text: string) {
    const link = document.createElement('a')
    link.href = URL.createObjectURL(new Blob([text], { type: 'text/plain' }))
    link.download = name
    link.click()
    // The browser has begun to read it by then.
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
    return true
  }

  async openExternal(url: string) {
    window.open(url, '_blank', 'noopener,noreferrer')
  }

  /** A page cannot start the studio that serves it. */
  async restart() {
    return false
  }

  /** The program that serves the page is renewed where it was installed. */
  async updateChannel() {
    return null
  }
  async findUpdate() {
    return null
  }
  async installUpdate() {}

  minimise() {}
  maximise() {}
  close() {}
  startDragging() {}
}
