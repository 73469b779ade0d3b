import type { Page } from '@playwright/test'
import { test, expect, elsewhere, expectNoFaults, fillGallery } from './served'

const compare = (page: Page) => page.getByRole('region', { name: 'Compare', exact: true })
const side = (page: Page, letter: string) => compare(page).getByRole('group', { name: new RegExp(`^${letter},`) })
const facts = (page: Page, letter: string) => compare(page).getByRole('region', { name: new RegExp(`^${letter},`) })

/** Renders prints, chooses all of them and lays them side by side, by keys. */
async function lay(page: Page, words: string[], mode: 'Image' | 'Video' = 'Image'): Promise<void> {
  await fillGallery(page, words, mode)
  for (let i = 1; i < words.length; i++) await page.keyboard.press('Shift+ArrowRight')
  await page.keyboard.press('c')
  await expect(compare(page)).toBeVisible()
}

test('prints are compared by keys alone, and the selection is still there afterwards', async ({ studio }) => {
  await lay(studio, ['a red kite over the dunes', 'an empty swimming pool'])
  await expect(side(studio, 'A').getByRole('img')).toHaveAttribute('alt', 'an empty swimming pool')
  // The seeds differ, the model does not.
  const value = (letter: string, term: string) => facts(studio, letter).locator('dl div').filter({ hasText: term })
  await expect(value('A', 'Seed').locator('.differs')).toHaveCount(1)
  await expect(value('A', 'Model').locator('.differs')).toHaveCount(0)
  await expect(value('B', 'Prompt').locator('.differs')).toHaveText('a red kite over the dunes')
  // Zoomed together.
  const width = (letter: string) => side(studio, letter).getByRole('img').evaluate((img) => img.clientWidth)
  const fitted = await width('B')
  await studio.keyboard.press('z')
  await expect(compare(studio).getByRole('button', { name: 'Zoom, 100 %' })).toBeVisible()
  await expect.poll(() => width('B')).toBeGreaterThan(fitted)
  expect(await width('A')).toBe(await width('B'))
  await studio.keyboard.press('z')
  await studio.keyboard.press('ArrowRight')
  await studio.keyboard.press('p')
  await expect(facts(studio, 'B').getByRole('button', { name: 'Circled' })).toBeVisible()
  await studio.keyboard.press('x')
  await expect(side(studio, 'B').getByRole('img')).toHaveAttribute('alt', 'an empty swimming pool')
  await expect(facts(studio, 'A').getByRole('button', { name: 'Circled' })).toBeVisible()
  await studio.keyboard.press('Escape')
  await expect(compare(studio)).toBeHidden()
  await expect(studio.getByRole('toolbar', { name: '2 prints selected' })).toBeVisible()
  await expect(studio.locator('[role=gridcell]:focus')).toHaveCount(1)
  const rows = (await elsewhere(studio, 'view_rows', { seqs: [1, 2] })) as { circled: boolean }[]
  expect(rows.map((row) => row.circled)).toEqual([true, false])
})

test('two pictures lie under a divider that arrow keys move, and blink with Space', async ({ studio }) => {
  await lay(studio, ['a red kite over the dunes', 'an empty swimming pool'])
  await studio.keyboard.press('d')
  const divider = compare(studio).getByRole('slider', { name: 'Divider' })
  await expect(divider).toBeFocused()
  await studio.keyboard.press('ArrowLeft')
  await expect(divider).toHaveAttribute('aria-valuenow', '49')
  await studio.keyboard.press('Shift+ArrowRight')
  await expect(divider).toHaveAttribute('aria-valuenow', '59')
  await studio.keyboard.press('b')
  await expect(divider).toHaveCount(0)
  await expect(side(studio, 'A').getByRole('img')).toBeVisible()
  await expect(side(studio, 'B')).toHaveCount(0)
  await studio.keyboard.press(' ')
  await expect(side(studio, 'B').getByRole('img')).toBeVisible()
  await expect(side(studio, 'A')).toHaveCount(0)
})

test('two clips play in step', async ({ studio }) => {
  await lay(studio, ['waves at dusk', 'waves at dawn'], 'Video')
  const videos = compare(studio).locator('video')
  const times = () => videos.evaluateAll((all) => all.map((video) => (video as HTMLVideoElement).currentTime))
  await expect
    .poll(() => videos.evaluateAll((all) => all.every((video) => (video as HTMLVideoElement).readyState >= 2)))
    .toBe(true)
  await studio.keyboard.press('k')
  await expect.poll(async () => Math.min(...(await times()))).toBeGreaterThan(0.3)
  await studio.keyboard.press('k')
  await expect(compare(studio).getByRole('button', { name: 'Play', exact: true })).toBeVisible()
  const apart = async () => {
    const [a, b] = await times()
    return Math.abs(a! - b!)
  }
  await expect.poll(apart).toBeLessThan(0.1)
  const before = (await times())[0]!
  await studio.keyboard.press(',')
  await expect.poll(async () => (await times())[0]!).toBeLessThan(before)
  await expect.poll(apart).toBeLessThan(0.1)
})

for (const theme of ['dark', 'light'] as const) {
  test(`compare has no faults in ${theme}`, async ({ studio }) => {
    await studio.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
    await lay(studio, ['a red kite over the dunes', 'an empty swimming pool', 'a lamp in a window'])
    await expectNoFaults(studio, 'side by side')
    await studio.keyboard.press('d')
    await expectNoFaults(studio, 'slider')
    await studio.keyboard.press('b')
    await expectNoFaults(studio, 'blink')
  })
}
