import type { Locator, Page } from '@playwright/test'
import { test, expect, expectNoFaults, expectPrints, render } from './served'

/** One submit after the other: busy, then lost on its way, then declined, then busy for long. */
test.use({
  script: {
    base_price: 0.04,
    balance: 10,
    rules: [
      { on: 'submit', times: 1, answer: { status: 429, headers: { 'retry-after': '2' } } },
      { on: 'submit', after: 1, times: 1, drop: 'after_read', create: false },
      { on: 'submit', after: 1, times: 1, answer: { status: 400 } },
      { on: 'submit', after: 1, times: 1, answer: { status: 429, headers: { 'retry-after': '600' } } },
    ],
  },
})

const table = (page: Page) => page.getByRole('grid', { name: 'Jobs' })
const row = (page: Page, prompt: string) => table(page).getByRole('row').filter({ hasText: prompt })
const record = (page: Page) => page.getByRole('complementary', { name: /^Shot / })
const log = (page: Page) => record(page).getByRole('list', { name: 'What happened' }).getByRole('listitem')
const tab = (page: Page) => page.getByRole('navigation', { name: 'Main' }).getByRole('button', { name: /^Jobs/ })

async function generate(page: Page, prompt: string): Promise<void> {
  await page.keyboard.press('Control+1')
  await render(page, 'Image', prompt)
  await expect(page.getByRole('button', { name: /^Generate/ })).not.toHaveAttribute('aria-busy')
  await page.keyboard.press('Control+3')
  await expect(row(page, prompt)).toBeVisible()
}

async function expectState(line: Locator, word: string): Promise<void> {
  await expect(line.getByRole('gridcell').first()).toHaveText(word)
}

test('a record says what happened, what it cost and what can be done', async ({ studio }) => {
  await generate(studio, 'a lighthouse at dusk')
  await expectState(row(studio, 'a lighthouse'), 'Done')
  await row(studio, 'a lighthouse').click()
  await expect(log(studio)).toHaveCount(7)
  const lines = await log(studio).allInnerTexts()
  for (const [n, words] of [
    'Saved to the job book',
    'Sent to',
    'Not charged. Went on by itself at',
    'Sent to',
    'Accepted, task',
    '$0.04 charged',
    'Fetched, saved and checked',
  ].entries())
    expect(lines[n]).toContain(words)
  await expect(record(studio).getByRole('img', { name: /waited .* worked .* done$/ })).toBeVisible()
  await expect(record(studio).getByRole('button', { name: 'Run again, $0.04' })).toBeVisible()
  await expect(studio.getByRole('button', { name: /^\$0\.04\s*today/ })).toBeVisible()

  // The answer to this one is lost: it may have run.
  await generate(studio, 'a harbour in fog')
  await expectState(row(studio, 'a harbour'), 'In doubt')
  await expect(tab(studio)).toContainText('1 !')
  await expect(table(studio).getByRole('row').nth(1)).toContainText('a harbour')
  await row(studio, 'a harbour').click()
  await expect(log(studio).last()).toContainText('It may have run and cost $0.04. Not sent again without you')
  await record(studio).getByRole('button', { name: 'Send again, $0.04' }).click()
  const asked = studio.getByRole('dialog', { name: 'Send it again?' })
  await expect(asked).toContainText("If the first one ran, you'll pay twice: $0.04 + $0.04.")
  await studio.keyboard.press('Escape')
  await expect(asked).toBeHidden()
  await record(studio).getByRole('button', { name: 'Close', exact: true }).click()
  await expectState(row(studio, 'a harbour'), 'Closed')
  await expect(tab(studio)).not.toContainText('!')

  // This one is declined.
  await generate(studio, 'a road in the rain')
  await expectState(row(studio, 'a road'), 'Blocked')
  await row(studio, 'a road').click()
  await expect(log(studio).last()).toContainText('Not charged')
  await record(studio).getByRole('button', { name: 'Load into Studio' }).click()
  await expect(studio.getByRole('textbox', { name: 'Prompt' })).toHaveText('a road in the rain')
})

for (const theme of ['dark', 'light'] as const) {
  test(`rows are walked and cancelled by keys, and axe finds nothing, ${theme}`, async ({ studio }) => {
    await studio.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
    await studio.keyboard.press('Control+3')
    await expect(studio.getByText('No jobs yet.')).toBeVisible()
    await expectNoFaults(studio, 'no jobs')
    await generate(studio, 'a lighthouse at dusk')
    await expectState(row(studio, 'a lighthouse'), 'Done')
    await generate(studio, 'a harbour in fog')
    await expectState(row(studio, 'a harbour'), 'In doubt')
    await generate(studio, 'a road in the rain')
    await expectState(row(studio, 'a road'), 'Blocked')
    await generate(studio, 'a tram at night')
    await expectState(row(studio, 'a tram'), 'Waiting')
    await expect(tab(studio)).toContainText('2 !')
    await expect(tab(studio)).toContainText('1 under way')

    const chosen = table(studio).getByRole('row', { selected: true })
    await table(studio).focus()
    await studio.keyboard.press('Home')
    await expect(chosen).toContainText('a road')
    await studio.keyboard.press('ArrowDown')
    await expect(chosen).toContainText('a harbour')
    await studio.keyboard.press('Enter')
    await expect(record(studio)).toBeFocused()
    await expect(record(studio)).toContainText('a harbour')
    await expect(log(studio)).toHaveCount(3)
    await expectNoFaults(studio, 'a doubt')
    await studio.keyboard.press('Escape')
    await expect(table(studio)).toBeFocused()
    await studio.keyboard.press('End')
    await expect(chosen).toContainText('a lighthouse')
    await studio.keyboard.press('ArrowUp')
    await expect(chosen).toContainText('a tram')
    await studio.setViewportSize({ width: 1024, height: 700 })
    await expect(table(studio).getByRole('columnheader', { name: 'Tries' })).toBeHidden()
    await expectNoFaults(studio, 'narrow')
    await studio.keyboard.press('Control+.')
    await expectState(row(studio, 'a tram'), 'Cancelled')
    await expect(log(studio).last()).toContainText('Cancelled before it was sent')
    await studio.setViewportSize({ width: 980, height: 660 })
    await expect(record(studio)).toBeHidden()
    await table(studio).focus()
    await studio.keyboard.press('Enter')
    await expect(record(studio)).toBeFocused()
    await expectNoFaults(studio, 'the record over the table')
    await studio.keyboard.press('Escape')
    await expect(record(studio)).toBeHidden()

    await studio.getByRole('radio', { name: 'Needs you' }).click()
    await expect(table(studio).getByRole('row')).toHaveCount(3)
    await studio.getByRole('radio', { name: 'Under way' }).click()
    await expect(studio.getByText('Nothing matches.')).toBeVisible()
    await studio.getByRole('button', { name: 'Clear all' }).click()
    await expect(table(studio).getByRole('row')).toHaveCount(5)
  })
}

test('a cap is set, shown and kept', async ({ studio }) => {
  await render(studio, 'Image', 'a lighthouse at dusk')
  await expectPrints(studio, 1)
  await expect(studio.getByRole('button', { name: /^\$0\.04\s*today/ })).toBeVisible()
  await studio.keyboard.press('Control+,')
  await studio.getByRole('button', { name: 'Spending' }).click()
  const day = studio.getByLabel('Most for one day, in US dollars')
  await day.fill('0.05')
  await day.press('Enter')
  await expect(studio.getByRole('button', { name: /\$0\.04.*\$0\.05.*today/ })).toBeVisible()
  await expectNoFaults(studio, 'spending')
  await studio.keyboard.press('Control+1')
  await render(studio, 'Image', 'a harbour in fog')
  await expect(studio.getByRole('alert')).toContainText("This would pass today's $0.05 cap by $0.03.")
  await expect(studio.getByRole('textbox', { name: 'Prompt' })).toHaveText('a harbour in fog')
  await studio.getByRole('button', { name: 'Raise the cap' }).click()
  await day.fill('')
  await day.press('Enter')
  await expect(studio.getByRole('button', { name: /^\$0\.04\s*today/ })).toBeVisible()
})
