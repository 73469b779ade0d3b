import { elsewhere, expect, test } from '../served'
import { paint, take } from './take'

test('in Japanese', async ({ studio }) => {
  await paint(studio, 8)
  const settings = (await elsewhere(studio, 'get_settings', {})) as object
  await elsewhere(studio, 'set_settings', { ...settings, language: 'ja' })
  await expect(studio.locator('html')).toHaveAttribute('lang', 'ja')
  await studio.keyboard.press('Control+1')
  await take(studio, 'studio-ja')
  await studio.keyboard.press('Control+2')
  await take(studio, 'gallery-ja')
  await studio.keyboard.press('Control+,')
  await studio.getByRole('button', { name: '外観', exact: true }).click()
  await take(studio, 'settings-ja')
})
