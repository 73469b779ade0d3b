// What can be done right now, for whoever asks by name: each screen says which acts it has at this moment.
import type { Acts } from './keymap.svelte'
import type { ActionId } from './keyactions'

export class Commands {
  #served: (() => Acts)[] = []

  /** From now on these count; answers with what ends that. What lies on top is served last. */
  serve(acts: () => Acts): () => void {
    this.#served.push(acts)
    return () => {
      this.#served = this.#served.filter((one) => one !== acts)
    }
  }

  /** Everything that can be done now; of two alike, what lies on top. */
  now(): Map<ActionId, () => void> {
    const all = new Map<ActionId, () => void>()
    for (const acts of this.#served) {
      for (const [id, act] of Object.entries(acts()) as [ActionId, (() => void) | undefined][]) {
        if (act) all.set(id, act)
      }
    }
    return all
  }
}

export const commands = new Commands()
