// New versions of this program: looked for when the user asks, and put in place when they say so.
import { host } from '../bridge/call'
import { asApiError, type Release } from '../bridge/host'
import type { ApiError } from '../bridge/generated'

export type Stage = 'idle' | 'looking' | 'newest' | 'found' | 'installing'

export class Updates {
  /** Who is asked; null where somebody else brings new versions. */
  channel = $state<string | null>(null)
  stage = $state<Stage>('idle')
  release = $state.raw<Release | null>(null)
  /** How much of it is here. */
  percent = $state(0)
  error = $state.raw<ApiError | null>(null)

  async load(): Promise<void> {
    this.channel = await host()
      .updateChannel()
      .catch(() => null)
  }

  look(): Promise<void> {
    return this.#go('looking', 'idle', async () => {
      this.release = await host().findUpdate()
      this.stage = this.release ? 'found' : 'newest'
    })
  }

  /** The window goes when it is in place. */
  install(): Promise<void> {
    this.percent = 0
    return this.#go('installing', 'found', () => host().installUpdate((percent) => (this.percent = percent)))
  }

  /** One act at a time; what went wrong leaves things as they were before it. */
  async #go(stage: Stage, before: Stage, work: () => Promise<void>): Promise<void> {
    if (this.stage === 'looking' || this.stage === 'installing') return
    this.stage = stage
    this.error = null
    try {
      await work()
    } catch (cause) {
      this.error = asApiError(cause)
      this.stage = before
    }
  }
}

export const updates = new Updates()
