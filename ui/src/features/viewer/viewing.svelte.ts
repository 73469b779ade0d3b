// What the viewer does with the print it shows: the acts that its keys, its bar and its pane share.
import type { Print } from '../../bridge/generated'
import { edgeWords } from '../../lib/edge'
import { Lens } from '../../kit/lens.svelte'
import type { Manner } from '../../state/again.svelte'
import { again } from '../../state/again.svelte'
import { runAgain } from '../../state/acts'
import { announcer } from '../../state/announce.svelte'
import { BookReader } from '../../state/book.svelte'
import { exporting } from '../../state/exporting.svelte'
import { marks } from '../../state/marks.svelte'
import { nav } from '../../state/nav.svelte'
import { jobOf, keepFrame, moveOn } from '../../state/onward'
import { copyOut, openOutside } from '../../state/outside'
import { prints } from '../../state/prints.svelte'
import { StoryReader } from '../../state/story.svelte'
import { orToast, toasts } from '../../state/toasts.svelte'
import { t } from '../../words'
import { Player } from './player.svelte'

/** Prints of one take that are compared at once. */
const COMPARED = 4

export class Viewing {
  readonly reader = new BookReader()
  readonly story = new StoryReader()
  readonly player = new Player()
  readonly lens = new Lens()
  id = $state('')
  /** The same part of the next print is looked at as closely. */
  keepsZoom = $state(false)
  sending = $state(false)
  keeping = $state(false)

  readonly book = $derived(this.reader.book?.print.id === this.id ? this.reader.book : null)
  readonly print: Print | undefined = $derived(prints.table.get(this.id) ?? this.book?.print)
  readonly job = $derived(jobOf(this.book))
  readonly place = $derived(nav.sequence.indexOf(this.id))
  readonly isClip = $derived(this.print?.media === 'video')
  /** Prints of the list that come before the sequence. */
  readonly before = $derived(nav.longer?.from ?? 0)
  readonly total = $derived(nav.longer?.total ?? nav.sequence.length)

  go(to: number): void {
    const next = nav.sequence[to]
    if (next === undefined || next === this.id) return
    if (!this.keepsZoom) this.lens.fit()
    nav.viewing = next
    const shown = prints.table.get(next)
    if (!shown) return
    const [number, total] = [this.before + to + 1, this.total]
    announcer.now(t('{print}, {number} of {total}.', { print: edgeWords(shown), number, total }))
  }

  /** A print of the lineage: in the list that is stepped through, or by itself. */
  open(id: string): void {
    const place = nav.sequence.indexOf(id)
    if (place >= 0) this.go(place)
    else nav.openPrint(id)
  }

  step(by: 1 | -1): void {
    this.go(this.place + by)
  }

  #takeAt(place: number): string | undefined {
    const other = prints.table.get(nav.sequence[place] ?? '')
    return other && (other.job ? `${other.shot_number}/${other.take}` : other.id)
  }

  /** On to the next or previous take. */
  stepTake(by: 1 | -1): void {
    const here = this.#takeAt(this.place)
    for (let at = this.place + by; at >= 0 && at < nav.sequence.length; at += by) {
      if (this.#takeAt(at) !== here) return this.go(at)
    }
  }

  /** An arrow moves a picture that reaches beyond the desk that way; otherwise it goes on. */
  arrow(dx: number, dy: number, on: () => void): void {
    if (!this.lens.zoomed || !this.lens.pan(-dx, -dy)) on()
  }

  circle(): void {
    if (this.print) orToast(marks.circle(this.print))
  }

  rate(rating: number): void {
    if (this.print) orToast(marks.mark({ rating }, [this.print]))
  }

  /** Into the trash; the print beside it is shown next. */
  trash(): void {
    const { print, place } = this
    if (!print) return
    orToast(
      marks.mark({ trashed: true }, [print]).then(() => {
        const left = nav.sequence.filter((id) => id !== print.id)
        const next = left[Math.min(place, left.length - 1)]
        nav.sequence = left
        if (next === undefined) nav.closePrint()
        else nav.viewing = next
      }),
    )
  }

  async run(): Promise<void> {
    if (!this.job || this.sending) return
    this.sending = true
    try {
      await runAgain(this.job)
    } catch (cause) {
      toasts.fail(cause)
    } finally {
      this.sending = false
    }
  }

  ask(manner: Manner): void {
    if (this.print) orToast(again.ask(manner, this.print.id))
  }

  moveOn(): void {
    if (this.print) orToast(moveOn(this.print))
  }

  keepFrame(): void {
    const { print, player } = this
    if (!print || !player.video || this.keeping) return
    player.pause()
    this.keeping = true
    orToast(
      keepFrame(print, player.video, player.video.currentTime * 1000)
        .then(() => this.story.read(print.id))
        .finally(() => (this.keeping = false)),
    )
  }

  /** Asks in which form it leaves. */
  export(): void {
    if (this.print) exporting.ask([this.print.seq])
  }

  /** Beside the other prints of its take, or else beside the next one. */
  compare(): void {
    const here = this.#takeAt(this.place)
    const mates = nav.sequence.filter((_, place) => place !== this.place && this.#takeAt(place) === here)
    const beside = nav.sequence[this.place + 1] ?? nav.sequence[this.place - 1]
    const others = mates.length > 0 ? mates : beside === undefined ? [] : [beside]
    if (others.length === 0) toasts.show(t('There is no other print here to compare it with.'))
    else nav.openCompare([this.id, ...others].slice(0, COMPARED))
  }

  /** Plays over and over, or once. */
  loop(): void {
    this.player.loop = !this.player.loop
    announcer.now(this.player.loop ? t('Loops.') : t('Plays once.'))
  }

  copy(): void {
    if (this.print) orToast(copyOut(this.print))
  }

  /** Another program on this computer may know what this window does not. */
  openOutside(id = this.id): void {
    orToast(openOutside(id))
  }
}
