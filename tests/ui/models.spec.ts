import { readFile } from 'node:fs/promises'
import type { Page } from '@playwright/test'
import { elsewhere, test, expect, expectNoFaults } from './served'

/** A provider with a key, a live list and prices. */
test.use({ script: { base_price: 0.04, balance: 10, rules: [] } })

const table = (page: Page) => page.getByRole('grid', { name: 'Models' })
const lines = (page: Page) => table(page).locator('[role=row][aria-selected]')
const pane = (page: Page, name: 'Routes' | 'This model') => page.getByRole('complementary', { name })
const steps = (page: Page) => page.getByRole('list', { name: 'Steps' }).getByRole('listitem')
const grip = (page: Page, n: number) => page.getByRole('button', { name: new RegExp(`^Move .* step ${n} of`) })

async function addStep(page: Page, words: string): Promise<void> {
  await page.locator('#add-step').click()
  await page.getByRole('combobox', { name: 'Search models' }).fill(words)
  await page.keyboard.press('Enter')
}

test('the catalogue is searched, narrowed, walked and refreshed', async ({ studio }) => {
  await studio.keyboard.press('Control+4')
  await expect(lines(studio).first()).toBeVisible()
  const all = Number(await table(studio).getAttribute('aria-rowcount'))
  expect(all).toBeGreaterThan(5)

  await table(studio).focus()
  await studio.keyboard.press('/')
  await studio.keyboard.type('clips wavespeed')
  await expect(lines(studio)).toHaveCount(2)
  await studio.keyboard.press('Enter')
  await expect(table(studio)).toBeFocused()
  await studio.keyboard.press('ArrowDown')
  const chosen = table(studio).getByRole('row', { selected: true })
  await expect(chosen).toContainText('image to video')
  await studio.keyboard.press('Enter')
  await expect(pane(studio, 'This model')).toBeFocused()
  await expect(pane(studio, 'This model')).toContainText('Text, 2 images to video')
  await studio.keyboard.press('Escape')
  await expect(table(studio)).toBeFocused()

  await studio.getByRole('button', { name: 'Clear all' }).click()
  await studio.getByRole('radio', { name: 'Video' }).click()
  await expect.poll(async () => Number(await table(studio).getAttribute('aria-rowcount'))).toBeLessThan(all)
  await studio.getByRole('button', { name: 'Retired', exact: true }).click()
  const sora = lines(studio).filter({ hasText: 'Sora 2 Pro' }).filter({ hasText: 'OpenAI' })
  await expect(sora).toContainText('Retired 24 Sept')
  await studio.getByRole('radio', { name: 'Image' }).click()
  await expect(lines(studio).filter({ hasText: 'Sora' })).toHaveCount(0)
  await studio.getByRole('button', { name: 'Clear all' }).first().click()
  await expect(table(studio)).toHaveAttribute('aria-rowcount', String(all))

  await studio.getByRole('button', { name: /^Lists? read .*Refresh models/ }).click()
  const lists = studio.getByRole('dialog', { name: 'Lists of models' })
  await lists.getByRole('button', { name: 'Refresh models of WaveSpeed' }).click()
  await expect(lists.getByText(/^\d+ models from WaveSpeed\.$/)).toBeVisible()
})

test('a route is made, put in order, limited and kept', async ({ studio }) => {
  await studio.keyboard.press('Control+4')
  await studio.getByRole('button', { name: 'Make a route' }).click()
  await expect(studio.getByLabel('Name of the route')).toBeFocused()
  await studio.keyboard.type('Hero still')
  await addStep(studio, 'sandbox stills edit wavespeed')
  await addStep(studio, 'sandbox stills wavespeed')
  await expect(steps(studio)).toHaveCount(2)
  await expect(steps(studio).nth(0)).toContainText('edit')

  // By keys, and back by the pointer.
  await grip(studio, 2).focus()
  await studio.keyboard.press('Alt+ArrowUp')
  await expect(steps(studio).nth(1)).toContainText('edit')
  await expect(grip(studio, 1)).toBeFocused()
  const [from, to] = [await grip(studio, 2).boundingBox(), await grip(studio, 1).boundingBox()]
  if (!from || !to) throw new Error('the grips are on the page')
  await studio.mouse.move(from.x + 8, from.y + 12)
  await studio.mouse.down()
  await studio.mouse.move(to.x + 8, to.y - 6, { steps: 6 })
  await studio.mouse.up()
  await expect(steps(studio).nth(0)).toContainText('edit')

  // What makes something else is said at once, and is not kept.
  await studio.getByLabel('Find a model by name, provider or id').fill('sandbox clips wavespeed')
  await lines(studio)
    .first()
    .click({ position: { x: 60, y: 16 } })
  await studio.getByRole('button', { name: 'Add to Hero still' }).click()
  await expect(steps(studio).nth(2)).toContainText('It makes clips, and this route is for pictures.')
  await studio.getByRole('button', { name: 'Save route' }).click()
  await expect(studio.getByText('Step 3 has to go first.')).toBeVisible()
  await steps(studio)
    .nth(2)
    .getByRole('button', { name: /^Take .* out$/ })
    .click()

  const most = studio.getByLabel('No more than, in USD for one run')
  await most.fill('0.01')
  await most.press('Enter')
  await expect(steps(studio).nth(0)).toContainText('$0.01 is the most. It is left out.')
  await expect(studio.getByText('No step can run yet')).toBeVisible()
  await most.fill('0.50')
  await most.press('Tab')
  await expect(steps(studio).nth(0)).not.toContainText('left out')
  await studio.getByRole('button', { name: 'Save route' }).click()
  await expect(studio.getByRole('button', { name: 'Save route' })).toBeHidden()

  const kept = (await elsewhere(studio, 'list_routes', {})) as {
    name: string
    steps: string[]
    most: object
  }[]
  expect(kept).toHaveLength(1)
  expect(kept[0]).toMatchObject({
    name: 'Hero still',
    modality: 'image',
    most: { micros: 500_000, currency: 'USD' },
  })
  expect(kept[0]?.steps.map((step) => step.includes('edit'))).toEqual([true, false])

  // What is changed elsewhere appears.
  await elsewhere(studio, 'save_route', { ...kept[0], name: 'Rough' })
  await expect(studio.getByRole('button', { name: 'Rough', exact: true })).toBeVisible()
  await elsewhere(studio, 'remove_route', { name: 'Rough' })
  await expect(studio.getByRole('button', { name: 'Rough', exact: true })).toBeHidden()

  await studio.getByLabel('Name of the route').fill('Hero picture')
  await studio.keyboard.press('Enter')
  await expect(studio.getByRole('button', { name: 'Hero picture', exact: true })).toBeVisible()
  await expect(studio.getByRole('button', { name: 'Hero still', exact: true })).toBeHidden()
  await studio.getByRole('button', { name: 'Remove Hero picture' }).click()
  await expect(studio.getByText('No routes yet')).toBeVisible()
  await studio.getByRole('button', { name: 'Undo' }).click()
  await expect(steps(studio)).toHaveCount(2)
})

test('routes leave as a file, and one comes in after a look at it', async ({ studio }) => {
  const route = { modality: 'image', steps: ['sandbox:sandbox/stills'], most: null }
  for (const name of ['Hero still', 'Rough']) await elsewhere(studio, 'save_route', { ...route, name })
  await studio.keyboard.press('Control+4')
  await expect(studio.getByRole('button', { name: 'Rough', exact: true })).toBeVisible()
  const download = studio.waitForEvent('download')
  await studio.getByRole('button', { name: 'Save as a file' }).click()
  const kept = await download
  expect(kept.suggestedFilename()).toBe('rushes-routes.toml')
  const text = await readFile(await kept.path(), 'utf8')
  expect(text).toContain('name = "Hero still"')
  // A window without a browser around it has the studio write the file.
  const { path } = (await elsewhere(studio, 'save_routes', {})) as { path: string }
  expect(await readFile(path, 'utf8')).toBe(text)

  const input = studio.getByLabel('A file of routes')
  const file = (content: string) => ({ name: 'mine.toml', mimeType: 'text/plain', buffer: Buffer.from(content) })
  await input.setInputFiles(file(text))
  await expect(studio.getByRole('dialog', { name: 'Nothing would change' })).toBeVisible()
  await studio.getByRole('button', { name: 'Close' }).click()

  const second = text.replace('name = "Rough"', 'name = "Sketch"').replace('sandbox/stills"]', 'sandbox/stills/edit"]')
  await input.setInputFiles(file(second))
  const look = studio.getByRole('dialog', { name: 'Bring in 2 routes?' })
  await expect(look).toContainText('mine.toml. 1 is new, 1 replaces yours.')
  await expect(look.getByRole('listitem').nth(0)).toHaveText(/Hero still\s*Replaces yours: other steps\./)
  await expect(look.getByRole('listitem').nth(1)).toHaveText(/Sketch\s*New, for pictures, 1 step\./)
  await expectNoFaults(studio, 'a look at a file of routes')
  await look.getByRole('button', { name: 'Cancel' }).click()
  await expect(studio.getByRole('button', { name: 'Sketch', exact: true })).toBeHidden()
  await input.setInputFiles(file(second))
  await studio.getByRole('button', { name: 'Bring them in' }).click()
  await expect(studio.getByRole('button', { name: 'Sketch', exact: true })).toBeVisible()
  const names = ((await elsewhere(studio, 'list_routes', {})) as { name: string }[]).map((route) => route.name)
  expect(names).toEqual(['Hero still', 'Rough', 'Sketch'])
})

for (const theme of ['dark', 'light'] as const) {
  test(`axe finds nothing on the models, ${theme}`, async ({ studio }) => {
    await studio.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
    await studio.keyboard.press('Control+4')
    await expect(lines(studio).first()).toBeVisible()
    await expectNoFaults(studio, 'catalogue, no routes')
    await studio.getByRole('button', { name: 'Make a route' }).click()
    await addStep(studio, 'sandbox stills wavespeed')
    await studio.locator('#add-step').click()
    await expect(studio.getByRole('listbox', { name: 'Models' })).toBeVisible()
    await expectNoFaults(studio, 'adding a step')
    await studio.keyboard.press('Escape')
    await studio.getByRole('button', { name: 'Save route' }).click()
    await expect(studio.getByText('Give it a name, like Hero video.')).toBeVisible()
    await expectNoFaults(studio, 'a route with something to mend')
    await lines(studio)
      .first()
      .click({ position: { x: 60, y: 16 } })
    await expect(pane(studio, 'This model')).toBeVisible()
    await expectNoFaults(studio, 'about a model')
    await studio.getByRole('button', { name: /Refresh models$/ }).click()
    await expect(studio.getByRole('dialog', { name: 'Lists of models' })).toBeVisible()
    await expectNoFaults(studio, 'the lists')
    await studio.keyboard.press('Escape')
    await studio.setViewportSize({ width: 1024, height: 700 })
    await expect(table(studio).getByRole('columnheader', { name: 'Makes' })).toBeHidden()
    await expectNoFaults(studio, 'narrow')
    await studio.setViewportSize({ width: 980, height: 660 })
    await studio.getByRole('button', { name: 'Routes', exact: true }).click()
    await expect(pane(studio, 'This model')).toBeVisible()
    await expectNoFaults(studio, 'the pane over the table')
  })
}
