// Rating, circle, tags, note, collections and trash: kept for many prints at once, and taken back.
import { call } from '../bridge/call'
import type { Print } from '../bridge/generated'
import { marked, saidOf, type Marking } from '../lib/marking'
import { announcer } from './announce.svelte'
import { prints } from './prints.svelte'
import { rows } from './rows.svelte'
import { orToast, toasts } from './toasts.svelte'
import { views } from './views.svelte'

/** As many as the studio takes at once. */
export const MOST_MARKED = 100_000
/** As many as the studio can take back. */
const KEPT = 50

export class Marks {
  #done: { undo: string; said: string }[] = []

  /** Marks prints, shown at once and put back if it could not be kept. It is told in a toast with Undo. */
  async mark(marking: Marking, some: readonly Print[], place = ''): Promise<void> {
    if (some.length === 0) return
    const before = some.map((print) => prints.table.get(print.id) ?? print)
    this.#show(before.map((print) => marked(print, marking, Date.now())))
    let undo: string
    try {
      ;({ undo } = await call('mark_prints', { ids: some.map((print) => print.id), ...marking }))
    } catch (cause) {
      this.#show(before)
      throw cause
    }
    const said = saidOf(marking, some.length, place)
    this.#done = [...this.#done.slice(1 - KEPT), { undo, said }]
    announcer.now(said)
    toasts.show(said, {
      kind: 'marked',
      action: { label: 'Undo', run: () => orToast(this.#takeBack(undo)) },
    })
    if (hides(marking)) await views.read()
  }

  /** Circles a print, or takes the circle away. */
  circle(print: Print): Promise<void> {
    return this.mark({ circled: !print.circled }, [print])
  }

  /** Takes the last marking back, or says that there is none. */
  async undo(): Promise<void> {
    const last = this.#done.at(-1)
    if (last) await this.#takeBack(last.undo)
    else announcer.now('Nothing to take back.')
  }

  async #takeBack(undo: string): Promise<void> {
    const taken = this.#done.find((one) => one.undo === undo)
    if (!taken) return
    this.#done = this.#done.filter((one) => one !== taken)
    toasts.drop('marked')
    await call('undo_marks', { undo })
    announcer.now(`Taken back: ${taken.said}`)
    await views.read()
  }

  #show(changed: readonly Print[]): void {
    for (const print of changed) if (prints.table.get(print.id)) prints.table.put(print)
    rows.apply(changed)
  }
}

/** Whether prints leave or enter what is looked at. */
function hides(marking: Marking): boolean {
  return marking.trashed !== undefined || marking.add_to !== undefined || marking.remove_from !== undefined
}

export const marks = new Marks()
