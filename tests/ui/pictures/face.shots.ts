import type { Page } from '@playwright/test'
import { test, expect, render } from '../served'
import { choose, paint, saved, take } from './take'

const prompt = (page: Page) => page.getByRole('textbox', { name: 'Prompt' })

test('palette, past prompts, presets and shortcuts', async ({ studio }) => {
  await paint(studio, 8)
  await choose(studio)
  await studio.keyboard.press('Control+k')
  await studio.keyboard.type('forest')
  const palette = studio.getByRole('dialog', { name: 'Search or command' })
  await expect(palette.getByRole('group', { name: 'Prints', exact: true }).getByRole('option').first()).toBeVisible()
  await take(studio, 'palette')
  await studio.keyboard.press('Escape')

  await studio.getByRole('button', { name: 'Past prompts' }).click()
  await expect(studio.getByRole('dialog', { name: 'Past prompts' })).toBeVisible()
  await take(studio, 'studio-past')
  await studio.keyboard.press('Escape')

  await studio.getByRole('button', { name: 'Presets' }).click()
  await expect(studio.getByRole('dialog', { name: 'Presets' })).toBeVisible()
  await take(studio, 'studio-presets')
  await studio.keyboard.press('Escape')

  await studio.keyboard.press('Control+,')
  await studio.getByRole('button', { name: 'Shortcuts', exact: true }).click()
  await take(studio, 'settings-shortcuts')
})

test('a variation before and after its start', async ({ studio }) => {
  await prompt(studio).fill('Hills {before sunrise|in a storm}, {mist|snow|neon}')
  await expect(studio.getByRole('button', { name: 'Generate 6' })).toBeVisible()
  await take(studio, 'studio-vary')
  await studio.keyboard.press('Control+Enter')
  await studio.getByRole('button', { name: 'Open the grid' }).first().click()
  await expect(studio.getByRole('region', { name: 'Grid', exact: true }).locator('[data-print] img')).toHaveCount(6)
  await take(studio, 'grid')
})

test.describe('with a provider that bills', () => {
  test.use({ script: { base_price: 0.04, balance: 10, rules: [] } })

  test('spend', async ({ studio }) => {
    for (const words of ['a lighthouse at dusk', 'a harbour in fog', 'a road in the rain']) {
      await render(studio, 'Image', words)
      await expect(studio.getByRole('button', { name: /^Generate/ })).not.toHaveAttribute('aria-busy')
    }
    await saved(studio)
    await studio.keyboard.press('Control+5')
    await expect(studio.getByRole('region', { name: 'Spend', exact: true })).toContainText('$0.12')
    await take(studio, 'spend')
  })
})
