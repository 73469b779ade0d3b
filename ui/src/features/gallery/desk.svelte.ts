// What is done with prints in the gallery: with the chosen ones, or with the one that has the focus.
import type { Collection, Print } from '../../bridge/generated'
import type { Marking } from '../../lib/marking'
import { timecode } from '../../lib/playback'
import { orderOf, printsOf, stackAt, type Stack } from '../../lib/stacks'
import { useAsReference } from '../../state/acts'
import { again, type Manner } from '../../state/again.svelte'
import { announcer } from '../../state/announce.svelte'
import { exporting } from '../../state/exporting.svelte'
import { marks, MOST_MARKED } from '../../state/marks.svelte'
import { nav } from '../../state/nav.svelte'
import { prints } from '../../state/prints.svelte'
import { rows } from '../../state/rows.svelte'
import { selection } from '../../state/selection.svelte'
import { shelves } from '../../state/shelves.svelte'
import { orToast, toasts } from '../../state/toasts.svelte'
import { views } from '../../state/views.svelte'
import { t } from '../../words'
import type { Grid } from './grid.svelte'
import { scrub } from './scrub.svelte'

/** Prints on each side that the viewer gets at once. */
const BESIDE = 60
/** So many chosen prints are read whole, to say what they share. */
const FEW = 500
/** References that are taken at once. */
const MOST_REFERENCES = 10
/** Prints that are laid side by side at most. */
const MOST_COMPARED = 4

export class Desk {
  readonly #grid: Grid
  /** What asks something of the user: tags, or a name for a new collection or search. */
  asking = $state<'tags' | 'collection' | 'search' | null>(null)

  /** The print with the focus, once its row is here. */
  readonly print: Print | undefined = $derived.by(() => {
    const { active } = this.#grid
    return active === null ? undefined : rows.get(active)
  })
  /** What the tile with the focus is of its stack; null for a print by itself. */
  readonly stack: Stack | null = $derived.by(() => stackAt(this.#grid.view, this.#grid.place))
  /** The tile with the focus stands for a closed stack, and nothing else is chosen: acts are about all of it. */
  readonly whole = $derived(selection.size === 0 && this.stack?.number === 0)
  /** How many prints an act is about. */
  readonly size = $derived(
    selection.size > 0 ? selection.size : this.print ? (this.whole ? this.stack!.size : 1) : 0,
  )
  /** The chosen prints when they are few enough to read them all. */
  readonly few: number[] = $derived.by(() =>
    this.whole || (selection.size > 0 && selection.size <= FEW) ? this.#seqs() : [],
  )
  /** Those of them whose rows are here, to show what they share; of very many, those near the window. */
  readonly known: Print[] = $derived.by(() => {
    if (selection.size === 0 && !this.whole) return this.print ? [this.print] : []
    const seqs = this.few.length > 0 ? this.few : this.#grid.wished.filter((seq) => selection.has(seq))
    return [...new Set(seqs)].flatMap((seq) => rows.get(seq) ?? [])
  })
  readonly allCircled = $derived(this.known.length > 0 && this.known.every((print) => print.circled))

  /** So many that they can be laid side by side. */
  readonly comparable = $derived(this.size >= 2 && this.size <= MOST_COMPARED)

  constructor(grid: Grid) {
    this.#grid = grid
  }

  /** The numbers of the prints that an act is about, in order. */
  #seqs(): number[] {
    const { view, place } = this.#grid
    return selection.size > 0 ? selection.among(orderOf(view)) : Array.from(printsOf(view, place))
  }

  mark(marking: Marking, place = ''): void {
    const seqs = this.#seqs()
    if (seqs.length > MOST_MARKED) {
      toasts.show(
        t('{count, number} prints are too many at once. Select at most {most, number}.', {
          count: seqs.length,
          most: MOST_MARKED,
        }),
        {
          tone: 'fail',
        },
      )
      return
    }
    orToast(
      rows.read(seqs).then(async (some) => {
        await marks.mark(marking, some, place)
        if (marking.trashed !== undefined) selection.begin(null)
      }),
    )
  }

  rate(stars: number): void {
    this.mark({ rating: stars })
  }

  circle(): void {
    this.mark({ circled: !this.allCircled })
  }

  trash(): void {
    this.mark({ trashed: true })
  }

  restore(): void {
    this.mark({ trashed: false })
  }

  add(to: Collection): void {
    this.mark({ add_to: to.id }, to.name)
  }

  takeOut(of: { id: string; name: string }): void {
    this.mark({ remove_from: of.id }, of.name)
  }

  /** Makes a collection; what is chosen goes into it. */
  async makeCollection(name: string): Promise<void> {
    const made = await shelves.make(name)
    if (selection.size > 0) this.add(made)
    else toasts.show(t('Collection {name} made.', { name: made.name }))
  }

  reference(): void {
    const chosen = selection.size > 0 ? this.known : this.print ? [this.print] : []
    const some = chosen.slice(0, MOST_REFERENCES)
    for (const print of some) useAsReference(print)
  }

  /** Asks in which form the prints leave, in the order of the view. */
  export(): void {
    exporting.ask(this.#seqs())
  }

  /** Lays the chosen prints side by side. */
  compare(): void {
    if (!this.comparable) return
    orToast(
      rows.read(this.#seqs()).then((some) => {
        prints.table.putAll(some)
        nav.openCompare(some.map((print) => print.id))
      }),
    )
  }

  /** Looks through the clip with the focus, step by step. */
  scrub(by: 1 | -1): void {
    const { print } = this
    if (print?.media !== 'video' || !print.present) return
    const seconds = (scrub.step(print.id, by) * (print.duration_ms ?? 0)) / 1000
    announcer.now(`${timecode(seconds, null)}.`)
  }

  /** Asks before the print with the focus is run again or varied. */
  ask(manner: Manner): void {
    if (this.print) orToast(again.ask(manner, this.print.id))
  }

  /** Opens the viewer on a print of the view, with its neighbours. */
  open(place: number): void {
    const { view } = this.#grid
    const seq = view.seqs[place]
    const own = seq === undefined ? undefined : rows.get(seq)
    if (!own) return
    const order = orderOf(view)
    const at = view.tiles ? order.indexOf(own.seq, view.tiles.froms[place]) : place
    const read = async (from: number, to: number) => {
      const some = await rows.read(Array.from(order.subarray(from, to)))
      prints.table.putAll(some)
      return some.map((print) => print.id)
    }
    const from = Math.max(0, at - BESIDE)
    const to = Math.min(order.length, at + BESIDE)
    orToast(read(from, to).then((ids) => nav.openPrint(own.id, ids, { from, to, total: order.length, read })))
  }

  /** All of the day; all of the view when the day is chosen already. */
  chooseMore(): void {
    // “All” would be those that are here by now.
    if (views.partial) return
    const { view } = this.#grid
    const day = printsOf(view, ...this.#grid.ownDay())
    const some = selection.holds(day, 0, day.length) ? orderOf(view) : day
    selection.range(some, 0, some.length)
    announcer.now(t('{count, plural, one {# print} other {# prints}} selected.', { count: selection.size }))
  }

  chooseNone(): void {
    if (selection.size === 0) return
    selection.begin(this.#grid.active)
    announcer.now(t('Nothing selected.'))
  }

  /** Takes the focused print in or out. */
  toggle(): void {
    const { active, view, place } = this.#grid
    if (active === null) return
    selection.toggle(active, printsOf(view, place))
    announcer.now(
      selection.has(active)
        ? t('Selected, {count, plural, one {# print} other {# prints}} in all.', { count: selection.size })
        : t('Not selected, {count, plural, one {# print} other {# prints}} in all.', {
            count: selection.size,
          }),
    )
  }

  /** Chooses from where the range began to the focused print. */
  extend(): void {
    const { active } = this.#grid
    if (active === null) return
    selection.reach(this.#grid.view, active)
    announcer.now(t('{count, plural, one {# print} other {# prints}} selected.', { count: selection.size }))
  }
}
