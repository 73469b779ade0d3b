// What a prompt runs on, by the keyboard alone: favourites, prices side by side, and routes in the composer.
import type { Locator, Page } from '@playwright/test'
import { elsewhere, expect, expectNoFaults, expectPrints, test } from './served'

/** Two providers with keys beside the built-in one; the first submit is declined for its settings. */
test.use({
  script: { base_price: 0.04, balance: 10, rules: [{ on: 'submit', times: 1, answer: { status: 422 } }] },
  several: true,
})

const PAID = 'wavespeed:sandbox/stills'
const FREE = 'sandbox:sandbox/stills'
const OTHER = 'GPT Image 1.5'

interface Sent {
  endpoint: string
  route: string | null
  step: number
  state: string
}

const composer = (page: Page) => page.getByRole('form', { name: 'Composer' })
const picker = (page: Page) => page.getByRole('dialog', { name: 'Choose a model' })
const search = (page: Page) => page.getByRole('combobox', { name: 'Search models' })
const models = (page: Page) => page.getByRole('listbox', { name: 'Models' })
const chip = (page: Page, name: string) =>
  composer(page).getByRole('group', { name: 'Routes' }).getByRole('button', { name, exact: true })

async function write(page: Page, words: string): Promise<void> {
  await page.getByRole('radio', { name: 'Image', exact: true }).click()
  await page.getByRole('textbox', { name: 'Prompt' }).fill(words)
}

async function openPicker(page: Page): Promise<void> {
  await page.keyboard.press('Control+m')
  await expect(search(page)).toBeFocused()
}

async function choose(page: Page, words: string): Promise<void> {
  await openPicker(page)
  await page.keyboard.type(words)
  await page.keyboard.press('Enter')
  await expect(picker(page)).toBeHidden()
}

/** Goes back with the Tab key until it is there. */
async function backTo(page: Page, to: Locator): Promise<void> {
  for (let i = 0; i < 4; i++) {
    await page.keyboard.press('Shift+Tab')
    if (await to.evaluate((one) => one === document.activeElement)) return
  }
  await expect(to).toBeFocused()
}

async function newest(page: Page): Promise<Sent | undefined> {
  return ((await elsewhere(page, 'list_jobs', { limit: 1 })) as Sent[])[0]
}

for (const theme of ['dark', 'light'] as const) {
  test(`a favourite stands first from then on, until it is none any more, ${theme}`, async ({ studio }) => {
    await studio.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
    await write(studio, 'hills at dawn')
    await choose(studio, 'stills wavespeed')
    await openPicker(studio)
    await studio.keyboard.type(OTHER)
    await expect(models(studio).getByRole('option')).toHaveCount(1)
    const star = picker(studio).getByRole('button', { name: `Favourite: ${OTHER}` })
    await backTo(studio, star)
    await studio.keyboard.press('Enter')
    await expect(star).toHaveAttribute('aria-pressed', 'true')
    await expect(studio.getByText(`${OTHER} is a favourite.`).first()).toBeVisible()

    // First in the picker, and its first key; the composer still stands where it stood.
    const first = models(studio).getByRole('option').first()
    await search(studio).fill('')
    await expect(models(studio)).toContainText('Favourites')
    await expect(first).toContainText(OTHER)
    await expectNoFaults(studio, 'a favourite in the picker')
    await studio.keyboard.press('Escape')
    await expect(picker(studio)).toBeHidden()
    await expect(composer(studio)).toContainText('WaveSpeed')
    await studio.reload()
    await expect(composer(studio)).toContainText('WaveSpeed')
    await openPicker(studio)
    await expect(first).toContainText(OTHER)
    await studio.keyboard.press('Home')
    await studio.keyboard.press('Enter')
    await expect(composer(studio)).toContainText(OTHER)

    // Among the models it is one of those that a press leaves over, and there it is unmarked.
    await studio.keyboard.press('Control+4')
    const table = studio.getByRole('grid', { name: 'Models' })
    const lines = table.locator('[role=row][aria-selected]')
    await studio.getByRole('button', { name: 'Favourites', exact: true }).press('Enter')
    await expect(lines).toHaveCount(1)
    await table.focus()
    await studio.keyboard.press('ArrowDown')
    await studio.keyboard.press('Enter')
    const pane = studio.getByRole('complementary', { name: 'This model' })
    await expect(pane).toBeFocused()
    await pane.getByRole('button', { name: `Favourite: ${OTHER}` }).press('Enter')
    await expect(studio.getByText('No favourites yet.')).toBeVisible()
    await expectNoFaults(studio, 'no favourites')
    await studio.keyboard.press('Control+z')
    await expect(lines).toHaveCount(1)
    await pane.getByRole('button', { name: `Favourite: ${OTHER}` }).press('Enter')
    await expect(lines).toHaveCount(0)
    await studio.keyboard.press('Control+1')
    await openPicker(studio)
    await expect(models(studio).getByRole('option').first()).toBeVisible()
    await expect(models(studio)).not.toContainText('Favourites')
  })

  test(`prices stand side by side with what is left out, and one is chosen, ${theme}`, async ({ studio }) => {
    await studio.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
    await write(studio, 'hills at dawn')
    await choose(studio, 'stills wavespeed')
    await studio.getByRole('button', { name: 'Negative prompt' }).press('Enter')
    await studio.getByRole('textbox', { name: 'Negative prompt' }).fill('mist')
    await studio.getByRole('textbox', { name: 'Seed' }).fill('7')
    await studio.keyboard.press('Tab')

    await openPicker(studio)
    await backTo(studio, picker(studio).getByRole('button', { name: 'Compare prices' }))
    await studio.keyboard.press('Enter')
    await expect(search(studio)).toBeFocused()
    const compare = picker(studio).getByRole('button', { name: /^Compare \d+ price/ })
    await expect(compare).toHaveText('Compare 1 price')
    await studio.keyboard.type(OTHER)
    await studio.keyboard.press('Enter')
    await expect(models(studio).getByRole('option', { selected: true })).toContainText(OTHER)
    await expect(compare).toHaveText('Compare 2 prices')
    await expectNoFaults(studio, 'models chosen to be compared')
    await backTo(studio, compare)
    await studio.keyboard.press('Enter')

    const dialog = studio.getByRole('dialog', { name: 'Compare prices' })
    await expect(dialog).toContainText('hills at dawn')
    const row = (name: string) => dialog.getByRole('row').filter({ has: studio.getByRole('rowheader').filter({ hasText: name }) })
    await expect(row('Stills')).toContainText('$0.04')
    await expect(row('Stills')).toContainText('In the composer')
    await expect(row('Stills').getByRole('cell').nth(3)).toHaveText('Nothing')
    await expect(row(OTHER)).toContainText('Not listed')
    await expect(row(OTHER).getByRole('cell').nth(3)).toHaveText('Negative prompt and Seed')
    await expectNoFaults(studio, 'prices side by side')
    // Nothing changed by looking, and the focus is back where it came from.
    await studio.keyboard.press('Escape')
    await expect(dialog).toBeHidden()
    await expect(composer(studio)).toContainText('WaveSpeed')
    await expect(studio.getByRole('button', { name: 'New random seed' })).toBeFocused()

    // From the models too.
    await studio.keyboard.press('Control+4')
    const table = studio.getByRole('grid', { name: 'Models' })
    for (const words of ['stills wavespeed', OTHER]) {
      await studio.getByLabel('Find a model by name, provider or id').fill(words)
      await table.focus()
      await studio.keyboard.press('Home')
      await studio.keyboard.press('Enter')
      await studio.getByRole('button', { name: 'Compare its price' }).press('Enter')
    }
    await expectNoFaults(studio, 'models to compare')
    await studio
      .getByRole('toolbar', { name: 'Models to compare' })
      .getByRole('button', { name: 'Compare prices' })
      .press('Enter')
    await expect(row(OTHER)).toContainText('Not listed')
    await expect(row(OTHER).getByRole('button', { name: /^Use / })).toBeFocused()
    await studio.keyboard.press('Enter')
    await expect(dialog).toBeHidden()
    await expect(composer(studio)).toContainText(`Negative prompt and Seed aren't used by ${OTHER}. Kept for later.`)
    await expect(studio.getByRole('textbox', { name: 'Prompt' })).toHaveText('hills at dawn')
  })
}

test.describe('along a route', () => {
  test.beforeEach(async ({ studio }) => {
    const route = { name: 'Hero still', modality: 'image', steps: [PAID, FREE], most: null }
    await elsewhere(studio, 'save_route', route)
    await elsewhere(studio, 'save_route', { ...route, name: 'Not now', steps: ['replicate:black-forest-labs/flux-schnell'] })
    await write(studio, 'hills at dawn')
    await choose(studio, OTHER)
    await expect(chip(studio, 'Hero still')).toBeVisible()
  })

  async function take(page: Page, name: string): Promise<void> {
    await chip(page, name).focus()
    await page.keyboard.press('Enter')
    await expect(chip(page, name)).toHaveAttribute('aria-pressed', 'true')
  }

  test('its steps and its price are told, and a job goes along it and comes back on it', async ({ studio }) => {
    await take(studio, 'Hero still')
    await expect(composer(studio)).toContainText('Stills, then Sandbox Stills')
    await expect(composer(studio)).toContainText('At most $0.04 whichever runs.')
    for (const theme of ['dark', 'light']) {
      await studio.evaluate((theme) => (document.documentElement.dataset.theme = theme), theme)
      await expectNoFaults(studio, `a route in the composer, ${theme}`)
    }
    // What no step of can run is not taken, and says why.
    await chip(studio, 'Hero still').focus()
    await studio.keyboard.press('Tab')
    const unable = chip(studio, 'Not now No step of it can run now')
    await expect(unable).toBeFocused()
    await expect(studio.locator('.tip')).toHaveText('No step of it can run now')
    await studio.keyboard.press('Enter')
    await expect(unable).toHaveAttribute('aria-pressed', 'false')
    await expect(chip(studio, 'Hero still')).toHaveAttribute('aria-pressed', 'true')

    await studio.keyboard.press('Control+Enter')
    await expectPrints(studio, 1)
    // The first step would not have it, so the second made it.
    expect(await newest(studio)).toMatchObject({ endpoint: FREE, route: 'Hero still', step: 1 })

    // Pressed once more, its model is what stays.
    await chip(studio, 'Hero still').focus()
    await studio.keyboard.press('Enter')
    await expect(chip(studio, 'Hero still')).toHaveAttribute('aria-pressed', 'false')
    await expect(composer(studio)).not.toContainText('whichever runs')
    await choose(studio, OTHER)

    // All of it from the print: back on the route, on the step that inputs are written for.
    const again = async () => {
      await studio.locator('[role=feed] [data-print]').first().focus()
      await studio.keyboard.press('Enter')
      await studio.getByRole('region', { name: 'Viewer' }).getByRole('button', { name: 'Edit and run' }).press('Enter')
      await expect(studio.getByRole('region', { name: 'Viewer' })).toBeHidden()
    }
    await again()
    await expect(chip(studio, 'Hero still')).toHaveAttribute('aria-pressed', 'true')
    await expect(composer(studio)).toContainText('WaveSpeed')
    await elsewhere(studio, 'remove_route', { name: 'Hero still' })
    await expect(chip(studio, 'Hero still')).toBeHidden()
    await again()
    await expect(composer(studio)).toContainText('There is no route Hero still any more, so Sandbox Stills is chosen.')
  })

  test('a preset keeps the route', async ({ studio }) => {
    await take(studio, 'Hero still')
    const list = studio.getByRole('dialog', { name: 'Presets' })
    const open = () => studio.getByRole('button', { name: 'Presets' }).press('Enter')
    await open()
    await list.getByRole('button', { name: 'Save as a preset' }).press('Enter')
    const ask = studio.getByRole('dialog', { name: 'Save as a preset' })
    await expect(ask).toContainText('Keeps Hero still with its settings as they are now.')
    await studio.keyboard.type('Quick')
    await studio.keyboard.press('Enter')
    await expect(ask).toBeHidden()

    await choose(studio, OTHER)
    await expect(chip(studio, 'Hero still')).toHaveAttribute('aria-pressed', 'false')
    await open()
    await expect(list.getByRole('listitem')).toContainText('Hero still')
    await studio.keyboard.press('Enter')
    await expect(chip(studio, 'Hero still')).toHaveAttribute('aria-pressed', 'true')

    await elsewhere(studio, 'remove_route', { name: 'Hero still' })
    await expect(chip(studio, 'Hero still')).toBeHidden()
    await open()
    await studio.keyboard.press('Enter')
    await expect(composer(studio)).toContainText('There is no route Hero still any more, so Stills is chosen.')
  })
})
