// One act at a time on a provider's row: what it is doing, and what is said when it is done.
import type { KeyRow } from '../../bridge/generated'
import { announcer } from '../../state/announce.svelte'
import { toasts } from '../../state/toasts.svelte'
import { t } from '../../words'
import { keyState, type Busy } from './keyrow'

export class Acting {
  busy = $state<Busy>(null)

  /** True when it was done; a failure is told in a toast. */
  async run(kind: Exclude<Busy, null>, work: () => Promise<KeyRow>): Promise<boolean> {
    if (this.busy) return false
    this.busy = kind
    try {
      const now = await work()
      const { word, line } = keyState(now, null)
      announcer.now(t('{provider}: {word}. {line}', { provider: now.provider_name, word, line }))
      return true
    } catch (cause) {
      toasts.fail(cause)
      return false
    } finally {
      this.busy = null
    }
  }
}
