// Rating, circle, tags, note, collections and trash: kept for many prints at once, and taken back.
import { call } from '../bridge/call'
import type { Print } from '../bridge/generated'
import { marked, saidOf, type Marking } from '../lib/marking'
import { done } from './done'
import { prints } from './prints.svelte'
import { rows } from './rows.svelte'
import { views } from './views.svelte'

/** As many as the studio takes at once. */
export const MOST_MARKED = 100_000

export class Marks {
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
    done.did(saidOf(marking, some.length, place), () => this.#takeBack(undo), 'marked')
    if (hides(marking)) await views.read()
  }

  /** Circles a print, or takes the circle away. */
  circle(print: Print): Promise<void> {
    return this.mark({ circled: !print.circled }, [print])
  }

  async #takeBack(undo: string): Promise<void> {
    await call('undo_marks', { undo })
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
