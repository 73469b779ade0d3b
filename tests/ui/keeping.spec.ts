// What is kept and where it comes from: copies of the records, and the camera roll. By keyboard.
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { elsewhere, test, expect, expectNoFaults, expectPrints, render } from './served'

/** The browser logs a call that was refused because a folder or file is not there; the page says it in words. */
test.use({ allowed: /status of 404/ })

interface Copies {
  folder: string
  copies: { name: string; kind: string }[]
  waiting: { name: string } | null
}

async function openLibrary(page: Page): Promise<void> {
  await page.keyboard.press('Control+,')
  await page.getByRole('button', { name: 'Library', exact: true }).press('Enter')
}

/** A folder that is gone after the test. */
async function withFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'rushes-mine-'))
  try {
    await use(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

for (const theme of ['dark', 'light'] as const) {
  test(`a copy is made, written elsewhere and gone back to, ${theme}`, async ({ studio }) => {
    await studio.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
    await render(studio, 'Image', 'boats')
    await expectPrints(studio, 1)
    await openLibrary(studio)
    await studio.getByRole('button', { name: 'Make a copy' }).press('Enter')
    const list = studio.getByRole('list', { name: 'Copies that are kept' })
    const asked = list.getByRole('listitem').filter({ hasText: 'You asked for it' })
    await expect(asked).toContainText('1 job, 1 print')
    await expectNoFaults(studio, 'copies of the records')

    await withFolder(async (folder) => {
      await asked.getByRole('button', { name: 'Save the copy of' }).press('Enter')
      const to = studio.getByLabel('Folder for the copy, by its full path')
      await expect(to).toBeFocused()
      await to.fill(join(folder, 'stick'))
      await to.press('Enter')
      await expect(studio.getByRole('alert')).toContainText('There is no folder')
      await mkdir(join(folder, 'stick'))
      await to.press('Enter')
      await expect(studio.getByText(`The copy was written to ${join(folder, 'stick')}`)).toBeVisible()
      await expect(asked.getByRole('button', { name: 'Save the copy of' })).toBeFocused()

      // A file that is none: said, and nothing waits.
      await writeFile(join(folder, 'notes.db'), 'buy milk')
      await studio.getByRole('button', { name: 'Restore from a file' }).press('Enter')
      const from = studio.getByLabel('File of the copy, by its full path')
      await from.fill(join(folder, 'notes.db'))
      await from.press('Enter')
      await expect(studio.getByRole('alert')).toContainText('That file is not a copy of a job book')
      await from.press('Escape')
      await expect(studio.getByRole('button', { name: 'Restore from a file' })).toBeFocused()
    })

    await asked.getByRole('button', { name: 'Restore the copy of' }).press('Enter')
    const dialog = studio.getByRole('dialog', { name: /^Go back to the copy of/ })
    await expect(dialog).toContainText('No file of your library is touched.')
    await expect(dialog.getByRole('button', { name: 'Keep the records as they are' })).toBeFocused()
    await expectNoFaults(studio, 'a restore that is asked about')
    await studio.keyboard.press('Tab')
    await studio.keyboard.press('Enter')
    await expect(dialog).toBeHidden()
    await expect(studio.getByText('takes the place of the records at the next start')).toBeVisible()
    await expectNoFaults(studio, 'a restore that waits')
    const now = (await elsewhere(studio, 'list_copies', {})) as Copies
    expect(now.waiting?.name).toBe(now.copies.find((copy) => copy.kind === 'asked')?.name)
    await studio.getByRole('button', { name: 'Take the restore back' }).press('Enter')
    await expect(studio.getByText('takes the place of the records at the next start')).toBeHidden()
    expect(((await elsewhere(studio, 'list_copies', {})) as Copies).waiting).toBeNull()
  })
}

test('a copy that is damaged is told and cannot be gone back to', async ({ studio }) => {
  await render(studio, 'Image', 'boats')
  await expectPrints(studio, 1)
  const made = (await elsewhere(studio, 'make_copy', {})) as Copies
  const file = join(made.folder, made.copies.find((copy) => copy.kind === 'asked')?.name ?? '')
  const bytes = await readFile(file)
  await writeFile(file, bytes.fill(0xa5, 4096, 20_480))
  await openLibrary(studio)
  const asked = studio.getByRole('listitem').filter({ hasText: 'You asked for it' })
  await expect(asked).toContainText('Damaged and of no use')
  await expect(asked.getByRole('button')).toHaveCount(0)
})

test('a picture of the camera roll is brought as a reference', async ({ studio }) => {
  await withFolder(async (folder) => {
    const roll = join(folder, 'phone')
    await openLibrary(studio)
    await studio.getByRole('button', { name: 'Choose a folder' }).press('Enter')
    const path = studio.getByLabel('Folder of the camera roll, by its full path')
    await expect(path).toBeFocused()
    await path.fill('phone')
    await path.press('Enter')
    await expect(studio.getByRole('alert')).toContainText('That is no full path to a folder.')
    await path.fill(roll)
    await path.press('Enter')
    await expect(studio.getByRole('alert')).toContainText(`The camera roll folder ${roll} is not there.`)
    await expect(studio.getByRole('button', { name: 'Choose another' })).toBeFocused()
    await expectNoFaults(studio, 'a camera roll that is away')

    await mkdir(roll)
    for (const size of ['32x32', '128x128'])
      await copyFile(join(import.meta.dirname, `../../icons/${size}.png`), join(roll, `${size}.png`))
    await studio.keyboard.press('Control+1')
    await studio.getByRole('button', { name: 'From the camera roll' }).press('Enter')
    const dialog = studio.getByRole('dialog', { name: 'Camera roll' })
    const pictures = dialog.getByRole('list', { name: 'Newest pictures' })
    await expect(pictures.getByRole('button')).toHaveCount(2)
    await expect
      .poll(() => pictures.locator('img').evaluateAll((all) => all.filter((i) => (i as HTMLImageElement).naturalWidth > 0).length))
      .toBe(2)
    await expectNoFaults(studio, 'the camera roll')
    await pictures.getByRole('button').first().focus()
    await studio.keyboard.press('ArrowRight')
    await expect(pictures.getByRole('button').nth(1)).toBeFocused()
    await studio.keyboard.press('Enter')
    await expect(dialog).toBeHidden()
    await expect(studio.locator('[data-slot] img')).toHaveCount(1)

    await openLibrary(studio)
    await studio.getByRole('button', { name: 'Stop using it' }).press('Enter')
    await studio.keyboard.press('Control+1')
    await expect(studio.getByRole('button', { name: 'From the camera roll' })).toHaveCount(0)
  })
})
