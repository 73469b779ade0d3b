// For every pair of eyes: words at twice the size, colours of the system, no motion, a small window.
import type { Page } from '@playwright/test'
import { expect, expectNoFaults, expectPrints, fillGallery, render, test } from './served'

const SCREENS = ['1', '2', '3', '4', '5', ','] as const

/** What sticks out of the window, so that nobody can read it. */
function outside(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const { innerWidth, innerHeight } = window
    const scrolls = (of: Element | null): boolean => {
      for (let at = of; at; at = at.parentElement) {
        const { overflowX, overflowY, position } = getComputedStyle(at)
        if (/auto|scroll/.test(overflowX + overflowY)) return true
        if (position === 'fixed') return false
      }
      return false
    }
    return Array.from(document.querySelectorAll<HTMLElement>('button, input, select, [role=textbox], h1, h2'))
      .filter((one) => {
        const { left, right, top, bottom, width, height } = one.getBoundingClientRect()
        if (width <= 1 || height <= 1 || one.closest('[aria-hidden="true"]')) return false
        const isOut = left < -1 || right > innerWidth + 1 || top < -1 || bottom > innerHeight + 1
        return isOut && !scrolls(one.parentElement) && getComputedStyle(one).visibility === 'visible'
      })
      .map((one) => `${one.tagName} ${one.getAttribute('aria-label') ?? one.innerText.slice(0, 40)}`)
  })
}

// A window of 1440 × 900 at 200 % is laid out in 720 × 450.
for (const { name, width, height } of [
  { name: 'twice the size', width: 720, height: 450 },
  { name: 'a small window', width: 1024, height: 700 },
]) {
  test(`nothing sticks out of the window: ${name}`, async ({ studio }) => {
    await render(studio, 'Image', 'a lighthouse at dusk')
    await expectPrints(studio, 1)
    await studio.setViewportSize({ width, height })
    for (const screen of SCREENS) {
      await studio.keyboard.press(`Control+${screen}`)
      await expect.poll(() => outside(studio), `screen ${screen}`).toEqual([])
      const isWider = await studio.evaluate(() => document.documentElement.scrollWidth > window.innerWidth)
      expect(isWider, `screen ${screen} scrolls sideways`).toBe(false)
      await expectNoFaults(studio, `screen ${screen}, ${name}`)
    }
    // The prompt can be written and sent there.
    await studio.keyboard.press('Control+1')
    await render(studio, 'Image', 'a harbour in fog')
    await expectPrints(studio, 2)
  })
}

test('colours of the system leave marks, focus and states to be told apart', async ({ studio }) => {
  await studio.emulateMedia({ forcedColors: 'active' })
  await fillGallery(studio, ['a lighthouse at dusk'], 'Image')
  await studio.keyboard.press('p')
  await studio.keyboard.press('3')
  const cell = studio.locator('[role=gridcell][data-print]').first()
  // Shadows and backgrounds are gone under forced colours: the focus must be an outline.
  const ring = await cell.evaluate((one) => {
    const rings = [one, ...one.querySelectorAll('*')].map((part) => getComputedStyle(part))
    return rings.some((style) => style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2)
  })
  expect(ring).toBe(true)
  for (const screen of SCREENS) {
    await studio.keyboard.press(`Control+${screen}`)
    await expectNoFaults(studio, `screen ${screen} in forced colours`)
  }
})
