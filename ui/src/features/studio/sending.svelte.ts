// The way from Generate to the core: asks once where no price is known, and shows what is to be fixed.
import { tick } from 'svelte'
import { announcer } from '../../state/announce.svelte'
import { draft } from '../../state/draft.svelte'
import { fieldOf } from '../../state/fields'
import { nav } from '../../state/nav.svelte'

export class Sending {
  /** True while the question about an unknown price is open. */
  asking = $state(false)
  #newSeed = false
  /** Endpoints whose missing price was accepted, until Rushes closes. */
  #accepted = new Set<string>()

  generate(newSeed = false): void {
    const endpoint = draft.endpoint
    if (!endpoint || draft.sending) return
    if (!endpoint.usable) {
      nav.go('settings', 'keys')
      return
    }
    this.#newSeed = newSeed
    const said = this.#accepted.has(endpoint.id)
    const unknown = draft.quote !== null && draft.quote.total === null && !endpoint.sandbox
    if (unknown && !said) this.asking = true
    else void this.#send(said)
  }

  confirm(): void {
    this.asking = false
    if (draft.endpoint) this.#accepted.add(draft.endpoint.id)
    void this.#send(true)
  }

  /** Once more, with the user's yes to a price that no cap can watch. */
  anyway(): void {
    void this.#send(true)
  }

  async #send(acceptUnpriced: boolean): Promise<void> {
    const sent = await draft.submit(this.#newSeed, acceptUnpriced)
    if (sent) announcer.now('Written down and on its way.')
    else if (draft.shown.length > 0) await this.showProblem()
  }

  /** Puts the focus on the first field that is to be fixed. */
  async showProblem(): Promise<void> {
    await tick()
    const name = draft.shown[0]?.field ?? ''
    const isPrompt = name === '' || name === fieldOf(draft.endpoint, 'prompt')?.name
    const cell = isPrompt
      ? document.getElementById('prompt')
      : document.querySelector<HTMLElement>(
          `[data-field="${CSS.escape(name)}"], [data-slot="${CSS.escape(name)}"]`,
        )
    const target = cell?.matches('button, input, textarea, [contenteditable]')
      ? cell
      : cell?.querySelector<HTMLElement>('input, textarea, button:not([tabindex="-1"])')
    cell?.scrollIntoView({ block: 'nearest' })
    target?.focus()
  }
}

export const sending = new Sending()
