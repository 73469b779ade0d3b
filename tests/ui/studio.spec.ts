import { test, expect, expectPrints, render } from './served'

test('a prompt becomes a picture, and the viewer tells its record', async ({ studio }) => {
  await render(studio, 'Image', 'a lighthouse at dusk')
  await expectPrints(studio, 1)
  await studio.locator('[role=feed] [data-print]').first().click()
  const viewer = studio.getByRole('region', { name: 'Viewer' })
  await expect(viewer).toBeVisible()
  await expect(viewer).toContainText('a lighthouse at dusk')
  await studio.keyboard.press('Escape')
  await expect(viewer).toBeHidden()
})

test('a clip plays and is sought', async ({ studio }) => {
  await render(studio, 'Video', 'slow waves under a violet sky')
  await expect(studio.getByRole('progressbar').first()).toBeVisible()
  await expectPrints(studio, 1)
  await studio.locator('[role=feed] [data-print]').first().click()
  const video = studio.locator('video')
  const at = () => video.evaluate((v: HTMLVideoElement) => v.currentTime)
  await expect.poll(at).toBeGreaterThan(0.3)
  await video.evaluate((v: HTMLVideoElement) => v.pause())
  await studio.getByRole('slider', { name: 'Seek' }).press('Home')
  await expect.poll(at).toBe(0)
})

test('a print runs again with a new seed', async ({ studio }) => {
  await render(studio, 'Image', 'pine forest after rain')
  await expectPrints(studio, 1)
  await studio.locator('[role=feed] [data-print]').first().focus()
  await studio.keyboard.press('n')
  await studio.keyboard.press('Enter')
  await expectPrints(studio, 2)
  const pictures = await studio
    .locator('[role=feed] [data-print] img')
    .evaluateAll((all) => all.map((i) => (i as HTMLImageElement).src))
  expect(new Set(pictures).size).toBe(2)
})

test('the gallery finds a print by its words', async ({ studio }) => {
  await render(studio, 'Image', 'a red kite over the dunes')
  await expectPrints(studio, 1)
  await render(studio, 'Image', 'an empty swimming pool')
  await expectPrints(studio, 2)
  await studio.keyboard.press('Control+2')
  const frames = studio.locator('[role=gridcell][data-print], [role=gridcell] [data-print]')
  await expect(frames).toHaveCount(2)
  await studio.keyboard.press('Control+f')
  await studio.keyboard.type('swimming')
  await expect(frames).toHaveCount(1)
})

test('a prompt with a fault keeps its words and says what to do', async ({ studio }) => {
  await studio.getByRole('textbox', { name: 'Prompt' }).fill('')
  await studio.keyboard.press('Control+Enter')
  await expect(studio.locator('[aria-invalid=true]').first()).toBeVisible()
  await expectPrints(studio, 0)
})
