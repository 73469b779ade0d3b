// What a person does in the library day by day, by the keyboard alone: the acts that no other file walks.
import type { Page } from '@playwright/test'
import { test, expect, elsewhere, expectNoFaults, fillGallery } from './served'

const WORDS = ['a red kite over the dunes', 'an empty swimming pool', 'a harbour in fog']

const cells = (page: Page) => page.locator('[role=gridcell][data-print]')
const focused = (page: Page) => page.locator('[role=gridcell]:focus')
const viewer = (page: Page) => page.getByRole('region', { name: 'Viewer' })

interface Draft {
  prompt: string
  references: { asset: string }[]
  values: Record<string, unknown>
}
const draft = async (page: Page) =>
  ((await elsewhere(page, 'get_draft', { modality: 'image' })) as { draft: Draft | null }).draft

/** Chooses from the menu of the print with the focus. */
async function choose(page: Page, name: string): Promise<void> {
  await page.keyboard.press('Shift+F10')
  await page.getByRole('menuitem', { name: new RegExp(`^${name}`) }).focus()
  await page.keyboard.press('Enter')
}

test('prints are browsed, sized, ordered and looked at by keys', async ({ studio }) => {
  await fillGallery(studio, WORDS, 'Image')
  await expect(focused(studio)).toContainText(WORDS[2]!)
  // Large for a moment, on to the next, and back to it.
  await studio.keyboard.press(' ')
  const preview = studio.getByRole('dialog', { name: /^Preview: / })
  await expect(preview).toBeVisible()
  await studio.keyboard.press('ArrowRight')
  await expect(preview).toHaveAccessibleName(/an empty swimming pool/)
  await studio.keyboard.press('5')
  await studio.keyboard.press(' ')
  await expect(preview).toHaveCount(0)
  await expect(focused(studio)).toContainText('an empty swimming pool')
  await expect(focused(studio)).toContainText('5 stars')
  const height = () => cells(studio).first().evaluate((cell) => cell.clientHeight)
  const before = await height()
  await studio.keyboard.press('Control++')
  await expect.poll(height).toBeGreaterThan(before)
  await studio.keyboard.press('Control+-')
  await studio.getByRole('button', { name: 'Squares of one size' }).focus()
  await studio.keyboard.press('Enter')
  await expect
    .poll(() => cells(studio).evaluateAll((all) => all.every((cell) => Math.abs(cell.clientWidth - cell.clientHeight) < 2)))
    .toBe(true)
  await studio.getByRole('button', { name: /^Order: / }).focus()
  await studio.keyboard.press('Enter')
  await expectNoFaults(studio, 'orders')
  await studio.getByRole('menuitem', { name: /rat/i }).focus()
  await studio.keyboard.press('Enter')
  await expect(cells(studio).first()).toContainText('an empty swimming pool')
  // Round the regions and into the pictures again.
  await cells(studio).first().focus()
  await studio.keyboard.press('F6')
  await expect(focused(studio)).toHaveCount(0)
  await studio.keyboard.press('Shift+F6')
  await expect(focused(studio)).toHaveCount(1)
  await studio.keyboard.press('Enter')
  await expect(viewer(studio)).toContainText('1 of 3')
  await studio.keyboard.press('f')
  await expect(viewer(studio).getByRole('button', { name: 'Leave full screen' })).toBeAttached()
  await studio.keyboard.press('Escape')
  await expect(viewer(studio).getByRole('button', { name: 'Full screen' })).toBeVisible()
  await viewer(studio).getByRole('option').nth(2).focus()
  await studio.keyboard.press('Enter')
  await expect(viewer(studio)).toContainText('3 of 3')
})

test('one goes on from a print by keys: as a reference, with its words, with its seed, with all', async ({ studio }) => {
  await fillGallery(studio, WORDS.slice(0, 2), 'Image')
  const [first, second] = (await elsewhere(studio, 'view_rows', { seqs: [1, 2] })) as { id: string }[]
  await studio.keyboard.press('r')
  await expect.poll(async () => (await draft(studio))?.references.map((one) => one.asset)).toEqual([second!.id])
  await studio.keyboard.press('ArrowRight')
  await choose(studio, 'The prompt')
  await expect.poll(async () => (await draft(studio))?.prompt).toBe(WORDS[0])
  await cells(studio).nth(1).focus()
  await choose(studio, 'The seed')
  await expect(studio.getByText(/^Seed \d+ stands in the composer, locked\.$/).first()).toBeVisible()
  await cells(studio).nth(1).focus()
  await choose(studio, 'Use as reference')
  await expect
    .poll(async () => (await draft(studio))?.references.map((one) => one.asset))
    .toEqual([second!.id, first!.id])
  await cells(studio).first().focus()
  await choose(studio, 'Edit and run')
  await expect(studio.getByRole('textbox', { name: 'Prompt' })).toHaveText(WORDS[1]!)
  await studio.keyboard.press('Control+2')
  await cells(studio).nth(1).focus()
  await choose(studio, 'All, with the seed')
  await expect(studio.getByRole('textbox', { name: 'Prompt' })).toHaveText(WORDS[0]!)
})
