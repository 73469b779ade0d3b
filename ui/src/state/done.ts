// What was done and can be taken back: told in a toast with Undo, and by Ctrl+Z in the order in which it was done.
import { t } from '../words'
import { announcer } from './announce.svelte'
import { orToast, toasts } from './toasts.svelte'

/** As many as the studio can take back. */
const KEPT = 50

interface Deed {
  said: string
  back: () => Promise<unknown> | void
  /** Its toast stands in place of one of the same kind. */
  kind: string
}

export class Done {
  #list: Deed[] = []

  /** Tells of something that was done, and keeps the way back. */
  did(said: string, back: () => Promise<unknown> | void, kind = 'done'): void {
    const deed: Deed = { said, back, kind }
    this.#list = [...this.#list.slice(1 - KEPT), deed]
    announcer.now(said)
    toasts.show(said, { kind, action: { label: t('Undo'), run: () => orToast(this.#takeBack(deed)) } })
  }

  /** Takes the last one back, or says that there is none. */
  async undo(): Promise<void> {
    const last = this.#list.at(-1)
    if (last) await this.#takeBack(last)
    else announcer.now(t('Nothing to take back.'))
  }

  async #takeBack(deed: Deed): Promise<void> {
    if (!this.#list.includes(deed)) return
    this.#list = this.#list.filter((one) => one !== deed)
    toasts.drop(deed.kind)
    await deed.back()
    announcer.now(t('Taken back: {deed}', { deed: deed.said }))
  }

  /** Nothing of before can be taken back any longer. */
  forget(): void {
    this.#list = []
  }
}

export const done = new Done()
