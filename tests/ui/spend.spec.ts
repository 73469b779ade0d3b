import { readFile } from 'node:fs/promises'
import type { Page } from '@playwright/test'
import { test, expect, expectNoFaults, render } from './served'

/** One submit is fine, one is made although its answer is lost, one is declined; then all are fine. */
test.use({
  script: {
    base_price: 0.04,
    balance: 10,
    rules: [
      { on: 'submit', after: 1, times: 1, drop: 'after_read', create: true },
      { on: 'submit', after: 1, times: 1, answer: { status: 400 } },
    ],
  },
})

const spend = (page: Page) => page.getByRole('region', { name: 'Spend', exact: true })
const pane = (page: Page) => page.getByRole('complementary', { name: 'Caps and models' })
const figure = (page: Page, name: string) =>
  spend(page).locator('dl > div').filter({ has: page.getByText(name, { exact: true }) }).locator('dd')
const jobs = (page: Page) => page.getByRole('grid', { name: 'Jobs' }).getByRole('row')

/** Sends a prompt and waits until its job says so. */
async function generate(page: Page, prompt: string, state: string): Promise<void> {
  await page.keyboard.press('Control+1')
  await render(page, 'Image', prompt)
  await page.keyboard.press('Control+3')
  await expect(jobs(page).filter({ hasText: prompt }).getByRole('gridcell').first()).toHaveText(state, {
    timeout: 20_000,
  })
}

async function spendAll(page: Page): Promise<void> {
  await generate(page, 'a lighthouse at dusk', 'Done')
  await generate(page, 'a harbour in fog', 'Recovered')
  await generate(page, 'a road in the rain', 'Blocked')
  await page.keyboard.press('Control+5')
  await expect(figure(page, 'Today')).toHaveText('$0.08')
}

test('a month is told to the cent, by day and by who was paid', async ({ studio }) => {
  await spendAll(studio)
  await expect(figure(studio, 'This month')).toHaveText('$0.08')
  await expect(figure(studio, 'A print, on average')).toHaveText('$0.040')
  await expect(figure(studio, 'Not paid twice')).toContainText('$0.04')
  await expect(figure(studio, 'Not paid twice')).toContainText('1 render recovered')
  const rows = spend(studio).getByRole('table', { name: 'By provider' }).getByRole('row')
  await expect(rows).toHaveCount(2)
  for (const words of ['2 prints', '1 failed, not charged', '$0.08']) await expect(rows.last()).toContainText(words)
  await spend(studio).getByRole('radio', { name: 'Route' }).click()
  await expect(spend(studio).getByRole('table', { name: 'By route' }).getByRole('row').last()).toContainText(
    'Without a route',
  )
  await expect(pane(studio).getByRole('table', { name: 'By model' }).getByRole('row').last()).toContainText('$0.08')

  // The day leads to its jobs, and back to all of them.
  const today = spend(studio).getByRole('button', { name: /^Today, \$0\.08, 2 prints/ })
  await today.focus()
  await studio.keyboard.press('Enter')
  const day = studio.getByRole('button', { name: 'Today: show all days' })
  await expect(day).toBeVisible()
  await expect(jobs(studio)).toHaveCount(4)
  await day.click()
  await expect(day).toBeHidden()

  // The figure in the top bar leads here; T turns the bars into a table.
  await studio.getByRole('button', { name: /^\$0\.08\s*today/ }).click()
  await studio.keyboard.press('t')
  const table = spend(studio).getByRole('table', { name: /^Spend per day in / })
  await expect(table.getByRole('row')).toHaveCount(2)
  await expect(table.getByRole('row').last()).toContainText('$0.08')
  const saved = studio.waitForEvent('download')
  await spend(studio).getByRole('button', { name: 'Export CSV' }).click()
  const file = await saved
  expect(file.suggestedFilename()).toMatch(/^rushes-spend-\d{4}-\d\d\.csv$/)
  const lines = (await readFile(await file.path(), 'utf8')).split('\r\n')
  expect(lines[0]).toBe('\ufeffday,time,job,provider,model,route,state,currency,amount,kind,remote id')
  expect(lines.slice(1, 3).map((line) => line.split(',').slice(7, 10))).toEqual([
    ['USD', '0.04', 'settled'],
    ['USD', '0.04', 'settled'],
  ])
  expect(lines.slice(3)).toEqual([''])
})

test('a cap on the month holds what would pass it', async ({ studio }) => {
  await generate(studio, 'a lighthouse at dusk', 'Done')
  await studio.keyboard.press('Control+5')
  await expect(pane(studio).getByRole('region', { name: 'Monthly cap' })).toContainText('Off.')
  await pane(studio).getByRole('switch', { name: 'Monthly cap' }).click()
  const cap = pane(studio).getByLabel('Monthly cap, in USD')
  await expect(cap).toHaveValue('100')
  await cap.fill('0.05')
  await cap.press('Enter')
  await expect(pane(studio).getByRole('meter', { name: 'Monthly cap' })).toHaveAttribute(
    'aria-valuetext',
    '$0.04 of $0.05',
  )
  await expect(pane(studio)).toContainText('$0.01 left')
  await studio.keyboard.press('Control+1')
  await render(studio, 'Image', 'a harbour in fog')
  await expect(studio.getByRole('alert')).toContainText("This would pass this month's $0.05 cap by $0.03.")
  await studio.keyboard.press('Control+5')
  await expect(figure(studio, 'This month')).toHaveText('$0.04')
  await pane(studio).getByRole('switch', { name: 'Monthly cap' }).click()
  await expect(cap).toBeHidden()
})

for (const theme of ['dark', 'light'] as const) {
  test(`days are walked by keys, and axe finds nothing, ${theme}`, async ({ studio }) => {
    await studio.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
    await studio.keyboard.press('Control+5')
    await expect(studio.getByText('Nothing spent yet.')).toBeVisible()
    await expectNoFaults(studio, 'nothing spent')
    await spendAll(studio)
    await pane(studio).getByRole('switch', { name: 'Daily cap' }).click()
    await expectNoFaults(studio, 'the month')
    const today = spend(studio).getByRole('button', { name: /^Today, / })
    await today.focus()
    const date = new Date().getDate()
    await studio.keyboard.press('ArrowRight')
    await expect(today).toBeFocused()
    await studio.keyboard.press('Home')
    await expect(spend(studio).locator('[data-day="0"]')).toBeFocused()
    await studio.keyboard.press('ArrowRight')
    await expect(spend(studio).locator(`[data-day="${Math.min(1, date - 1)}"]`)).toBeFocused()
    await studio.keyboard.press('End')
    await expect(today).toBeFocused()
    await studio.keyboard.press('t')
    await expect(spend(studio).getByRole('table', { name: /^Spend per day in / })).toBeVisible()
    await expectNoFaults(studio, 'days in a table')
    await studio.keyboard.press('t')
    await studio.setViewportSize({ width: 1024, height: 700 })
    await expectNoFaults(studio, '1024')
    const overflow = await spend(studio).evaluate((region) =>
      [region, ...region.querySelectorAll('*')].filter(
        (e) => e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).overflowX === 'auto',
      ).length,
    )
    expect(overflow).toBe(0)
    await studio.setViewportSize({ width: 980, height: 660 })
    await expect(pane(studio)).toBeHidden()
    await spend(studio).getByRole('button', { name: 'Caps and models' }).click()
    await expect(pane(studio)).toBeFocused()
    await expectNoFaults(studio, 'the pane over the month')
    await pane(studio).getByRole('button', { name: 'Close' }).click()
    await expect(pane(studio)).toBeHidden()
    await expect(spend(studio).getByRole('button', { name: 'Caps and models' })).toBeFocused()
  })
}
