import { test, expect, elsewhere, render } from '../served'
import { choose, film, paint, take } from './take'

test('first run', async ({ studio }) => {
  await take(studio, 'first-run')
})

test('studio', async ({ studio }) => {
  await paint(studio, 8)
  await film(studio, 'Slow drift over a still sea at dusk, low clouds moving left to right')
  await choose(studio)
  await studio.getByRole('textbox', { name: 'Prompt' }).fill('Hills in autumn gold, one bright disc low in the mist')
  await take(studio, 'studio')
  await studio.keyboard.press('Control+m')
  await expect(studio.getByRole('listbox').or(studio.getByRole('grid')).first()).toBeVisible()
  await take(studio, 'studio-models')
  await studio.keyboard.press('Escape')
  await studio.keyboard.press('Control+t')
  await take(studio, 'studio-video')
})

test.describe('with a provider that fails', () => {
  test.use({
    script: {
      base_price: 0.04,
      balance: 10,
      rules: [
        { on: 'submit', times: 1, drop: 'after_read', create: false },
        { on: 'submit', after: 1, times: 1, answer: { status: 400 } },
        { on: 'submit', after: 1, times: 1, answer: { status: 429, headers: { 'retry-after': '600' } } },
      ],
    },
  })

  test('needs you', async ({ studio }) => {
    const prompts = ['a harbour in fog', 'a street at noon', 'a lighthouse at dusk']
    for (const prompt of prompts) {
      await render(studio, 'Image', prompt)
      await expect(studio.getByRole('button', { name: /^Generate/ })).not.toHaveAttribute('aria-busy')
      await expect(studio.getByRole('feed').or(studio.locator('[data-region]')).first()).toContainText('')
    }
    const open = async () => (await elsewhere(studio, 'list_jobs', { needing: true })) as unknown[]
    await expect.poll(async () => (await open()).length).toBe(2)
    await expect(studio.getByText('In doubt').first()).toBeVisible()
    await take(studio, 'studio-needs-you')
    await studio.keyboard.press('Control+3')
    await expect(studio.getByRole('grid', { name: 'Jobs' })).toBeVisible()
    await studio.getByRole('grid', { name: 'Jobs' }).getByRole('row').nth(1).click()
    await take(studio, 'jobs')
  })
})
