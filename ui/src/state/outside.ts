// A print's file outside of this window: with other programs, in its folder, on the clipboard.
import { host } from '../bridge/call'
import type { Print } from '../bridge/generated'
import { large, undrawn } from '../lib/drawn'
import { fileName, fileUri } from '../lib/fileuri'
import { pngOf } from '../lib/frame'
import { t } from '../words'
import { announcer } from './announce.svelte'
import { mediaUrl } from './app.svelte'
import { toasts } from './toasts.svelte'

/** Whether there is a desktop around this window; a page of `rushes serve` may not reach for it. */
export function onDesktop(): boolean {
  return host().platform !== 'browser'
}

/** Opens its file with the system's program for it, or in a tab of the browser where only that is possible. */
export async function openOutside(id: string): Promise<void> {
  if (await host().openPrint(id)) return
  window.open(mediaUrl(id, 'original'), '_blank', 'noopener')
}

/** A drag of it begins: where it is dropped, another program gets the file. One at a time. */
export function dragOut(print: Print, data: DataTransfer, chosen: number): void {
  const { path, media_type: type } = print
  data.effectAllowed = 'copy'
  host().dragOut(
    { uri: fileUri(path), name: fileName(path), type, url: mediaUrl(print.id, 'original') },
    data,
  )
  if (chosen > 1)
    toasts.show(t('One of the {chosen} is dragged. Export takes all of them at once.', { chosen }))
}

/** Shows its file in the file manager. */
export async function reveal(id: string): Promise<void> {
  await host().reveal(id)
}

/** Its pixels onto the clipboard, as other programs paste them. */
export async function copyPicture(print: Print): Promise<void> {
  try {
    // Handed over at once: a browser asks for the picture while it still knows who pressed the key.
    const png = pngOf(mediaUrl(print.id, large(print)))
    await navigator.clipboard.write([new ClipboardItem({ 'image/png': png })])
  } catch (cause) {
    throw {
      code: 'clipboard',
      message: t('The picture did not get onto the clipboard.'),
      hint: t('Open it outside and copy it there, or export it.'),
      detail: String(cause),
    }
  }
  say(t('Picture copied.'))
}

export async function copyPath(print: Print): Promise<void> {
  await navigator.clipboard.writeText(print.path)
  say(t('Path copied.'))
}

/** A picture as pixels, anything else by its path. */
export function copyOut(print: Print): Promise<void> {
  return print.media === 'image' && print.present && !undrawn(print) ? copyPicture(print) : copyPath(print)
}

function say(said: string): void {
  announcer.now(said)
  toasts.show(said)
}
