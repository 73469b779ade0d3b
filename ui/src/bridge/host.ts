// What the window needs of whatever it runs in: the desktop shell, or a browser on `rushes serve`.
import { t } from '../words'
import type { ApiError, Change, Commands } from './generated'

export type Platform = 'linux' | 'windows' | 'macos' | 'browser'

/** Files held over, dropped on, or taken away from the window, in CSS pixels. */
export interface DropEvent {
  type: 'over' | 'drop' | 'leave'
  x: number
  y: number
  /** Absolute paths, where the host may know them. */
  paths: string[]
  /** The files themselves, where it may not. */
  files: File[]
}

/** A file on its way out of the window. */
export interface OutgoingFile {
  /** As other programs of this computer are told of it: `file:///…`. */
  uri: string
  name: string
  /** MIME type. */
  type: string
  /** Where its bytes are served. */
  url: string
}

/** A version newer than this program's. */
export interface Release {
  version: string
  /** What is new in it, as its makers wrote it; plain text. */
  notes: string | null
}

export interface Host {
  readonly platform: Platform
  /** True when the window has no frame of its own and draws its buttons. */
  readonly frameless: boolean
  /** Rejects with an `ApiError`. */
  call<K extends keyof Commands>(cmd: K, request: Commands[K]['request']): Promise<Commands[K]['response']>
  /** Committed changes, in batches. Answers with a function that stops it. */
  onChanges(cb: (batch: Change[]) => void): () => void
  /** Settles once changes are heard, after the first `onChanges`: what is read from then on stays true. */
  listening(): Promise<void>
  /** Changes may have been missed: read everything again. */
  onReconnect(cb: () => void): () => void
  onDrop(cb: (event: DropEvent) => void): () => void
  onFocus(cb: (focused: boolean) => void): () => void
  /** A job was chosen outside of the page, in the tray. */
  onOpenJob(cb: (job: string) => void): () => void
  /** Shows a print's file in the system's file manager; false where that cannot be done. */
  reveal(print: string): Promise<boolean>
  /** Opens a print's file with the system's program for its kind; false where that cannot be done. */
  openPrint(print: string): Promise<boolean>
  /** Gives the file to a drag that begins, so that another program gets it where it is dropped. */
  dragOut(file: OutgoingFile, data: DataTransfer): void
  /** Hands a text to the browser as a file to keep; false where there is no browser to take it. */
  download(name: string, text: string): boolean
  openExternal(url: string): Promise<void>
  /** Leaves and starts anew; false where somebody else has to do that. */
  restart(): Promise<boolean>
  /** Who is asked for new versions of this program; null where somebody else brings them. */
  updateChannel(): Promise<string | null>
  /** Null when there is none. */
  findUpdate(): Promise<Release | null>
  /** Puts the newest version in place and starts anew; tells how much of it is here, in percent. */
  installUpdate(onPercent: (percent: number) => void): Promise<void>
  minimise(): void
  maximise(): void
  close(): void
  startDragging(): void
}

/** Any rejection as the error a person can read. */
export function asApiError(cause: unknown): ApiError {
  if (cause && typeof cause === 'object' && 'code' in cause && 'message' in cause) {
    const { code, message, hint, detail } = cause as Partial<ApiError>
    return { code: code ?? 'internal', message: message ?? '', hint: hint ?? '', detail: detail ?? '' }
  }
  return {
    code: 'internal',
    message: t('Rushes could not finish that.'),
    hint: t('Try again. If it keeps happening, restart Rushes.'),
    detail: String(cause),
  }
}
