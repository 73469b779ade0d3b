import type { Page } from '@playwright/test'
import { test, expect, elsewhere, expectNoFaults, expectPrints, fillGallery, render } from './served'

const viewer = (page: Page) => page.getByRole('region', { name: 'Viewer' })
const cells = (page: Page) => page.locator('[role=gridcell][data-print]')
const zoom = (page: Page, says: string) => page.getByRole('button', { name: `Zoom, ${says}`, exact: true })

/** Renders pictures and opens the newest in the viewer, by keys. */
async function open(page: Page, words: string[], mode: 'Image' | 'Video' = 'Image'): Promise<void> {
  await fillGallery(page, words, mode)
  await page.keyboard.press('Enter')
  await expect(viewer(page)).toBeVisible()
}

interface Row {
  id: string
  media: string
}
const row = async (page: Page, seq: number) => ((await elsewhere(page, 'view_rows', { seqs: [seq] })) as Row[])[0]!

interface Stored {
  draft: { references: { asset: string; media: string; field: string }[]; prompt: string } | null
}
const references = async (page: Page) =>
  ((await elsewhere(page, 'get_draft', { modality: 'video' })) as Stored).draft?.references ?? []

test('a picture is looked at closely by keys, and the zoom is kept when asked', async ({ studio }) => {
  await open(studio, ['a red kite over the dunes', 'an empty swimming pool'])
  await expect(viewer(studio)).toContainText('1 of 2')
  const picture = viewer(studio).getByRole('img', { name: 'an empty swimming pool' })
  const natural = () => picture.evaluate((img: HTMLImageElement) => img.naturalWidth)
  await expect.poll(natural).toBeGreaterThan(0)
  await expect(zoom(studio, 'Fit')).toBeVisible()
  await studio.keyboard.press('z')
  await expect(zoom(studio, '100 %')).toBeVisible()
  // A picture pixel on each screen pixel, on whole pixels.
  const box = (await picture.boundingBox())!
  expect(box.width).toBe(await natural())
  expect([box.x, box.y]).toEqual([Math.round(box.x), Math.round(box.y)])
  await studio.keyboard.press('ArrowDown')
  await expect.poll(async () => (await picture.boundingBox())!.y).toBeLessThan(box.y)
  await expect(viewer(studio)).toContainText('1 of 2')
  await studio.keyboard.press('+')
  await expect(zoom(studio, '125 %')).toBeVisible()
  await studio.keyboard.press('-')
  await studio.keyboard.press('PageDown')
  await expect(viewer(studio)).toContainText('2 of 2')
  await expect(zoom(studio, 'Fit')).toBeVisible()
  await studio.keyboard.press('z')
  await studio.keyboard.press('Shift+Z')
  await studio.keyboard.press('PageUp')
  await expect(viewer(studio)).toContainText('1 of 2')
  await expect(zoom(studio, '100 %')).toBeVisible()
  await studio.keyboard.press('z')
  await expect(zoom(studio, 'Fit')).toBeVisible()
  await studio.keyboard.press('4')
  await expect(viewer(studio).getByRole('button', { name: '4 stars' })).toHaveAttribute('aria-pressed', 'true')
  await studio.keyboard.press('ArrowRight')
  await expect(viewer(studio)).toContainText('2 of 2')
  await studio.keyboard.press('Escape')
  await expect(studio.locator('[role=gridcell]:focus')).toContainText('a red kite over the dunes')
})

test('the pane tells what a print was made from and what it led to, and both open', async ({ studio }) => {
  await render(studio, 'Image', 'a harbour in fog')
  await expectPrints(studio, 1)
  const first = await row(studio, 1)
  await elsewhere(studio, 'submit_job', {
    endpoint: 'sandbox:sandbox/stills/edit',
    inputs: { prompt: 'the harbour at night' },
    references: [{ field: 'images', asset: first.id }],
  })
  await expectPrints(studio, 2)
  await studio.keyboard.press('Control+2')
  await cells(studio).first().focus()
  await studio.keyboard.press('Enter')
  const pane = studio.getByRole('complementary', { name: 'Inspector' })
  await expect(pane.getByRole('region', { name: 'Content Credentials' })).toContainText('None in this file.')
  await expect(pane.getByRole('region', { name: 'File' })).toContainText('BLAKE3')
  await pane.getByRole('region', { name: 'Made from' }).getByRole('button').focus()
  await studio.keyboard.press('Enter')
  await expect(viewer(studio)).toContainText('a harbour in fog')
  await pane.getByRole('region', { name: 'Led to' }).getByRole('button').focus()
  await studio.keyboard.press('Enter')
  await expect(viewer(studio)).toContainText('the harbour at night')
})

test('a print is varied after a look at the price, and begins a clip', async ({ studio }) => {
  await open(studio, ['a lamp in a window'])
  await studio.keyboard.press('v')
  const ask = studio.getByRole('dialog', { name: 'Vary it?' })
  await expect(ask.getByRole('button', { name: 'Make 4 prints, $0.00' })).toBeFocused()
  await ask.getByRole('radio', { name: '2' }).click()
  await ask.getByRole('button', { name: 'Make 2 prints, $0.00' }).focus()
  await studio.keyboard.press('Enter')
  await expect(studio.getByText('Sent as shot 1, take 2.').first()).toBeVisible()
  await expect(ask).toBeHidden()
  await studio.keyboard.press('n')
  await expect(studio.getByRole('button', { name: 'Run again, $0.00' }).last()).toBeFocused()
  await studio.keyboard.press('Escape')
  await studio.keyboard.press('a')
  await expect(viewer(studio)).toBeHidden()
  await expect(studio.getByRole('radio', { name: 'Video', exact: true })).toBeChecked()
  const print = await row(studio, 1)
  await expect.poll(() => references(studio)).toMatchObject([{ asset: print.id, field: 'image' }])
})

test('a frame of a clip is kept, and its last one begins the next clip', async ({ studio }) => {
  await open(studio, ['slow waves under a violet sky'], 'Video')
  const shown = viewer(studio).locator('video')
  await expect.poll(() => shown.evaluate((video: HTMLVideoElement) => video.readyState)).toBeGreaterThanOrEqual(2)
  await studio.keyboard.press('k')
  await expect(viewer(studio).getByRole('button', { name: 'Play', exact: true })).toBeVisible()
  const at = () => shown.evaluate((video: HTMLVideoElement) => video.currentTime)
  const before = await at()
  await studio.keyboard.press(before > 1 ? ',' : '.')
  await expect.poll(async () => Math.abs((await at()) - before)).toBeGreaterThan(0.01)
  expect(Math.abs((await at()) - before)).toBeLessThan(0.2)
  await studio.keyboard.press('s')
  await expect(studio.getByText(/^Frame at 00:00:0\d kept\.$/).first()).toBeVisible()
  const pane = studio.getByRole('complementary', { name: 'Inspector' })
  await expect(pane.getByRole('region', { name: 'Led to' }).getByRole('button')).toHaveCount(1)
  await expectNoFaults(studio, 'viewer with a kept frame')
  await studio.keyboard.press('a')
  await expect(viewer(studio)).toBeHidden()
  const clip = await row(studio, 1)
  await expect.poll(() => references(studio)).toMatchObject([{ media: 'image', field: 'image' }])
  expect((await references(studio))[0]!.asset).not.toBe(clip.id)
})
