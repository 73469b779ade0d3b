import { readFileSync } from 'node:fs'
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { test, expect, elsewhere, expectNoFaults } from './served'

const FIXTURES = join(import.meta.dirname, '../../crates/studio/fixtures/recipes')
const fixture = (name: string) => join(FIXTURES, name)

const cells = (page: Page) => page.locator('[role=gridcell][data-print]')
const inspector = (page: Page) => page.getByRole('complementary', { name: 'Inspector' })
const known = async (page: Page) =>
  ((await elsewhere(page, 'list_prints', { find: 'is:import' })) as { total: number }).total

test('files are picked by keys alone, and what is known of them is told', async ({ studio }) => {
  await studio.keyboard.press('Control+2')
  const imports = studio.getByRole('main').getByRole('button', { name: 'Import files' })
  // The bar has one at once, the empty gallery one when it is known to be empty.
  await expect(imports).toHaveCount(2)
  await imports.last().focus()
  const [chooser] = await Promise.all([studio.waitForEvent('filechooser'), studio.keyboard.press('Enter')])
  await chooser.setFiles([fixture('a1111.png'), fixture('make.py')])
  await expect(studio.getByText('1 added, 1 skipped.')).toBeVisible()
  await studio.getByRole('button', { name: 'Details' }).press('Enter')
  const left = studio.getByRole('dialog', { name: '1 file skipped' })
  await expect(left).toContainText('make.py')
  await expect(left).toContainText('This is a web page or other text, not a picture or clip that Rushes reads.')
  await expectNoFaults(studio, 'what was skipped')
  await studio.keyboard.press('Escape')
  await expect(cells(studio)).toHaveCount(1)
  await cells(studio).first().focus()
  await expect(inspector(studio)).toContainText('AUTOMATIC1111')
  await expect(inspector(studio)).toContainText('i-1')
  await expect(inspector(studio).getByRole('button', { name: 'Run again' })).toHaveCount(0)
  await studio.keyboard.press('n')
  await expect(studio.getByText('This print was made elsewhere, so there is nothing to run again.')).toBeVisible()
  await expect(studio.getByRole('dialog')).toHaveCount(0)
  for (const colorScheme of ['dark', 'light'] as const) {
    await studio.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await expectNoFaults(studio, `an import in the gallery, ${colorScheme}`)
  }
  await cells(studio).first().focus()
  await studio.keyboard.press('Enter')
  await expect(studio.getByRole('region', { name: 'Viewer' })).toContainText('From its file')
  await expectNoFaults(studio, 'an import in the viewer')
  await studio.keyboard.press('Escape')
  // It takes marks as any print does.
  await expect(cells(studio).first()).toBeFocused()
  await studio.keyboard.press('4')
  await expect(cells(studio).first()).toContainText('4 stars')
})

test('a folder is picked, and what is there already is not taken twice', async ({ studio }) => {
  const folder = await mkdtemp(join(tmpdir(), 'rushes-in-'))
  try {
    for (const name of ['a1111.png', 'comfyui.webp', 'invokeai.png']) await copyFile(fixture(name), join(folder, name))
    await writeFile(join(folder, '.hidden.png'), 'no picture')
    await studio.keyboard.press('Control+2')
    for (const said of ['3 added.', '3 were here already.']) {
      await studio.getByRole('button', { name: 'Import files' }).first().press('Enter')
      const [chooser] = await Promise.all([
        studio.waitForEvent('filechooser'),
        studio.getByRole('menuitem', { name: 'A folder' }).press('Enter'),
      ])
      await chooser.setFiles(folder)
      await expect(studio.getByText(said)).toBeVisible()
    }
    await expect(cells(studio)).toHaveCount(3)
    expect(await known(studio)).toBe(3)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

test('files are dropped on the gallery, which shows where', async ({ studio }) => {
  await studio.keyboard.press('Control+2')
  const held = await studio.evaluateHandle(
    (files) => {
      const held = new DataTransfer()
      for (const { name, base64 } of files) {
        const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))
        held.items.add(new File([bytes], name, { type: 'image/png' }))
      }
      return held
    },
    ['forge.png', 'stability-matrix.png'].map((name) => ({
      name,
      base64: readFileSync(fixture(name)).toString('base64'),
    })),
  )
  await studio.dispatchEvent('main', 'dragover', { dataTransfer: held })
  await expect(studio.getByText('Drop to import')).toBeVisible()
  for (const colorScheme of ['dark', 'light'] as const) {
    await studio.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await expectNoFaults(studio, `files over the gallery, ${colorScheme}`)
  }
  await studio.dispatchEvent('main', 'drop', { dataTransfer: held })
  await expect(studio.getByText('Drop to import')).toBeHidden()
  await expect(studio.getByText('2 added.')).toBeVisible()
  await expect(cells(studio)).toHaveCount(2)
})
