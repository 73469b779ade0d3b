import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { test, expect, elsewhere, expectNoFaults, fillGallery } from './served'

const WORDS = ['a red kite over the dunes', 'an empty swimming pool']

const cells = (page: Page) => page.locator('[role=gridcell][data-print]')
const focused = (page: Page) => page.locator('[role=gridcell]:focus')
const viewer = (page: Page) => page.getByRole('region', { name: 'Viewer' })
const item = (page: Page, name: string) => page.getByRole('menuitem', { name, exact: false })

interface Row {
  path: string
  rating: number
  circled: boolean
  note: string
}
const row = async (page: Page, seq: number) => ((await elsewhere(page, 'view_rows', { seqs: [seq] })) as Row[])[0]!

/** What lies on the clipboard. */
const copied = (page: Page) => page.evaluate(() => navigator.clipboard.readText())
const copiedTypes = (page: Page) =>
  page.evaluate(async () => (await navigator.clipboard.read()).flatMap((one) => [...one.types]))

test('the menu of a print is the same in the grid and in the viewer, by keys', async ({ studio }) => {
  await studio.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await fillGallery(studio, WORDS, 'Image')
  await expect(focused(studio)).toContainText(WORDS[1]!)
  await studio.keyboard.press('Shift+F10')
  await expect(studio.getByRole('menu')).toBeVisible()
  await expectNoFaults(studio, 'menu in the grid')
  for (const name of ['Run again', 'Vary', 'Edit and run', 'Animate', 'Copy the picture', 'Open outside', 'Export'])
    await expect(item(studio, name)).toBeVisible()
  // A page in a browser may not reach for the desktop.
  await expect(item(studio, 'Show in folder')).toHaveCount(0)
  await item(studio, 'Copy the path').focus()
  await studio.keyboard.press('Enter')
  await expect(studio.getByText('Path copied.').first()).toBeVisible()
  expect(await copied(studio)).toBe((await row(studio, 2)).path)
  await cells(studio).first().focus()
  await studio.keyboard.press('Control+c')
  await expect(studio.getByText('Picture copied.').first()).toBeVisible()
  expect(await copiedTypes(studio)).toContain('image/png')
  await studio.keyboard.press('Enter')
  await expect(viewer(studio)).toBeVisible()
  await studio.keyboard.press('Shift+F10')
  await expect(studio.getByRole('menu')).toBeVisible()
  await expectNoFaults(studio, 'menu in the viewer')
  await expect(item(studio, 'Show in folder')).toHaveCount(0)
  await expect(item(studio, 'Copy the picture')).toBeVisible()
  await item(studio, 'Copy the prompt').focus()
  await studio.keyboard.press('Enter')
  await expect(studio.getByText('Prompt copied.').first()).toBeVisible()
  expect(await copied(studio)).toBe(WORDS[1])
  await studio.keyboard.press('Control+c')
  await expect.poll(() => copiedTypes(studio)).toContain('image/png')
  // Outside of the page there is only the browser itself.
  const opened = studio.context().waitForEvent('page')
  await studio.keyboard.press('Shift+F10')
  await item(studio, 'Open outside').focus()
  await studio.keyboard.press('Enter')
  const tab = await opened
  await expect.poll(() => tab.url()).toMatch(/\/original$/)
  await tab.close()
})

test('a mark on one print is taken back by the key and from the toast, in the grid and in the viewer', async ({
  studio,
}) => {
  await fillGallery(studio, WORDS, 'Image')
  await studio.keyboard.press('4')
  await expect.poll(async () => (await row(studio, 2)).rating).toBe(4)
  await studio.keyboard.press('Control+z')
  await expect.poll(async () => (await row(studio, 2)).rating).toBe(0)
  await studio.keyboard.press('p')
  await expect(studio.getByText('1 print circled.').first()).toBeVisible()
  await expect.poll(async () => (await row(studio, 2)).circled).toBe(true)
  await studio.getByRole('button', { name: 'Undo' }).focus()
  await studio.keyboard.press('Enter')
  await expect.poll(async () => (await row(studio, 2)).circled).toBe(false)
  await expect(studio.getByRole('button', { name: 'Undo' })).toHaveCount(0)
  // A note: in the field the key belongs to the words, outside of it to the mark.
  const note = studio.getByRole('textbox', { name: 'Note' })
  await note.focus()
  await studio.keyboard.type('for the poster')
  await studio.keyboard.press('Control+Enter')
  await expect.poll(async () => (await row(studio, 2)).note).toBe('for the poster')
  await cells(studio).first().focus()
  await studio.keyboard.press('Control+z')
  await expect.poll(async () => (await row(studio, 2)).note).toBe('')
  await expect(note).toHaveValue('')
  await studio.keyboard.press('Enter')
  await expect(viewer(studio)).toBeVisible()
  await studio.keyboard.press('p')
  const circle = viewer(studio).getByRole('button', { name: /^(Circle this print|Take the circle away)$/ })
  await expect(circle).toHaveAttribute('aria-pressed', 'true')
  await expect(studio.getByText('1 print circled.').first()).toBeVisible()
  await studio.keyboard.press('Control+z')
  await expect(circle).toHaveAttribute('aria-pressed', 'false')
  await expect.poll(async () => (await row(studio, 2)).circled).toBe(false)
  await studio.keyboard.press('2')
  await expect.poll(async () => (await row(studio, 2)).rating).toBe(2)
  await studio.getByRole('button', { name: 'Undo' }).focus()
  await studio.keyboard.press('Enter')
  await expect.poll(async () => (await row(studio, 2)).rating).toBe(0)
})

test('the print that the viewer shows leaves as files, and the viewer goes on', async ({ studio }) => {
  await fillGallery(studio, WORDS, 'Image')
  const folder = await mkdtemp(join(tmpdir(), 'rushes-export-'))
  try {
    await studio.keyboard.press('Enter')
    await expect(viewer(studio)).toBeVisible()
    await studio.keyboard.press('e')
    const dialog = studio.getByRole('dialog')
    await expect(dialog.getByRole('heading')).toHaveText('Export 1 print')
    await expectNoFaults(studio, 'export from the viewer')
    await dialog.getByRole('textbox').focus()
    await studio.keyboard.type(folder)
    await studio.keyboard.press('Enter')
    await expect(dialog.getByText('1 file')).toBeVisible()
    expect((await readdir(folder)).filter((name) => name.endsWith('.png'))).toHaveLength(1)
    await studio.keyboard.press('Escape')
    await expect(dialog).toBeHidden()
    await studio.keyboard.press('ArrowRight')
    await expect(viewer(studio)).toContainText('2 of 2')
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

test('a clip is looked through by keys, in the grid and in the viewer', async ({ studio }) => {
  await fillGallery(studio, ['slow waves under a violet sky'], 'Video')
  const shown = cells(studio).first().locator('video')
  await expect(shown).toHaveCount(0)
  const at = () => shown.evaluate((video: HTMLVideoElement) => video.currentTime)
  const after = async (key: string) => {
    await studio.keyboard.press(key)
    return at()
  }
  await expect.poll(() => after('.')).toBeGreaterThan(0.5)
  const far = await at()
  await expectNoFaults(studio, 'a clip looked through')
  await expect.poll(() => after(',')).toBeLessThan(far - 0.2)
  await studio.keyboard.press('Shift+Tab')
  await expect(shown).toHaveCount(0)
  await cells(studio).first().focus()
  await studio.keyboard.press('Enter')
  const playback = viewer(studio).getByRole('group', { name: 'Playback' })
  const loop = playback.getByRole('button', { name: 'Loop' })
  await expect(loop).toHaveAttribute('aria-pressed', 'true')
  await studio.keyboard.press('Shift+L')
  await expect(loop).toHaveAttribute('aria-pressed', 'false')
  await studio.keyboard.press('m')
  await expect(playback.getByRole('button', { name: 'Mute' })).toHaveAttribute('aria-pressed', 'true')
  await studio.keyboard.press('?')
  const keys = studio.getByRole('dialog', { name: 'Shortcuts' })
  for (const words of ['Look through a clip', 'One frame', 'Loop', 'Open or close a stack'])
    await expect(keys.getByText(words, { exact: true })).toBeVisible()
})

test('a print is dragged out of the page as its file', async ({ studio }) => {
  await fillGallery(studio, WORDS.slice(0, 1), 'Image')
  const told = await cells(studio)
    .first()
    .evaluate((cell) => {
      const data = new DataTransfer()
      cell.dispatchEvent(new DragEvent('dragstart', { bubbles: true, cancelable: true, dataTransfer: data }))
      return data.getData('DownloadURL')
    })
  const [, type, name, url] = /^([^:]+):([^:]+):(.+)$/.exec(told)!
  expect([type, (await row(studio, 1)).path.endsWith(`/${name}`)]).toEqual(['image/png', true])
  const file = await studio.request.get(url!)
  expect([file.status(), file.headers()['content-type']]).toEqual([200, 'image/png'])
})
