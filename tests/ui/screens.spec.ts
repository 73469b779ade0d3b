import { test, expect, expectPrints, render } from './served'

test('the gallery is walked by keys, and the viewer comes back to the print it was left at', async ({ studio }) => {
  await render(studio, 'Image', 'a red kite over the dunes')
  await expectPrints(studio, 1)
  await render(studio, 'Image', 'an empty swimming pool')
  await expectPrints(studio, 2)
  await studio.keyboard.press('Control+2')
  const focused = studio.locator('[role=gridcell]:focus')
  await studio.locator('[role=gridcell][data-print]').first().focus()
  await expect(focused).toContainText('an empty swimming pool')
  await studio.keyboard.press('p')
  await expect(focused).toContainText('circled')
  await studio.keyboard.press(' ')
  await expect(studio.getByRole('dialog', { name: /^Preview/ })).toBeVisible()
  await studio.keyboard.press(' ')
  await studio.keyboard.press('n')
  await expect(studio.getByRole('button', { name: 'Run again, $0.00' })).toBeFocused()
  await studio.keyboard.press('Escape')
  await expect(focused).toContainText('an empty swimming pool')
  await studio.keyboard.press('Enter')
  const viewer = studio.getByRole('region', { name: 'Viewer' })
  await expect(viewer).toContainText('1 of 2')
  await studio.keyboard.press('ArrowRight')
  await expect(viewer).toContainText('2 of 2')
  await studio.keyboard.press('Escape')
  await expect(focused).toContainText('a red kite over the dunes')
})

test('a key leaves the page when it is sent, whatever becomes of it', async ({ studio }) => {
  const key = 'not-a-key-0123456789'
  await studio.keyboard.press('Control+,')
  await studio.locator('summary').first().click()
  const address = studio.getByLabel(/^Where .* is called/).first()
  await address.fill('http://keys.example')
  await address.press('Enter')
  await expect(studio.getByText('Your key would travel unprotected.')).toBeVisible()
  // Nobody listens here, so the test of the key fails at once.
  await address.fill('http://127.0.0.1:9')
  await address.press('Enter')
  await expect(studio.locator('summary').first()).toContainText('http://127.0.0.1:9')
  const field = studio.getByLabel(/^Key for /).first()
  await field.fill(key)
  await field.press('Enter')
  await expect(studio.getByRole('button', { name: 'Replace key' })).toBeVisible()
  const holds = await studio.evaluate(
    (secret) =>
      document.documentElement.outerHTML.includes(secret) ||
      Array.from(document.querySelectorAll('input')).some((input) => input.value.includes(secret)),
    key,
  )
  expect(holds).toBe(false)
})

test('the files are checked and the theme is chosen', async ({ studio }) => {
  await render(studio, 'Image', 'a lighthouse at dusk')
  await expectPrints(studio, 1)
  await studio.keyboard.press('Control+,')
  await studio.getByRole('button', { name: 'Library' }).click()
  await studio.getByRole('button', { name: 'Verify files' }).click()
  await expect(studio.getByText('1 file sound.').first()).toBeVisible()
  await studio.getByRole('button', { name: 'Appearance' }).click()
  await studio.getByRole('radio', { name: 'Light' }).click()
  await expect(studio.locator('html')).toHaveAttribute('data-theme', 'light')
})
