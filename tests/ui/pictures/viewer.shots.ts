import { test, expect } from '../served'
import { choose, film, paint, take } from './take'

test('viewer and compare', async ({ studio }) => {
  await paint(studio, 8)
  await film(studio, 'Slow drift over a still sea at dusk, low clouds moving left to right')
  await choose(studio)
  await studio.keyboard.press('Control+2')
  const cells = studio.locator('[role=gridcell][data-print]')
  await cells.first().focus()
  await studio.keyboard.press('Enter')
  await expect(studio.locator('video')).toBeVisible()
  await expect.poll(() => studio.locator('video').evaluate((v: HTMLVideoElement) => v.readyState)).toBeGreaterThan(1)
  await take(studio, 'viewer-clip')
  await studio.keyboard.press('ArrowRight')
  await studio.keyboard.press('ArrowRight')
  await take(studio, 'viewer')
  await studio.keyboard.press('z')
  await take(studio, 'viewer-close')
  await studio.keyboard.press('Escape')

  await cells.nth(2).focus()
  await studio.keyboard.press('Shift+ArrowRight')
  await studio.keyboard.press('c')
  await expect(studio.getByRole('region', { name: 'Compare', exact: true })).toBeVisible()
  await take(studio, 'compare')
  await studio.keyboard.press('d')
  await take(studio, 'compare-slider')
})
