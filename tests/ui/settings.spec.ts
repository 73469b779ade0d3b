import type { Page } from '@playwright/test'
import { elsewhere, KEY, test, expect, expectNoFaults, expectPrints, render } from './served'

/** A sandbox of its own speaks the dialects of servers too, each below its path. */
test.use({ script: { base_price: 0.04, balance: 10, rules: [] } })

const server = (page: Page, name: string) => page.getByRole('article', { name })

/** Where that sandbox answers. */
async function peer(page: Page): Promise<string> {
  const rows = (await elsewhere(page, 'list_keys', {})) as { provider: string; base_url: string }[]
  return rows.find((row) => row.provider === 'wavespeed')?.base_url ?? ''
}

async function move(page: Page, name: string, to: string): Promise<void> {
  await page.getByRole('button', { name: `Change the address of ${name}` }).click()
  const address = page.getByLabel(`Address of ${name}`)
  await expect(address).toBeFocused()
  await address.fill(to)
  await address.press('Enter')
}

for (const theme of ['dark', 'light'] as const) {
  test(`servers of one's own are set up, and axe finds nothing in the settings, ${theme}`, async ({ studio }) => {
    await studio.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
    const base = await peer(studio)
    await studio.keyboard.press('Control+4')
    await studio.getByLabel('Find a model by name, provider or id').fill('comfyui')
    await expect(studio.getByRole('button', { name: 'set up', exact: true }).first()).toBeVisible()
    await studio.getByRole('button', { name: 'set up', exact: true }).first().click()

    const comfy = server(studio, 'ComfyUI')
    await expect(comfy).toContainText('Not checked yet')
    // Nobody listens there.
    await move(studio, 'ComfyUI', '127.0.0.1:9')
    await expect(comfy).toContainText('Not reachable')
    await expect(comfy).toContainText('Nothing answers at http://127.0.0.1:9. Start the server')
    await expectNoFaults(studio, 'a server that does not answer')
    await move(studio, 'ComfyUI', `${base}/comfyui`)
    await expect(comfy).toContainText('Works')
    await expect(comfy.locator('summary')).toHaveText(/^2 models, read /)
    await comfy.locator('summary').click()
    await comfy.getByRole('button', { name: 'Refresh models of ComfyUI' }).click()
    await expect(comfy.getByText('2 models from ComfyUI.')).toBeVisible()
    await expectNoFaults(studio, 'a server that works')

    const other = 'OpenAI-compatible server'
    await move(studio, other, `${base}/openai_compatible/v1`)
    await expect(server(studio, other)).toContainText('Wants a key')
    await server(studio, other).getByRole('button', { name: 'Add a key', exact: true }).first().click()
    const key = studio.getByLabel(`Key for ${other}`, { exact: true })
    await expect(key).toBeFocused()
    await expectNoFaults(studio, 'a key for a server')
    await key.fill(KEY)
    await key.press('Enter')
    await expect(server(studio, other)).toContainText('Works')
    await server(studio, other).locator('summary').click()
    await expect(server(studio, other)).toContainText('For this session only')

    for (const section of ['Spending', 'Limits', 'Webhooks']) {
      await studio.getByRole('button', { name: section, exact: true }).click()
      await expect(studio.getByRole('heading', { name: section, exact: true })).toBeVisible()
      await expectNoFaults(studio, section)
      await studio.setViewportSize({ width: 1024, height: 700 })
      await expectNoFaults(studio, `${section}, narrow`)
      await studio.setViewportSize({ width: 1440, height: 900 })
    }

    await studio.keyboard.press('Control+4')
    await expect(studio.getByRole('grid', { name: 'Models' })).toBeVisible()
    await expect(studio.getByRole('button', { name: 'set up', exact: true })).toHaveCount(0)
  })
}

test('the library moves to another folder from the settings, and pictures stay in sight', async ({ studio }) => {
  await render(studio, 'Image', 'boats')
  await expectPrints(studio, 1)
  await studio.keyboard.press('Control+,')
  await studio.getByRole('button', { name: 'Library', exact: true }).click()
  const { library } = (await elsewhere(studio, 'app_state', {})) as { library: string }
  await studio.getByRole('button', { name: 'Move it' }).press('Enter')
  const folder = studio.getByLabel('New folder, by its full path')
  await expect(folder).toBeFocused()
  await expectNoFaults(studio, 'a move that is asked for')
  // Into itself: refused, and nothing is made.
  await folder.fill(`${library}/deeper`)
  await folder.press('Enter')
  await expect(studio.getByRole('alert')).toContainText('lie one in the other')
  await folder.fill(`${library}-moved`)
  await folder.press('Enter')
  await expect(studio.getByText(`The library is in ${library}-moved now.`)).toBeVisible()
  await expect(studio.getByRole('alert')).toHaveCount(0)
  await expect(studio.getByRole('button', { name: 'Move it' })).toBeFocused()
  await expect(studio.locator('.row').filter({ hasText: 'Gallery folder' })).toContainText(`${library}-moved`)
  await studio.getByRole('button', { name: 'Verify files' }).press('Enter')
  await expect(studio.getByText('1 file sound').first()).toBeVisible()
  await studio.keyboard.press('Control+1')
  await studio.getByRole('textbox', { name: 'Prompt' }).fill('hills')
  await studio.keyboard.press('Control+Enter')
  await expectPrints(studio, 2)
})

test('what Rushes is made of is listed, found and read', async ({ studio }) => {
  await studio.keyboard.press('Control+,')
  await studio.getByRole('button', { name: 'About and privacy', exact: true }).click()
  await studio.getByRole('button', { name: 'What Rushes is made of' }).press('Enter')
  const dialog = studio.getByRole('dialog', { name: 'What Rushes is made of' })
  await dialog.getByLabel('Find a part by its name or licence').fill('tokio-util')
  await expect(dialog.getByRole('status')).toHaveText('1 part')
  await dialog.locator('summary').press('Enter')
  await expect(dialog.locator('pre')).toContainText('Permission is hereby granted')
  await expectNoFaults(studio, 'the licences')
  await studio.keyboard.press('Escape')
  await expect(dialog).toBeHidden()
})
