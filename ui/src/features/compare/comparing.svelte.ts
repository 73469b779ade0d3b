// Two to four prints beside each other: which one is active, how they are laid, how closely they are looked at.
import type { Print, PrintBook } from '../../bridge/generated'
import { Lens } from '../../kit/lens.svelte'
import { again } from '../../state/again.svelte'
import { announcer } from '../../state/announce.svelte'
import { endpoints } from '../../state/endpoints.svelte'
import { exporting } from '../../state/exporting.svelte'
import { marks } from '../../state/marks.svelte'
import { nav } from '../../state/nav.svelte'
import { jobOf } from '../../state/onward'
import { prints } from '../../state/prints.svelte'
import { orToast, toasts } from '../../state/toasts.svelte'
import { t } from '../../words'
import { LETTERS, partnerOf, rowsOf, swapped, type Mode, type Side } from './sides'

export class Comparing {
  mode = $state<Mode>('side')
  active = $state(0)
  /** They are looked at alike. */
  linked = $state(true)
  /** Where the divider stands, in per cent of the width. */
  split = $state(50)
  #books = $state.raw<ReadonlyMap<string, PrintBook>>(new Map())
  readonly #shared = new Lens()
  readonly #own = LETTERS.map(() => new Lens())

  readonly ids = $derived(nav.comparing ?? [])
  readonly prints: Print[] = $derived(
    this.ids.flatMap((id) => prints.table.get(id) ?? this.#books.get(id)?.print ?? []),
  )
  readonly sides: Side[] = $derived(
    this.prints.map((print) => {
      const book = this.#books.get(print.id) ?? null
      const job = jobOf(book)
      return {
        print,
        job,
        endpoint: endpoints.get(job?.endpoint ?? ''),
        took: job && book ? book.rendered_ms : null,
      }
    }),
  )
  readonly rows = $derived(rowsOf(this.sides))
  readonly partner = $derived(partnerOf(this.active, this.prints.length))
  readonly clips = $derived(this.prints.length > 0 && this.prints.every((print) => print.media === 'video'))
  readonly lens = $derived(this.lensOf(this.active))

  /** Laid over each other they are always looked at alike. */
  lensOf(side: number): Lens {
    return this.linked || this.mode !== 'side' ? this.#shared : (this.#own[side] ?? this.#shared)
  }

  /** Whether its desk is the one that keys measure by. */
  leads(side: number): boolean {
    return side === this.active || (this.mode === 'side' && !this.linked)
  }

  async read(): Promise<void> {
    const wanted = this.ids.filter((id) => !this.#books.has(id))
    if (wanted.length === 0) return
    const read = await Promise.allSettled(wanted.map((id) => prints.book(id)))
    const books = new Map(this.#books)
    for (const one of read) {
      if (one.status === 'fulfilled') books.set(one.value.print.id, one.value)
      else toasts.fail(one.reason)
    }
    this.#books = books
  }

  choose(side: number): void {
    this.active = (side + this.prints.length) % Math.max(1, this.prints.length)
    const [letter, code] = [LETTERS[this.active] ?? '', this.prints[this.active]?.code ?? '']
    announcer.now(t('{letter}, {code}.', { letter, code }))
  }

  setMode(mode: Mode): void {
    this.mode = mode
  }

  /** Space: the next one in the same place. */
  blink(): void {
    if (this.mode === 'blink') this.choose(this.active + 1)
    else this.mode = 'blink'
  }

  swap(): void {
    const at = this.active
    nav.comparing = swapped(this.ids, at)
    this.active = at === this.ids.length - 1 ? at - 1 : at + 1
    announcer.now(t('Swapped.'))
  }

  circle(side = this.active): void {
    const print = this.prints[side]
    if (!print) return
    if (!prints.table.get(print.id)) prints.table.put(print)
    orToast(marks.circle(print))
  }

  rate(rating: number): void {
    const print = this.prints[this.active]
    if (print) orToast(marks.mark({ rating }, [print]))
  }

  export(): void {
    const print = this.prints[this.active]
    if (print) exporting.ask([print.seq])
  }

  again(side = this.active): void {
    const print = this.prints[side]
    if (print) orToast(again.ask('run', print.id))
  }

  moveSplit(by: number): void {
    this.split = Math.min(100, Math.max(0, this.split + by))
  }
}
