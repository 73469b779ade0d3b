// What is chosen and brought in: routes, prices side by side, a crop, a mask, the camera roll, licences, an absence.
import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import type { Page } from '@playwright/test'
import { elsewhere, expect, expectPrints, render, test } from '../served'
import { paint, take } from './take'

test.use({ script: { base_price: 0.04, balance: 10, rules: [] }, several: true })

async function chooseModel(page: Page, words: string): Promise<void> {
  await page.keyboard.press('Control+m')
  await page.keyboard.type(words)
  await page.keyboard.press('Enter')
}

/** Takes the newest print for a reference and opens what can be done with it. */
async function openReference(page: Page, act: string): Promise<void> {
  await page.locator('[role=feed] [data-print]').first().focus()
  await page.keyboard.press('r')
  await page.getByRole('button', { name: 'More for reference 1' }).press('Enter')
  await page.getByRole('menuitem', { name: act }).press('Enter')
  await expect(page.getByRole('dialog').locator('canvas, img').first()).toBeVisible()
}

test('routes and prices', async ({ studio }) => {
  const steps = ['wavespeed:sandbox/stills', 'sandbox:sandbox/stills']
  for (const name of ['Hero still', 'Rough'])
    await elsewhere(studio, 'save_route', { name, modality: 'image', steps, most: null })
  await render(studio, 'Image', 'Wooden rowing boats on a still lake at dawn, thin mist')
  await expectPrints(studio, 1)
  await chooseModel(studio, 'stills wavespeed')
  await studio.getByRole('button', { name: 'Hero still' }).press('Enter')
  await take(studio, 'studio-route')
  await studio.keyboard.press('Control+m')
  await studio.getByRole('button', { name: 'Compare prices' }).press('Enter')
  for (const words of ['GPT Image 1.5', 'flux', 'seedream', 'gemini']) {
    await studio.getByRole('combobox', { name: 'Search models' }).fill(words)
    await studio.keyboard.press('Enter')
  }
  await studio.getByRole('button', { name: /^Compare \d/ }).press('Enter')
  await expect(studio.getByText('Asking')).toHaveCount(0)
  await take(studio, 'studio-prices')
})

test('crop, camera roll and licences', async ({ studio }) => {
  await paint(studio, 4)
  await openReference(studio, 'Crop')
  await take(studio, 'studio-crop')
  await studio.keyboard.press('Escape')
  const { prints } = (await elsewhere(studio, 'list_prints', { limit: 8 })) as { prints: { path: string }[] }
  const roll = await mkdtemp(join(tmpdir(), 'roll-'))
  for (const [i, { path }] of prints.entries()) await copyFile(path, join(roll, `IMG_${i}${extname(path)}`))
  const settings = (await elsewhere(studio, 'get_settings', {})) as object
  await elsewhere(studio, 'set_settings', { ...settings, camera_roll: roll })
  await studio.getByRole('button', { name: 'From the camera roll' }).press('Enter')
  await expect(studio.getByRole('dialog').locator('img')).toHaveCount(prints.length)
  await take(studio, 'studio-roll')
  await studio.keyboard.press('Escape')
  await studio.keyboard.press('Control+,')
  await studio.getByRole('button', { name: 'About and privacy', exact: true }).press('Enter')
  await studio.getByRole('button', { name: 'What Rushes is made of' }).press('Enter')
  await expect(studio.locator('summary').first()).toBeVisible()
  await take(studio, 'settings-licences')
  await rm(roll, { recursive: true })
})

test('mask', async ({ studio }) => {
  await render(studio, 'Image', 'A lighthouse in a storm, long lens')
  await expectPrints(studio, 1)
  await chooseModel(studio, 'GPT Image 1.5')
  await openReference(studio, 'Paint a mask')
  const box = await studio.getByRole('dialog').locator('canvas').first().boundingBox()
  if (!box) throw new Error('there is no picture to paint on')
  await studio.mouse.move(box.x + box.width * 0.3, box.y + box.height * 0.4)
  await studio.mouse.down()
  await studio.mouse.move(box.x + box.width * 0.6, box.y + box.height * 0.5, { steps: 12 })
  await studio.mouse.up()
  await take(studio, 'studio-mask')
})

test('away', async ({ studio, restart }) => {
  const inputs = { prompt: 'slow drift over a still sea', resolution: '480p', duration: 2 }
  await elsewhere(studio, 'submit_job', { endpoint: 'sandbox:sandbox/clips', inputs })
  await expect(studio.getByText('slow drift over a still sea').first()).toBeVisible()
  await restart(31_000)
  await expect(studio.getByRole('region', { name: 'While you were away' })).toContainText('1 render was saved')
  await take(studio, 'studio-away')
})
