// A picture of the library that a dialog makes another one of: read when it opens, kept as a PNG.
import type { Asset } from '../../bridge/generated'
import { bitmapOf, encoded } from '../../lib/frame'
import { mediaUrl } from '../../state/app.svelte'
import { importAll } from '../../state/drops.svelte'
import { wordsOf } from '../../state/toasts.svelte'

export class Touching {
  /** Null until it is read. */
  picture = $state.raw<ImageBitmap | null>(null)
  /** The verb while it is kept. */
  busy = $state('')
  /** Why it did not go. */
  said = $state('')

  /** Made as a dialog is made. `refused`: what is said where this computer cannot draw the picture. */
  constructor(asset: () => Asset, refused: () => string) {
    $effect(() => {
      const reading = bitmapOf(mediaUrl(asset().id, 'original')).then(
        (read) => (this.picture = read),
        () => (this.said = refused()),
      )
      return () => void reading.then(() => this.picture?.close())
    })
  }

  /** Takes what was made of it into the library. */
  async keep(canvas: HTMLCanvasElement, name: string, busy: string): Promise<Asset | undefined> {
    this.busy = busy
    try {
      const [kept] = await importAll([], [new File([await encoded(canvas)], name)])
      return kept
    } catch (cause) {
      this.said = wordsOf(cause)
      return undefined
    } finally {
      this.busy = ''
    }
  }
}
