import type { Page } from '@playwright/test'
import { test, expect, elsewhere, expectNoFaults, expectPrints, render } from './served'

const cells = (page: Page) => page.locator('[role=gridcell][data-print]')
const focused = (page: Page) => page.locator('[role=gridcell]:focus')

interface Row {
  seq: number
  rating: number
  circled: boolean
  trashed_at: number | null
}

/** The prints as the studio has them, oldest first. */
async function kept(page: Page): Promise<Row[]> {
  return (await elsewhere(page, 'view_rows', { seqs: Array.from({ length: 9 }, (_, i) => i + 1) })) as Row[]
}

/** Three prints of one job between two by themselves, and the gallery with them stacked. */
async function fill(page: Page): Promise<void> {
  await render(page, 'Image', 'a red kite over the dunes')
  await expectPrints(page, 1)
  const sent = await elsewhere(page, 'submit_job', {
    endpoint: 'openai:gpt-image-1-mini',
    inputs: { prompt: 'an empty swimming pool', n: 3, quality: 'low', size: '1024x1024' },
  })
  expect(sent).toMatchObject({ problems: [] })
  await expectPrints(page, 4)
  await render(page, 'Image', 'a lamp in a window')
  await expectPrints(page, 5)
  await page.keyboard.press('Control+2')
  await expect(cells(page)).toHaveCount(5)
  await cells(page).first().focus()
  await page.keyboard.press('Shift+S')
  await expect(cells(page)).toHaveCount(3)
  await page.keyboard.press('ArrowRight')
  await expect(focused(page)).toContainText('Stack of 3, closed: an empty swimming pool')
}

test.use({ script: {}, several: true })

test('the prints of a job are one tile, which opens and closes in place by a key', async ({ studio }) => {
  await fill(studio)
  await expect(studio.getByRole('button', { name: 'Stack the prints of a take' })).toHaveAttribute('aria-pressed', 'true')
  await expect(focused(studio)).toHaveAttribute('aria-expanded', 'false')
  // The day still counts prints, and the pane tells what the stack holds.
  await expect(studio.getByRole('heading', { name: 'Today' }).locator('..')).toContainText('5 prints')
  const inspector = studio.getByRole('complementary', { name: 'Inspector' })
  await expect(inspector).toContainText('Stack of 3 prints')
  await expectNoFaults(studio, 'a closed stack')
  await studio.keyboard.press('s')
  await expect(cells(studio)).toHaveCount(5)
  await expect(focused(studio)).toHaveAttribute('aria-expanded', 'true')
  await expect(focused(studio)).toContainText('of 3 in a stack: an empty swimming pool')
  await expectNoFaults(studio, 'an open stack')
  // From any of its prints it closes, and the focus stays with it.
  await expect(focused(studio)).toContainText('3 of 3')
  await studio.keyboard.press('ArrowLeft')
  await expect(focused(studio)).toContainText('2 of 3')
  await studio.keyboard.press('s')
  await expect(cells(studio)).toHaveCount(3)
  await expect(focused(studio)).toContainText('Stack of 3, closed')
  // The viewer steps through all of them.
  await studio.keyboard.press('Enter')
  const viewer = studio.getByRole('region', { name: 'Viewer' })
  await expect(viewer).toContainText('of 5')
  await studio.keyboard.press('Escape')
  await expect(focused(studio)).toContainText('Stack of 3, closed')
  // It is remembered, and off again every print stands by itself.
  await studio.reload()
  await studio.keyboard.press('Control+2')
  await expect(cells(studio)).toHaveCount(3)
  await cells(studio).first().focus()
  await studio.keyboard.press('Shift+S')
  await expect(cells(studio)).toHaveCount(5)
  await expect(studio.locator('[role=gridcell][aria-expanded]')).toHaveCount(0)
})

test('what is done with a closed stack is done with all of it, and taken back', async ({ studio }) => {
  await fill(studio)
  await studio.keyboard.press('3')
  await expect(studio.getByText('3 prints rated 3 stars.').first()).toBeVisible()
  await expect.poll(async () => (await kept(studio)).map((row) => row.rating)).toEqual([0, 3, 3, 3, 0])
  await studio.keyboard.press('Control+z')
  await expect.poll(async () => (await kept(studio)).map((row) => row.rating)).toEqual([0, 0, 0, 0, 0])
  await studio.keyboard.press('Shift+F10')
  const menu = studio.getByRole('menu')
  await expect(menu).toContainText('All 3 of the stack')
  await expect(menu.getByRole('menuitem', { name: 'Open the stack' })).toBeVisible()
  await expectNoFaults(studio, 'the menu of a stack')
  await studio.keyboard.press('Escape')
  // Chosen with its neighbour, it counts as three.
  await studio.keyboard.press('Shift+ArrowRight')
  await expect(studio.getByRole('toolbar', { name: '4 prints selected' })).toBeVisible()
  await studio.keyboard.press('Escape')
  await cells(studio).nth(1).focus()
  await studio.keyboard.press('Delete')
  await expect(cells(studio)).toHaveCount(2)
  await expect(studio.getByText('3 prints moved to Trash.').first()).toBeVisible()
  await studio.getByRole('button', { name: 'Undo' }).focus()
  await studio.keyboard.press('Enter')
  await expect(cells(studio)).toHaveCount(3)
  // The pick stands for its stack: first the best rated, then the circled one.
  await cells(studio).nth(1).focus()
  await studio.keyboard.press('s')
  await expect(cells(studio)).toHaveCount(5)
  const shown = async () => await cells(studio).nth(1).getAttribute('data-print')
  const newest = await shown()
  await cells(studio).nth(1).focus()
  await studio.keyboard.press('4')
  await studio.keyboard.press('s')
  await expect(cells(studio)).toHaveCount(3)
  await expect.poll(shown).toBe(newest)
  await studio.keyboard.press('s')
  await expect(cells(studio)).toHaveCount(5)
  const middle = await cells(studio).nth(2).getAttribute('data-print')
  await cells(studio).nth(2).focus()
  await studio.keyboard.press('p')
  await expect.poll(async () => (await kept(studio)).filter((row) => row.circled).length).toBe(1)
  await studio.keyboard.press('s')
  await expect(cells(studio)).toHaveCount(3)
  await expect.poll(shown).toBe(middle)
  // The pointer opens it as well.
  await cells(studio).nth(1).locator('[data-stack]').click()
  await expect(cells(studio)).toHaveCount(5)
})
