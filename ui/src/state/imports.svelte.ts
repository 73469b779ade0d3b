// Files taken into the library as prints: how far that is, and what became of each.
import { call } from '../bridge/call'
import { sendFile } from '../bridge/door'
import { asApiError } from '../bridge/host'
import type { Imported, Importing } from '../bridge/generated'
import { commas, sentences } from '../lib/format'
import { t } from '../words'
import { announcer } from './announce.svelte'
import { toasts } from './toasts.svelte'

const NOTHING: Imported = { added: [], known: 0, skipped: [], stopped: false }

export class Imports {
  /** How far the one at work is; null when none is. */
  progress = $state.raw<{ done: number; total: number } | null>(null)
  /** The one whose left-out files are looked at. */
  looked = $state.raw<Imported | null>(null)
  /** Opens a chooser of files; set by whoever draws it. */
  chooser: (() => void) | null = null
  #address = ''
  #sending = false
  #stopped = false
  #last: Promise<void> = Promise.resolve()

  /** Where the door is; `media_base` ends in `media/`. */
  at(mediaBase: string): void {
    this.#address = `${mediaBase.replace(/media\/$/, '')}import`
  }

  /** Another window or the command line may import too. Files that are sent are counted here. */
  apply({ done, total, over }: Importing): void {
    if (!this.#sending) this.progress = over ? null : { done, total }
  }

  choose(): void {
    this.chooser?.()
  }

  /** Takes files in, after those that are being taken in already: by path where the host knows paths. */
  take(paths: readonly string[], files: readonly File[]): Promise<void> {
    if (paths.length === 0 && files.length === 0) return this.#last
    this.#last = this.#last.then(() => this.#take(paths, files))
    return this.#last
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await call('stop_import', {})
  }

  async #take(paths: readonly string[], files: readonly File[]): Promise<void> {
    this.#stopped = false
    announcer.now(t('Importing.'))
    try {
      if (paths.length > 0) this.#tell(await call('import_files', { paths: [...paths] }))
      if (files.length > 0) await this.#send(files)
    } catch (cause) {
      toasts.fail(cause)
    }
  }

  async #send(files: readonly File[]): Promise<void> {
    let sum = NOTHING
    this.#sending = true
    try {
      for (const [done, file] of files.entries()) {
        if (this.#stopped) {
          sum = { ...sum, stopped: true }
          break
        }
        this.progress = { done, total: files.length }
        sum = added(sum, await this.#sendOne(file))
        if (sum.stopped) break
      }
    } finally {
      this.#sending = false
      this.progress = null
      if (sum !== NOTHING) this.#tell(sum)
    }
  }

  /** A file that the library does not take is left out; what else fails ends it all. */
  async #sendOne(file: File): Promise<Imported> {
    try {
      return await sendFile(this.#address, file)
    } catch (cause) {
      const { code, message, hint } = asApiError(cause)
      if (code !== 'invalid') throw cause
      return { ...NOTHING, skipped: [{ path: file.name, message, hint }] }
    }
  }

  #tell(done: Imported): void {
    const look = { label: t('Details'), run: () => (this.looked = done) }
    toasts.show(summary(done), done.skipped.length > 0 ? { action: look } : {})
  }
}

function added(sum: Imported, more: Imported): Imported {
  return {
    added: [...sum.added, ...more.added],
    known: sum.known + more.known,
    skipped: [...sum.skipped, ...more.skipped],
    stopped: sum.stopped || more.stopped,
  }
}

/** "12 added, 3 were here already, 1 skipped." */
export function summary({ added, known, skipped, stopped }: Imported): string {
  const parts = [
    added.length > 0 ? t('{files} added', { files: added.length }) : '',
    known > 0 ? t('{files, plural, one {# was} other {# were}} here already', { files: known }) : '',
    skipped.length > 0 ? t('{files} skipped', { files: skipped.length }) : '',
  ]
  const became = commas(parts)
  const said = became === '' ? t('No files were found there.') : t('{became}.', { became })
  return stopped ? sentences(t('Stopped before the end.'), said) : said
}

export const imports = new Imports()
