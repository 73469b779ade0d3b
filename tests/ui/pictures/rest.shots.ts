import { test, expect } from '../served'
import { paint, take } from './take'

test('models', async ({ studio }) => {
  await studio.keyboard.press('Control+4')
  await expect(studio.getByRole('grid', { name: 'Models' })).toBeVisible()
  await studio.getByRole('grid', { name: 'Models' }).getByRole('row').nth(1).click()
  await take(studio, 'models')
})

test('settings', async ({ studio }) => {
  await paint(studio, 1)
  await studio.keyboard.press('Control+,')
  for (const [section, name] of [
    ['Provider keys', 'keys'],
    ['Spending', 'spending'],
    ['Limits', 'limits'],
    ['Library', 'library'],
    ['Appearance', 'appearance'],
    ['Notifications', 'notifications'],
    ['Webhooks', 'webhooks'],
    ['About and privacy', 'about'],
  ] as const) {
    await studio.getByRole('button', { name: section, exact: true }).click()
    await take(studio, `settings-${name}`)
  }
})
