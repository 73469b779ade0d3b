// What can be done right now, for whoever asks by name: each screen says which acts it has at this moment.
import type { Print } from '../bridge/generated'
import type { ActionId } from './keyactions'
import type { Acts } from './keymap.svelte'

/** Says which acts there are; an empty answer where something lies over the screen. */
type Serve = () => Acts
type About = () => Print | undefined

export class Commands {
  #served: { acts: Serve; about: About }[] = []

  /** From now on these count; answers with what ends that. What lies on top is served last. */
  serve(acts: Serve, about: About = () => undefined): () => void {
    const one = { acts, about }
    this.#served.push(one)
    return () => {
      this.#served = this.#served.filter((other) => other !== one)
    }
  }

  /** Everything that can be done now; of two alike, what lies on top. */
  now(): Map<ActionId, () => void> {
    const all = new Map<ActionId, () => void>()
    for (const { acts } of this.#served) {
      for (const [id, act] of Object.entries(acts()) as [ActionId, (() => void) | undefined][]) {
        if (act) all.set(id, act)
      }
    }
    return all
  }

  /** The print that they are about. */
  about(): Print | undefined {
    return this.#served.reduce<Print | undefined>((before, { about }) => about() ?? before, undefined)
  }
}

export const commands = new Commands()
