// Writing, by the keyboard alone: mentions, past prompts, presets and snippets.
import type { Page } from '@playwright/test'
import { elsewhere, expect, expectNoFaults, expectPrints, render, test } from './served'

const prompt = (page: Page) => page.getByRole('textbox', { name: 'Prompt' })
const words = (page: Page) => prompt(page).evaluate((field: HTMLElement) => field.innerText.trim())

interface Sent {
  prompt: string
  inputs: Record<string, unknown>
  references: { asset: string }[]
}

/** The newest job, as it is in the book. */
async function newest(page: Page): Promise<Sent> {
  const jobs = (await elsewhere(page, 'list_jobs', { limit: 1 })) as Sent[]
  return jobs[0]!
}

/** Two prints of the feed become references, the newest first. */
async function refer(page: Page): Promise<void> {
  await render(page, 'Image', 'a jetty in fog')
  await expectPrints(page, 1)
  await render(page, 'Image', 'an evening sky')
  await expectPrints(page, 2)
  for (const nth of [0, 1]) {
    await page.locator('[role=feed] [data-print]').nth(nth).focus()
    await page.keyboard.press('r')
  }
  await expect(page.getByRole('button', { name: /^Reference 2/ })).toBeVisible()
}

test('a mention follows its picture and is sent as the model counts it', async ({ studio }) => {
  await refer(studio)
  await prompt(studio).fill('')
  await prompt(studio).focus()
  await studio.keyboard.type('The jetty of @')
  await expect(studio.getByRole('option')).toHaveCount(2)
  await expectNoFaults(studio, 'references offered after @')
  await studio.keyboard.press('ArrowDown')
  await studio.keyboard.press('Enter')
  await studio.keyboard.type('under @1, late')
  const chips = studio.locator('.chip')
  await expect(chips).toHaveText(['2', '1'])

  // Moved: the numbers change places, the pictures stay.
  await studio.getByRole('button', { name: /^Reference 2/ }).focus()
  await studio.keyboard.press('Alt+ArrowLeft')
  await expect(chips).toHaveText(['1', '2'])
  // It keeps the focus where it went.
  await expect(studio.getByRole('button', { name: /^Reference 1/ })).toBeFocused()

  // Undo does not bring back a number, but the picture.
  await prompt(studio).focus()
  await studio.keyboard.press('Control+End')
  for (let i = 0; i < '1, late'.length; i++) await studio.keyboard.press('Shift+ArrowLeft')
  await studio.keyboard.press('Backspace')
  await expect(chips).toHaveText(['1'])
  await studio.keyboard.press('Control+z')
  await expect(chips).toHaveText(['1', '2'])

  await studio.keyboard.press('Control+Enter')
  await expectPrints(studio, 3)
  const sent = await newest(studio)
  expect(sent.prompt).toBe('The jetty of image 1 under image 2, late')
  expect(sent.references).toHaveLength(2)

  // Taken away: it says so, and nothing is sent.
  await studio.getByRole('button', { name: /^Reference 1/ }).focus()
  await studio.keyboard.press('Delete')
  await expect(chips).toHaveText(['?', '1'])
  await expect(studio.getByText('A picture that the prompt speaks of was taken away.')).toBeVisible()
  await expectNoFaults(studio, 'a mention whose picture is gone')
  await prompt(studio).focus()
  await studio.keyboard.press('Control+Enter')
  await expect(prompt(studio)).toBeFocused()
  expect((await newest(studio)).prompt).toBe(sent.prompt)
})

test('words of the prompt are found, and undone as they were typed', async ({ studio }) => {
  await prompt(studio).fill('A pier. A mill on the pier, a pierrot.')
  await studio.keyboard.press('Control+f')
  await studio.keyboard.type('pier')
  const found = studio.getByRole('search').filter({ has: studio.getByLabel('Find in the prompt') })
  await expect(found.getByRole('status')).toHaveText(/of 3$/)
  await studio.keyboard.press('Enter')
  await expect(found.getByRole('status')).toHaveText(/of 3$/)
  await expectNoFaults(studio, 'the search in the prompt')
  await studio.keyboard.press('Escape')
  await expect(found).toBeHidden()
  await expect(prompt(studio)).toBeFocused()
  await studio.keyboard.press('Control+End')
  await studio.keyboard.insertText(' Fog.')
  await studio.keyboard.press('Control+z')
  await expect(prompt(studio)).toHaveText('A pier. A mill on the pier, a pierrot.')
})

test('every prompt that ran is found again, with its settings, and can be left out', async ({ studio }) => {
  for (const [i, text] of ['Crème on a blue plate', 'a mill', 'a mill'].entries()) {
    await render(studio, 'Image', text)
    await expectPrints(studio, i + 1)
  }
  // From the prompt itself: back, back, and forth to what was being written.
  await prompt(studio).fill('something new')
  await studio.keyboard.press('Control+ArrowUp')
  await expect(prompt(studio)).toHaveText('a mill')
  await studio.keyboard.press('Control+ArrowUp')
  await expect(prompt(studio)).toHaveText('Crème on a blue plate')
  await studio.keyboard.press('Control+ArrowDown')
  await studio.keyboard.press('Control+ArrowDown')
  await expect(prompt(studio)).toHaveText('something new')

  const list = studio.getByRole('dialog', { name: 'Past prompts' })
  const open = async () => {
    await studio.getByRole('button', { name: 'Past prompts' }).focus()
    await studio.keyboard.press('Enter')
    await expect(list.getByRole('listitem').first()).toBeVisible()
  }
  await open()
  await expect(list.getByRole('listitem')).toHaveCount(2)
  await expect(list.getByRole('listitem').first()).toContainText('2 runs')
  for (const theme of ['dark', 'light']) {
    await studio.evaluate((theme) => (document.documentElement.dataset.theme = theme), theme)
    await expectNoFaults(studio, `past prompts, ${theme}`)
  }
  await studio.keyboard.type('CREME pla')
  await expect(list.getByRole('listitem')).toHaveCount(1)
  await studio.keyboard.press('Enter')
  await expect(list).toBeHidden()
  await expect(prompt(studio)).toBeFocused()
  await expect(prompt(studio)).toHaveText('Crème on a blue plate')

  await open()
  await studio.keyboard.press('ArrowDown')
  await studio.keyboard.press('Delete')
  await expect(list.getByRole('listitem')).toHaveCount(1)
  await studio.keyboard.press('Escape')
  await studio.getByRole('button', { name: 'Undo' }).focus()
  await studio.keyboard.press('Enter')
  await open()
  await expect(list.getByRole('listitem')).toHaveCount(2)
  await studio.keyboard.press('Shift+Enter')
  await expect(list).toBeHidden()
  await expect(prompt(studio)).toHaveText('a mill')
  // All its settings: the seed too, locked.
  await expect(studio.getByRole('button', { name: /seed/i, pressed: true })).toBeVisible()
})

test('a preset brings model, settings and words back, and goes with an undo', async ({ studio }) => {
  const list = studio.getByRole('dialog', { name: 'Presets' })
  const open = async () => {
    await studio.getByRole('button', { name: 'Presets' }).focus()
    await studio.keyboard.press('Enter')
    await expect(list).toBeVisible()
  }
  await prompt(studio).fill('35 mm, long lens')
  await studio.getByRole('radio', { name: '4', exact: true }).click()
  await open()
  await list.getByRole('button', { name: 'Save as a preset' }).focus()
  await studio.keyboard.press('Enter')
  const ask = studio.getByRole('dialog', { name: 'Save as a preset' })
  await expect(ask.getByLabel('Name')).toBeFocused()
  await studio.keyboard.type('Hero still')
  await ask.getByRole('radio', { name: 'After' }).click()
  for (const theme of ['dark', 'light']) {
    await studio.evaluate((theme) => (document.documentElement.dataset.theme = theme), theme)
    await expectNoFaults(studio, `a preset is saved, ${theme}`)
  }
  await ask.getByLabel('Name').focus()
  await studio.keyboard.press('Enter')
  await expect(ask).toBeHidden()

  await studio.getByRole('radio', { name: '1', exact: true }).click()
  await prompt(studio).fill('Boats')
  await open()
  await expect(list.getByRole('listitem')).toHaveCount(1)
  await expectNoFaults(studio, 'presets')
  await studio.keyboard.press('Enter')
  await expect(prompt(studio)).toHaveText('Boats, 35 mm, long lens')
  await expect(studio.getByRole('radio', { name: '4', exact: true })).toBeChecked()

  await open()
  await studio.keyboard.press('ArrowDown')
  await studio.keyboard.press('F2')
  const change = studio.getByRole('dialog', { name: 'Change the preset' })
  await change.getByLabel('Name').fill('Long lens')
  await studio.keyboard.press('Enter')
  await expect(change).toBeHidden()
  await open()
  await expect(list.getByRole('listitem')).toContainText('Long lens')
  await studio.keyboard.press('ArrowDown')
  await studio.keyboard.press('Delete')
  await expect(list.getByRole('listitem')).toHaveCount(0)
  await studio.keyboard.press('Escape')
  await studio.getByRole('button', { name: 'Undo' }).focus()
  await studio.keyboard.press('Enter')
  await expect
    .poll(async () => ((await elsewhere(studio, 'list_presets', {})) as { name: string }[]).map((p) => p.name))
    .toEqual(['Long lens'])
})

test('a snippet is kept of chosen words and put in at the caret', async ({ studio }) => {
  await prompt(studio).fill('soft window light')
  await studio.keyboard.press('Control+a')
  const list = studio.getByRole('dialog', { name: 'Snippets' })
  await studio.getByRole('button', { name: 'Snippets' }).focus()
  await studio.keyboard.press('Enter')
  await list.getByRole('button', { name: 'New snippet' }).focus()
  await studio.keyboard.press('Enter')
  const ask = studio.getByRole('dialog', { name: 'New snippet' })
  await expect(ask.getByLabel('Words')).toHaveValue('soft window light')
  await ask.getByLabel('Name').focus()
  await studio.keyboard.type('Window')
  await studio.keyboard.press('Enter')
  await expect(ask).toBeHidden()

  await prompt(studio).fill('A portrait, ')
  await studio.keyboard.press('Control+End')
  await studio.keyboard.type('/wi')
  await expect(studio.getByRole('option', { name: /Window/ })).toBeVisible()
  await expectNoFaults(studio, 'snippets offered after a slash')
  await studio.keyboard.press('Enter')
  await expect.poll(() => words(studio)).toBe('A portrait, soft window light')
})

test.describe('references', () => {
  test.use({ script: { rules: [] }, several: true })

  test('are cropped to a shape and masked with a brush, by the keyboard too', async ({ studio }) => {
    await render(studio, 'Image', 'a jetty in fog')
    await expectPrints(studio, 1)
    // A model that takes pictures and a mask.
    const endpoints = (await elsewhere(studio, 'list_endpoints', {})) as {
      id: string
      name: string
      usable: boolean
      fields: { role: string; mask?: string; name: string }[]
    }[]
    const painter = endpoints.find((e) => e.usable && e.fields.some((f) => f.mask === 'clear'))!
    await studio.keyboard.press('Control+m')
    await studio.keyboard.type(painter.name)
    await studio.keyboard.press('Enter')
    await studio.locator('[role=feed] [data-print]').first().focus()
    await studio.keyboard.press('r')

    const more = studio.getByRole('button', { name: 'More for reference 1' })
    const choose = async (item: string) => {
      await more.focus()
      await studio.keyboard.press('Enter')
      await studio.getByRole('menuitem', { name: item }).focus()
      await studio.keyboard.press('Enter')
    }
    await choose('Crop')
    const crop = studio.getByRole('dialog', { name: 'Crop reference 1' })
    await crop.getByRole('radio', { name: '16:9' }).click()
    await expect(crop.getByText('1024 × 576')).toBeVisible()
    await crop.getByRole('group').focus()
    await studio.keyboard.press('+')
    await studio.keyboard.press('ArrowUp')
    await expect(crop.getByText('931 × 524')).toBeVisible()
    for (const theme of ['dark', 'light']) {
      await studio.evaluate((theme) => (document.documentElement.dataset.theme = theme), theme)
      await expectNoFaults(studio, `the crop, ${theme}`)
    }
    await crop.getByRole('button', { name: 'Crop', exact: true }).focus()
    await studio.keyboard.press('Enter')
    await expect(crop).toBeHidden()
    await expect(studio.getByRole('button', { name: /931 × 524/ })).toBeVisible()

    await choose('Paint a mask')
    const brush = studio.getByRole('dialog', { name: 'Paint a mask' })
    await expect(brush.getByRole('button', { name: 'Use the mask' })).toBeDisabled()
    await brush.getByRole('group').focus()
    for (const key of [' ', 'ArrowRight', ' ', ']', ' ']) await studio.keyboard.press(key)
    await studio.keyboard.press('Control+z')
    for (const theme of ['dark', 'light']) {
      await studio.evaluate((theme) => (document.documentElement.dataset.theme = theme), theme)
      await expectNoFaults(studio, `the mask, ${theme}`)
    }
    await brush.getByRole('button', { name: 'Use the mask' }).focus()
    await studio.keyboard.press('Enter')
    await expect(brush).toBeHidden()
    await expect(studio.getByRole('button', { name: /^Mask 2, 931 × 524/ })).toBeVisible()
    // Clear where it was painted, in the middle, and opaque elsewhere.
    const mask = studio.locator('[data-slot="mask"] img')
    const alpha = await mask.evaluate(async (shown: HTMLImageElement) => {
      const file = await fetch(shown.src.replace(/thumb/, 'original'))
      const picture = await createImageBitmap(await file.blob())
      const pen = new OffscreenCanvas(picture.width, picture.height).getContext('2d')!
      pen.drawImage(picture, 0, 0)
      return [465, 5].map((x) => pen.getImageData(x, x === 5 ? 5 : 262, 1, 1).data[3])
    })
    expect(alpha).toEqual([0, 255])

    // The provider's own check: a PNG of the picture's size with a clear part.
    await prompt(studio).fill('the jetty at night')
    await studio.keyboard.press('Control+Enter')
    const ask = studio.getByRole('button', { name: 'Send it' })
    await expect(ask.or(studio.locator('[role=feed] [data-print]').nth(1)).first()).toBeVisible()
    if (await ask.isVisible()) await ask.click()
    await expectPrints(studio, 2)
    expect((await newest(studio)).references).toHaveLength(2)
  })
})

test('the Enter that ends a conversion sends nothing and picks nothing', async ({ studio }) => {
  const session = await studio.context().newCDPSession(studio)
  /** As an input method's key comes: with its own code, while it composes or, in WebKit, just after. */
  const enter = async (held = 0) => {
    const key = { key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 229, modifiers: held }
    for (const type of ['rawKeyDown', 'keyUp'] as const)
      await session.send('Input.dispatchKeyEvent', { type, ...key })
  }
  const CTRL = 2
  await prompt(studio).fill('')
  await prompt(studio).focus()
  await session.send('Input.imeSetComposition', { text: 'さんばし', selectionStart: 4, selectionEnd: 4 })
  await enter(CTRL)
  await enter()
  await session.send('Input.insertText', { text: '桟橋' })
  await enter(CTRL)
  await expect(prompt(studio)).toHaveText('桟橋')
  expect(await elsewhere(studio, 'list_jobs', { limit: 1 })).toEqual([])

  // A list that offers something keeps it until a key of its own comes.
  await studio.keyboard.press('Control+m')
  const field = studio.getByRole('combobox', { name: 'Search models' })
  await expect(field).toBeFocused()
  await session.send('Input.imeSetComposition', { text: 'さ', selectionStart: 1, selectionEnd: 1 })
  await enter()
  await session.send('Input.insertText', { text: '' })
  await enter()
  await expect(field).toBeFocused()
})
