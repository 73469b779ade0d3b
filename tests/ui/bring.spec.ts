// Bringing references: from the desktop, the clipboard, the file chooser and the gallery; what cannot be read or
// taken is said, and nothing is lost.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { elsewhere, expect, expectNoFaults, expectPrints, render, test } from './served'

const FIXTURES = join(import.meta.dirname, '../../crates/studio/fixtures/recipes')
const picture = (name: string) => ({ name, mimeType: 'image/png', buffer: readFileSync(join(FIXTURES, name)) })
const reference = (page: Page, n: number) => page.getByRole('button', { name: new RegExp(`^Reference ${n}`) })

/** What a drag or a clipboard carries. */
function carried(page: Page, files: { name: string; type: string; bytes: Buffer }[]) {
  return page.evaluateHandle(
    (files) => {
      const held = new DataTransfer()
      for (const { name, type, base64 } of files)
        held.items.add(new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], name, { type }))
      return held
    },
    files.map(({ name, type, bytes }) => ({ name, type, base64: bytes.toString('base64') })),
  )
}

test('pictures are dropped, pasted, picked and taken from the feed, and put in order', async ({ studio }) => {
  await render(studio, 'Image', 'a jetty in fog')
  await expectPrints(studio, 1)
  const forge = { name: 'forge.png', type: 'image/png', bytes: picture('forge.png').buffer }
  const matrix = { ...forge, name: 'stability-matrix.png', bytes: picture('stability-matrix.png').buffer }

  const dropped = await carried(studio, [forge])
  await studio.dispatchEvent('main', 'dragover', { dataTransfer: dropped })
  await expectNoFaults(studio, 'a picture over the composer')
  await studio.dispatchEvent('main', 'drop', { dataTransfer: dropped })
  await expect(reference(studio, 1)).toBeVisible()

  await studio.getByRole('textbox', { name: 'Prompt' }).focus()
  const pasted = await carried(studio, [matrix])
  await studio.evaluate((held) => {
    const event = new ClipboardEvent('paste', { clipboardData: held, bubbles: true, cancelable: true })
    document.activeElement!.dispatchEvent(event)
  }, pasted)
  await expect(reference(studio, 2)).toBeVisible()

  await studio.locator('[role=feed] [data-print]').first().focus()
  await studio.keyboard.press('r')
  await expect(reference(studio, 3)).toBeVisible()
  const assets = async () =>
    (
      (await elsewhere(studio, 'get_draft', { modality: 'image' })) as {
        draft: { references?: { asset: string }[] } | null
      }
    ).draft?.references?.map((one) => one.asset)
  await expect.poll(async () => (await assets())?.length).toBe(3)
  const before = (await assets())!
  await reference(studio, 3).focus()
  await studio.keyboard.press('Alt+ArrowLeft')
  await expect.poll(assets).toEqual([before[0], before[2], before[1]])
  await expectNoFaults(studio, 'three references')

  await reference(studio, 1).focus()
  await studio.keyboard.press('Delete')
  await expect.poll(async () => (await assets())?.length).toBe(2)
  await studio.keyboard.press('Control+z')
  await expect.poll(assets).toEqual([before[0], before[2], before[1]])
})

test('what is no picture is refused with a sentence, and what stood there stays', async ({ studio }) => {
  const prompt = studio.getByRole('textbox', { name: 'Prompt' })
  await prompt.fill('a lighthouse at dusk')
  const held = await carried(studio, [
    { name: 'page.png', type: 'image/png', bytes: Buffer.from('<html>not a picture</html>') },
  ])
  await studio.dispatchEvent('main', 'drop', { dataTransfer: held })
  await expect(studio.getByRole('alert').or(studio.getByRole('status')).filter({ hasText: /not a picture/ }).first()).toBeVisible()
  await expect(prompt).toHaveText('a lighthouse at dusk')
  await expect(reference(studio, 1)).toHaveCount(0)
})
