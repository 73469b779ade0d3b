// How many keys it takes: from a first prompt to a picture, from a print to its like, from a picture to a clip.
import type { Page } from '@playwright/test'
import { expect, expectPrints, fillGallery, test } from './served'

/** Presses keys and counts them; a key held with others counts once. */
function fingers(page: Page) {
  const pressed: string[] = []
  return {
    pressed,
    async press(key: string) {
      pressed.push(key)
      await page.keyboard.press(key)
    },
  }
}

test('a first start has its first picture by one key after the prompt', async ({ studio }) => {
  const hand = fingers(studio)
  // The first start asks nothing that stands in the way.
  await expect(studio.getByRole('heading', { name: /with your own keys/ })).toBeVisible()
  await studio.getByRole('textbox', { name: 'Prompt' }).fill('a lighthouse at dusk')
  await hand.press('Control+Enter')
  await expectPrints(studio, 1)
  expect(hand.pressed.length).toBeLessThanOrEqual(2)
})

test('a print runs again by two keys in the gallery', async ({ studio }) => {
  await fillGallery(studio, ['a lighthouse at dusk'], 'Image')
  const hand = fingers(studio)
  await hand.press('n')
  await hand.press('Enter')
  await expect(studio.locator('[role=gridcell][data-print]')).toHaveCount(2)
  expect(hand.pressed.length).toBeLessThanOrEqual(2)
})

test('a picture becomes a clip by three keys', async ({ studio }) => {
  await fillGallery(studio, ['a lighthouse at dusk'], 'Image')
  const hand = fingers(studio)
  await hand.press('a')
  await expect(studio.getByRole('textbox', { name: 'Prompt' })).toBeFocused()
  await hand.press('Control+Enter')
  await expect(studio.locator('[role=feed] [data-print]')).toHaveCount(2)
  await expect(studio.locator('[role=feed] [data-print]').first()).toHaveAccessibleName(/clip|video/i)
  expect(hand.pressed.length).toBeLessThanOrEqual(3)
})
