// The way from Generate to the core: asks once where no price is known, and shows what is to be fixed.
import { tick } from 'svelte'
import { announcer } from '../../state/announce.svelte'
import { draft } from '../../state/draft.svelte'
import { fieldOf } from '../../state/fields'
import { nav } from '../../state/nav.svelte'
import { toasts } from '../../state/toasts.svelte'
import { vary } from '../../state/vary.svelte'
import { planWords } from '../../state/varying'
import { t } from '../../words'

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
    if (vary.active) {
      void this.#vary()
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

  /** What it makes and costs was to be seen before: what was just typed is told first. */
  async #vary(): Promise<void> {
    if (!vary.told) {
      await vary.settle()
      const { plan } = vary
      if (!plan?.varies) return
      vary.open = true
      announcer.now(t('{plan}. Press Generate again to start.', { plan: planWords(plan) }))
      return
    }
    const { plan } = vary
    if (!plan) return
    if (plan.faults.length > 0 || (plan.unable > 0 && !vary.now.leaveOut)) {
      vary.open = true
      announcer.now(t('Nothing was sent. What is to be changed stands under Vary.'))
      await tick()
      document.getElementById('vary-trouble')?.scrollIntoView({ block: 'nearest' })
      return
    }
    const said = draft.endpoint ? this.#accepted.has(draft.endpoint.id) : false
    if (plan.unpriced > 0 && !said && !draft.endpoint?.sandbox) this.asking = true
    else await this.#send(said)
  }

  async #send(acceptUnpriced: boolean): Promise<void> {
    if (vary.active) {
      const grid = await vary.submit(acceptUnpriced)
      if (grid === null) return
      announcer.now(t('Written down and on its way.'))
      toasts.show(t('The grid is on its way.'), {
        action: { label: t('Open the grid'), run: () => nav.openGrid(grid) },
      })
      return
    }
    const sent = await draft.submit(this.#newSeed, acceptUnpriced)
    if (sent) announcer.now(t('Written down and on its way.'))
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
