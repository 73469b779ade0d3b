import { test, expect, expectNoFaults, expectPrints, render } from './served'

for (const theme of ['dark', 'light'] as const) {
  test(`no faults in ${theme}`, async ({ studio }) => {
    await studio.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
    await expectNoFaults(studio, 'first run')
    await render(studio, 'Image', 'a harbour in fog')
    await expectPrints(studio, 1)
    await render(studio, 'Video', 'a harbour at night')
    await expect(studio.getByRole('progressbar').first()).toBeVisible()
    await expectNoFaults(studio, 'a clip under way')
    await expectPrints(studio, 2)
    await expectNoFaults(studio, 'feed')
    for (const n of [0, 1]) {
      await studio.locator('[role=feed] [data-print]').nth(n).click()
      await expect(studio.getByRole('region', { name: 'Viewer' })).toBeVisible()
      await expectNoFaults(studio, n === 0 ? 'viewer of a clip' : 'viewer of a picture')
      await studio.keyboard.press('Escape')
    }
    await studio.keyboard.press('Control+2')
    await expect(studio.locator('[role=gridcell]').first()).toBeVisible()
    await expectNoFaults(studio, 'gallery')
    await studio.keyboard.press('Control+,')
    await expect(studio.getByRole('heading', { name: 'Settings' }).first()).toBeVisible()
    await expectNoFaults(studio, 'settings')
    await studio.keyboard.press('Escape')
    await studio.keyboard.press('Control+1')
    await studio.keyboard.press('Control+m')
    await expectNoFaults(studio, 'model picker')
  })
}
