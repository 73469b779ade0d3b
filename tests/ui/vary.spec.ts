import type { Page } from '@playwright/test'
import { test, expect, elsewhere, expectNoFaults } from './served'

const prompt = (page: Page) => page.getByRole('textbox', { name: 'Prompt' })
const page = (studio: Page) => studio.getByRole('region', { name: 'Grid', exact: true })
const pictures = (studio: Page) => page(studio).locator('[data-print] img')
const vary = (studio: Page) => studio.getByRole('region', { name: 'Vary' })

async function write(studio: Page, words: string): Promise<void> {
  await studio.getByRole('radio', { name: 'Image', exact: true }).click()
  await prompt(studio).fill(words)
}

test('alternatives are counted and priced before the start, and stand as a labelled grid after it', async ({
  studio,
}) => {
  await write(studio, 'a {red|blue} kite at {dawn|noon|dusk}')
  await expect(studio.getByRole('form', { name: 'Composer' })).toContainText('6 jobs, $0.00 altogether')
  await expect(studio.getByRole('button', { name: 'Generate 6' })).toBeVisible()
  await studio.keyboard.press('Control+Enter')
  await studio.getByRole('button', { name: 'Open the grid' }).first().click()
  const grid = page(studio)
  await expect(grid.getByRole('columnheader')).toHaveText(['dawn', 'noon', 'dusk'])
  await expect(grid.getByRole('rowheader')).toHaveText(['red', 'blue'])
  await expect(pictures(studio)).toHaveCount(6)
  await expect(grid).toContainText('a {red|blue} kite at {dawn|noon|dusk}')
  await expectNoFaults(studio, 'a grid')

  // By keys: to the cell below and beside, into the viewer, and back to the same cell.
  await grid.locator('[data-stop][tabindex="0"]').focus()
  await studio.keyboard.press('ArrowRight')
  await studio.keyboard.press('ArrowDown')
  await expect(studio.locator(':focus')).toHaveAttribute('aria-label', /^blue, noon/)
  await studio.keyboard.press('Enter')
  const viewer = studio.getByRole('region', { name: 'Viewer' })
  await expect(viewer).toContainText('a blue kite at noon')
  await expect(viewer.getByRole('region', { name: 'As written' })).toContainText('a {red|blue} kite at {dawn|noon|dusk}')
  await studio.keyboard.press('Escape')
  await expect(studio.locator(':focus')).toHaveAttribute('aria-label', /^blue, noon/)

  // Turned on its side, and drawn as it lies.
  await grid.getByLabel(/^Down:/).click()
  await studio.getByRole('option', { name: 'dawn|noon|dusk' }).click()
  await expect(grid.getByRole('rowheader')).toHaveText(['dawn', 'noon', 'dusk'])
  await grid.getByRole('button', { name: 'Export as one picture' }).click()
  await expect(studio.getByText(/^Saved as .*-grid-1-1\.jpg/).first()).toBeVisible()
  await studio.keyboard.press('Escape')
  await expect(grid).toBeHidden()

  // It stands after a reload, and is reached from the feed.
  await studio.reload()
  await studio.getByRole('feed').getByRole('button', { name: 'Open the grid' }).click()
  await expect(pictures(studio)).toHaveCount(6)
})

test('what cannot be read is said, and nothing is sent', async ({ studio }) => {
  await write(studio, 'a __colour__ {kite')
  await expect(vary(studio)).toContainText('There is no list “colour”')
  await studio.keyboard.press('Control+Enter')
  await expect(studio.getByRole('feed')).toHaveCount(0)

  // The list is made where it is missed.
  await vary(studio).getByRole('button', { name: 'Lists' }).click()
  const dialog = studio.getByRole('dialog', { name: 'Lists' })
  await dialog.getByRole('textbox', { name: 'Name of the list' }).fill('colour')
  await dialog.getByRole('textbox', { name: 'Entries, one a line' }).fill('# remarks\nred\nblue\ngreen')
  await dialog.getByRole('button', { name: 'Keep it' }).click()
  await expect(dialog).toContainText('3 entries')
  await expectNoFaults(studio, 'lists')
  await dialog.getByRole('button', { name: 'Close' }).click()
  await expect(studio.getByRole('button', { name: 'Generate 3' })).toBeVisible()

  // By chance it is one job again.
  await vary(studio).getByRole('radio', { name: 'By chance' }).click()
  await expect(studio.getByRole('form', { name: 'Composer' })).toContainText('1 job, $0.00 altogether')
  await expectNoFaults(studio, 'the pane of what varies')
})

test('fields take several values, and every cell can be told from the others', async ({ studio }) => {
  await write(studio, 'a lamp')
  await vary(studio).getByRole('button', { name: /^Vary/ }).first().click()
  await vary(studio).getByRole('button', { name: 'Vary a field' }).click()
  await studio.getByRole('menuitem', { name: 'Seed' }).click()
  await vary(studio).getByRole('textbox', { name: 'Values of Seed' }).fill('3..5')
  await studio.keyboard.press('Tab')
  await expect(studio.getByRole('button', { name: 'Generate 3' })).toBeVisible()
  await studio.keyboard.press('Control+Enter')
  await studio.getByRole('button', { name: 'Open the grid' }).first().click()
  await expect(page(studio).getByRole('columnheader')).toHaveText(['Seed 3', 'Seed 4', 'Seed 5'])
  await expect(pictures(studio)).toHaveCount(3)
})

test.describe('under a cap', () => {
  test.use({ script: { base_price: 0.05, balance: 5 } })

  test('all of it is sent or nothing', async ({ studio }) => {
    const settings = (await elsewhere(studio, 'get_settings', {})) as Record<string, unknown>
    await elsewhere(studio, 'set_settings', { ...settings, caps: { day: {}, batch: { USD: 100_000 } } })
    await write(studio, 'a {red|blue|green} kite')
    await expect(studio.getByRole('form', { name: 'Composer' })).toContainText('3 jobs, $0.15 altogether')
    await studio.keyboard.press('Control+Enter')
    await expect(studio.getByRole('alert')).toContainText('your cap for one batch is $0.10')
    expect(await elsewhere(studio, 'list_jobs', {})).toEqual([])
  })
})

test.describe('over models of several providers', () => {
  test.use({ script: { base_price: 0.04, balance: 10, rules: [] }, several: true })

  test('what one of them does not take is said before anything is sent', async ({ studio }) => {
    await write(studio, 'a lamp')
    await studio.keyboard.press('Control+m')
    await studio.keyboard.type('stills wavespeed')
    await studio.keyboard.press('Enter')
    await studio.getByRole('textbox', { name: 'Seed' }).fill('7')
    await studio.keyboard.press('Tab')
    await vary(studio).getByRole('button', { name: /^Vary/ }).first().press('Enter')
    await vary(studio).getByRole('button', { name: 'Vary the model' }).press('Enter')
    const dialog = studio.getByRole('dialog', { name: 'Run it on several models' })
    await expect(dialog.getByLabel('Find a model')).toBeFocused()
    await studio.keyboard.type('GPT Image 1.5')
    await dialog.getByRole('checkbox', { name: 'GPT Image 1.5' }).press('Space')
    await dialog.getByRole('button', { name: '2 models' }).press('Enter')
    await expect(vary(studio).getByRole('status')).toHaveText("Seed isn't used by GPT Image 1.5.")
    await expectNoFaults(studio, 'what a model of several does not take')
    await expect(studio.getByRole('form', { name: 'Composer' })).toContainText(
      '2 jobs, $0.04 altogether, and 1 without a listed price',
    )
  })
})
