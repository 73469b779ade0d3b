import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { test, expect, elsewhere } from '../served'
import { choose, film, paint, take } from './take'

const RECIPES = join(import.meta.dirname, '../../../crates/studio/fixtures/recipes')
const cells = (page: Page) => page.locator('[role=gridcell][data-print]')

async function open(page: Page): Promise<void> {
  await page.keyboard.press('Control+2')
  await cells(page).first().focus()
}

test('gallery', async ({ studio }) => {
  await studio.keyboard.press('Control+2')
  await take(studio, 'gallery-empty')
  await studio.keyboard.press('Control+1')
  await paint(studio)
  await film(studio, 'Slow drift over a still sea at dusk, low clouds moving left to right')
  await choose(studio)
  await open(studio)
  await studio.keyboard.press('ArrowRight')
  await take(studio, 'gallery')

  await studio.keyboard.press('Shift+S')
  await cells(studio).nth(2).focus()
  await take(studio, 'gallery-stacks')
  await studio.keyboard.press('Shift+S')

  for (let i = 0; i < 3; i++) await studio.keyboard.press('Shift+ArrowRight')
  await take(studio, 'gallery-several')
  await studio.keyboard.press('Escape')

  await cells(studio).nth(3).focus()
  await studio.keyboard.press('Shift+F10')
  await expect(studio.getByRole('menu')).toBeVisible()
  await take(studio, 'gallery-menu')
  await studio.keyboard.press('Escape')

  await cells(studio).nth(3).focus()
  await studio.keyboard.press(' ')
  await take(studio, 'gallery-preview')
  await studio.keyboard.press(' ')

  await studio.keyboard.press('e')
  await expect(studio.getByRole('dialog')).toBeVisible()
  await take(studio, 'gallery-export')
  await studio.keyboard.press('Escape')
  await expect(studio.getByRole('dialog')).toBeHidden()

  await studio.keyboard.press('/')
  await studio.keyboard.type('forest rating:')
  await expect(studio.getByRole('listbox')).toBeVisible()
  await take(studio, 'gallery-find')
  await studio.keyboard.type('>=5 tag:nothing-has-this ')
  await studio.keyboard.press('Enter')
  await expect(studio.getByText('Nothing matches.')).toBeVisible()
  await take(studio, 'gallery-nothing')
})

test('imports', async ({ studio }) => {
  await studio.keyboard.press('Control+2')
  await expect(studio.getByText('Nothing printed yet.')).toBeVisible()
  const pick = studio.getByRole('main').getByRole('button', { name: 'Import files' }).last()
  const [chooser] = await Promise.all([studio.waitForEvent('filechooser'), pick.press('Enter')])
  await chooser.setFiles(['a1111.png', 'comfyui.webp', 'invokeai.png'].map((name) => join(RECIPES, name)))
  await expect(cells(studio)).toHaveCount(3)
  await cells(studio).first().focus()
  await take(studio, 'gallery-import')
})

test.describe('with its drive unplugged', () => {
  test.use({ allowed: /status of (404|500)/ })

  test('a library that is away', async ({ studio }) => {
    await paint(studio, 6)
    const { library } = (await elsewhere(studio, 'app_state', {})) as { library: string }
    await open(studio)
    await expect(cells(studio).locator('img').first()).toBeVisible()
    await rename(library, `${library}-away`)
    try {
      await studio.keyboard.press('Enter')
      await studio.keyboard.press('Escape')
      await elsewhere(studio, 'verify_library', {})
      await expect(studio.getByText('Connect its drive').first()).toBeVisible()
      await take(studio, 'gallery-away')
    } finally {
      await rename(`${library}-away`, library)
    }
  })
})
