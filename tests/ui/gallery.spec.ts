import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { test, expect, elsewhere, expectNoFaults, expectPrints, render } from './served'

const WORDS = ['a red kite over the dunes', 'an empty swimming pool', 'a harbour in fog', 'a lamp in a window']

/** Renders some pictures and opens the gallery, the newest print first. */
async function fill(page: Page, words = WORDS): Promise<void> {
  for (const [i, prompt] of words.entries()) {
    await render(page, 'Image', prompt)
    await expectPrints(page, i + 1)
  }
  await page.keyboard.press('Control+2')
  await expect(cells(page)).toHaveCount(words.length)
}

/** Renders a clip and opens the gallery. */
async function renderClip(page: Page): Promise<void> {
  await render(page, 'Video', 'slow waves under a violet sky')
  await expectPrints(page, 1)
  await page.keyboard.press('Control+2')
}

const cells = (page: Page) => page.locator('[role=gridcell][data-print]')
const focused = (page: Page) => page.locator('[role=gridcell]:focus')
const find = (page: Page) => page.getByRole('combobox', { name: 'Search prints' })

interface Row {
  rating: number
  circled: boolean
  tags: string[]
  note: string
  trashed_at: number | null
  prompt: string
}

/** The marks as the studio has them, oldest print first. */
async function kept(page: Page): Promise<Row[]> {
  return (await elsewhere(page, 'view_rows', { seqs: Array.from({ length: 50 }, (_, i) => i + 1) })) as Row[]
}

test('prints are marked by keys alone, and everything is taken back', async ({ studio }) => {
  await fill(studio)
  await cells(studio).first().focus()
  await expect(focused(studio)).toContainText('a lamp in a window')
  await studio.keyboard.press('4')
  await expect(focused(studio)).toContainText('4 stars')
  await studio.keyboard.press('c')
  await expect(focused(studio)).toContainText('circled')
  await studio.keyboard.press('t')
  const tags = studio.getByRole('dialog', { name: 'Tags' })
  await tags.getByLabel('Add a tag').fill('golden hour, night')
  await studio.keyboard.press('Enter')
  await expect(tags.getByRole('button', { name: 'Take tag golden hour away' })).toBeVisible()
  await studio.keyboard.press('Escape')
  await expect(focused(studio)).toContainText('a lamp in a window')
  await expect
    .poll(async () => (await kept(studio)).at(-1))
    .toMatchObject({ rating: 4, circled: true, tags: ['golden hour', 'night'] })
  await studio.keyboard.press('0')
  await expect(focused(studio)).not.toContainText('stars')
  await studio.keyboard.press('Control+z')
  await expect(focused(studio)).toContainText('4 stars')
  // Into the trash: the focus goes to the next print, and the key brings it back.
  await studio.keyboard.press('Delete')
  await expect(cells(studio)).toHaveCount(3)
  await expect(focused(studio)).toContainText('a harbour in fog')
  await studio.keyboard.press('Control+z')
  await expect(cells(studio)).toHaveCount(4)
  await expect.poll(async () => (await kept(studio)).map((row) => row.trashed_at)).toEqual([null, null, null, null])
})

test('the trash gives back what lies in it, and is emptied only after a question', async ({ studio }) => {
  await fill(studio)
  await cells(studio).first().focus()
  await studio.keyboard.press('Delete')
  await expect(studio.getByText('1 print moved to Trash.').first()).toBeVisible()
  await expect(cells(studio)).toHaveCount(3)
  await studio.getByRole('button', { name: 'Undo' }).click()
  await expect(cells(studio)).toHaveCount(4)
  await cells(studio).first().focus()
  await studio.keyboard.press('Shift+ArrowRight')
  await studio.keyboard.press('Delete')
  await expect(cells(studio)).toHaveCount(2)
  // The feed leaves them out as well.
  await studio.keyboard.press('Control+1')
  await expect(studio.locator('[data-print]')).toHaveCount(2)
  await studio.keyboard.press('Control+2')
  await expect(cells(studio)).toHaveCount(2)
  await studio.getByRole('button', { name: 'All prints: choose what is shown' }).click()
  await studio.getByRole('menuitem', { name: /^Trash/ }).click()
  await expect(cells(studio)).toHaveCount(2)
  await cells(studio).first().click({ button: 'right' })
  await studio.getByRole('menuitem', { name: 'Put back' }).click()
  await expect(cells(studio)).toHaveCount(1)
  await studio.getByRole('button', { name: 'Empty Trash' }).click()
  await studio.getByRole('dialog').getByRole('button', { name: 'Empty Trash' }).click()
  await expect(studio.getByRole('heading', { name: 'Trash is empty.' })).toBeVisible()
  await studio.getByRole('button', { name: 'All prints', exact: true }).click()
  await expect(cells(studio)).toHaveCount(3)
})

test('prints are found by words and filters, with completion, and a search is kept', async ({ studio }) => {
  await fill(studio)
  await cells(studio).first().focus()
  await studio.keyboard.press('5')
  await expect(focused(studio)).toContainText('5 stars')
  await studio.keyboard.press('/')
  await studio.keyboard.type('harbour')
  await expect(cells(studio)).toHaveCount(1)
  await expect(studio.getByText('1 of 4')).toBeVisible()
  await find(studio).fill('')
  await find(studio).pressSequentially('rati')
  const offer = studio.getByRole('option').filter({ hasText: 'rating:' })
  // Nothing else fits these letters; what fitted the first ones is gone by then.
  await expect(studio.getByRole('option')).toHaveCount(1)
  await studio.keyboard.press('ArrowDown')
  await expect(offer).toHaveAttribute('aria-selected', 'true')
  await studio.keyboard.press('Enter')
  await expect(find(studio)).toHaveValue('rating:')
  await studio.keyboard.press('Escape')
  await find(studio).fill('rating:>=4')
  await expect(cells(studio)).toHaveCount(1)
  const chip = studio.getByRole('group', { name: 'Filters' }).getByRole('button', { name: /^Take away/ })
  await expect(chip).toHaveCount(1)
  await studio.getByRole('button', { name: 'Save search' }).click()
  await studio.getByRole('dialog').getByLabel('Name').fill('The best')
  await studio.keyboard.press('Enter')
  await expect(studio.getByRole('dialog')).toHaveCount(0)
  await chip.click()
  await expect(cells(studio)).toHaveCount(4)
  await expect(find(studio)).toHaveValue('')
  await studio.getByRole('button', { name: 'All prints: choose what is shown' }).click()
  await studio.getByRole('menuitem', { name: 'The best' }).click()
  await expect(find(studio)).toHaveValue('rating:>=4')
  await expect(cells(studio)).toHaveCount(1)
})

test('prints are chosen by pointer and keys, and acted on together', async ({ studio }) => {
  await fill(studio)
  await cells(studio).nth(0).click()
  await cells(studio).nth(2).click({ modifiers: ['Shift'] })
  const bulk = studio.getByRole('toolbar', { name: '3 prints selected' })
  await expect(bulk).toBeVisible()
  await cells(studio).nth(1).click({ modifiers: ['Control'] })
  await expect(studio.getByRole('toolbar', { name: '2 prints selected' })).toBeVisible()
  const inspector = studio.getByRole('complementary', { name: 'Inspector' })
  await expect(inspector).toContainText('2 prints selected')
  await studio.keyboard.press('3')
  await expect.poll(async () => (await kept(studio)).map((row) => row.rating)).toEqual([0, 3, 0, 3])
  await studio.keyboard.press('Escape')
  await expect(studio.getByRole('toolbar')).toHaveCount(0)
  await studio.keyboard.press('Control+a')
  await expect(studio.getByRole('toolbar', { name: '4 prints selected' })).toBeVisible()
  await expect(inspector.getByText('mixed')).toBeVisible()
  await studio.getByRole('button', { name: 'Collections' }).click()
  await studio.getByRole('menuitem', { name: 'New collection' }).click()
  await studio.getByRole('dialog').getByLabel('Name').fill('Moodboard')
  await studio.keyboard.press('Enter')
  await expect(studio.getByText('4 prints added to Moodboard.').first()).toBeVisible()
  await studio.getByRole('button', { name: 'All prints: choose what is shown' }).click()
  await studio.getByRole('menuitem', { name: /^Moodboard/ }).click()
  await expect(studio.getByRole('button', { name: 'Moodboard: choose what is shown' })).toBeVisible()
  await expect(cells(studio)).toHaveCount(4)
  // One menu for all of them, by the keyboard as well.
  await cells(studio).first().focus()
  await studio.keyboard.press('Escape')
  await studio.keyboard.press('Shift+F10')
  await studio.getByRole('menuitem', { name: 'Take out of Moodboard' }).click()
  await expect(cells(studio)).toHaveCount(3)
})

test('prints leave as files, in the form that is chosen', async ({ studio }) => {
  await fill(studio, WORDS.slice(0, 2))
  const folder = await mkdtemp(join(tmpdir(), 'rushes-export-'))
  try {
    await cells(studio).first().focus()
    await studio.keyboard.press('Control+a')
    await studio.keyboard.press('e')
    const dialog = studio.getByRole('dialog')
    await expect(dialog.getByRole('heading')).toHaveText('Export 2 prints')
    await expect(dialog.getByRole('radio', { name: /^Originals/ })).toBeChecked()
    await expectNoFaults(studio, 'export')
    const into = dialog.getByRole('textbox')
    // A place that is none is told, and nothing is lost of what was chosen.
    await into.fill('here')
    await studio.keyboard.press('Enter')
    await expect(dialog.getByRole('alert')).toContainText('no place for exports')
    await into.fill(folder)
    await studio.keyboard.press('Enter')
    await expect(dialog.getByText('2 files')).toBeVisible()
    await expect(dialog).toContainText(folder)
    const names = (await readdir(folder)).sort()
    expect(names.filter((name) => name.endsWith('.png'))).toHaveLength(2)
    expect(names.filter((name) => name.endsWith('.png.json'))).toHaveLength(2)
    await studio.keyboard.press('Escape')
    await expect(dialog).toBeHidden()
    await expect(focused(studio)).toContainText('an empty swimming pool')
    // Without a place it goes among the downloads, where nothing was saved before.
    await studio.keyboard.press('e')
    await dialog.getByRole('radio', { name: /^Contact sheet/ }).check()
    await into.fill('')
    await into.press('Enter')
    await expect(dialog.locator('code')).toHaveText(/\/downloads\/rushes-[\d-]+\.jpg$/)
    await studio.keyboard.press('Escape')
    await expect(dialog).toBeHidden()
    // One alone, without its prompt.
    await studio.keyboard.press('Escape')
    await studio.keyboard.press('e')
    await expect(dialog.getByRole('heading')).toHaveText('Export 1 print')
    await dialog.getByRole('radio', { name: /^To share/ }).check()
    await into.fill(join(folder, 'out'))
    await dialog.getByRole('button', { name: 'Export' }).click()
    await expect(dialog.getByText('1 file,')).toBeVisible()
    const [copy, ...more] = await readdir(join(folder, 'out'))
    expect(more).toEqual([])
    expect((await readFile(join(folder, 'out', copy!))).includes('swimming')).toBe(false)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

test('a note is kept, and the words in it are found', async ({ studio }) => {
  await fill(studio, WORDS.slice(0, 2))
  await cells(studio).first().focus()
  const note = studio.getByRole('textbox', { name: 'Note' })
  await note.fill('for the client in Nantes')
  await studio.keyboard.press('Control+Enter')
  await expect.poll(async () => (await kept(studio)).at(-1)?.note).toBe('for the client in Nantes')
  await studio.keyboard.press('Control+f')
  await studio.keyboard.type('nantes')
  await expect(cells(studio)).toHaveCount(1)
  await expect(cells(studio)).toContainText('an empty swimming pool')
})

test('a clip is looked through by moving over it', async ({ studio }) => {
  await renderClip(studio)
  const cell = cells(studio).first()
  await expect(cell.locator('video')).toHaveCount(0)
  const box = (await cell.boundingBox())!
  await studio.mouse.move(box.x + box.width * 0.2, box.y + box.height / 2)
  const at = () => cell.locator('video').evaluate((v: HTMLVideoElement) => v.currentTime)
  await expect.poll(at).toBeGreaterThan(0)
  const early = await at()
  await studio.mouse.move(box.x + box.width * 0.8, box.y + box.height / 2)
  await expect.poll(at).toBeGreaterThan(early + 0.5)
  expect(await cell.locator('video').evaluate((v: HTMLVideoElement) => v.muted && v.paused)).toBe(true)
  await studio.mouse.move(0, 0)
  await expect(cell.locator('video')).toHaveCount(0)
})

test('nothing moves under the pointer where motion is unwelcome', async ({ studio }) => {
  await studio.emulateMedia({ reducedMotion: 'reduce' })
  await renderClip(studio)
  await cells(studio).first().hover()
  await expect(cells(studio).first().locator('.code, .sbx').first()).toBeVisible()
  await expect(studio.locator('[role=gridcell] video')).toHaveCount(0)
})

/** A library of invented prints in place of the studio's view and rows: 400 a day, the newest first. */
async function pretend(page: Page, count: number): Promise<void> {
  const days = Math.ceil(count / 400)
  const bytes = Buffer.alloc(16 + days * 8 + count * 6)
  bytes.write('RSV1', 0)
  bytes.writeUInt32LE(count, 4)
  bytes.writeUInt32LE(days, 8)
  bytes.writeUInt32LE(1, 12)
  for (let day = 0; day < days; day++) {
    bytes.writeInt32LE(20_700 - day, 16 + day * 8)
    bytes.writeUInt32LE(day * 400, 20 + day * 8)
  }
  const shapes = [1000, 1778, 563, 1500, 800]
  for (let i = 0; i < count; i++) {
    bytes.writeUInt32LE(count - i, 16 + days * 8 + i * 4)
    bytes.writeUInt16LE(shapes[(i * 7) % 5]!, 16 + days * 8 + count * 4 + i * 2)
  }
  await page.route('**/view?*', (route) => route.fulfill({ body: bytes, contentType: 'application/octet-stream' }))
  const [one] = (await elsewhere(page, 'view_rows', { seqs: [1] })) as object[]
  await page.route('**/call', async (route) => {
    const { cmd, payload } = route.request().postDataJSON() as { cmd: string; payload: { seqs: number[] } }
    if (cmd !== 'view_rows') return route.continue()
    await route.fulfill({ json: payload.seqs.map((seq) => ({ ...one, seq, code: `${seq}-1·1`, prompt: `Print ${seq}` })) })
  })
}

for (const count of [250_000, 1_000_000]) {
  test(`${count.toLocaleString('en-GB')} prints are walked from end to end`, async ({ studio }) => {
    await render(studio, 'Image', WORDS[0]!)
    await expectPrints(studio, 1)
    await pretend(studio, count)
    await studio.keyboard.press('Control+2')
    await expect(studio.getByText(count.toLocaleString('en-GB'))).toBeVisible()
    const all = studio.locator('[role=gridcell]')
    const few = async () => expect(await all.count()).toBeLessThanOrEqual(200)
    await cells(studio).first().focus()
    await expect(focused(studio)).toContainText(`Print ${count},`)
    await few()
    await studio.keyboard.press('End')
    await expect(focused(studio)).toContainText('Print 1,')
    await expect(focused(studio)).toBeInViewport()
    await few()
    await studio.keyboard.press('ArrowLeft')
    await expect(focused(studio)).toContainText('Print 2,')
    // A turn of the wheel moves by as much, however tall the whole is.
    const top = async () => (await focused(studio).boundingBox())!.y
    const before = await top()
    await studio.mouse.move(400, 500)
    await studio.mouse.wheel(0, -120)
    await expect.poll(top).toBeCloseTo(before + 120, 0)
    await studio.keyboard.press('Home')
    await expect(focused(studio)).toContainText(`Print ${count},`)
    await expect(focused(studio)).toBeInViewport()
    // The rail: by keys, and by a press in its middle.
    const rail = studio.getByRole('slider', { name: 'Date' })
    await rail.focus()
    await studio.keyboard.press('ArrowDown')
    await expect(rail).toHaveAttribute('aria-valuenow', '1')
    await studio.keyboard.press('End')
    const last = await rail.getAttribute('aria-valuenow')
    expect(Number(last)).toBeGreaterThanOrEqual(count / 400 - 3)
    const box = (await rail.boundingBox())!
    await studio.mouse.click(box.x + box.width / 2, box.y + box.height / 2)
    await expect
      .poll(async () => Math.abs(Number(await rail.getAttribute('aria-valuenow')) - count / 800) < count / 8000)
      .toBe(true)
    await few()
    // All of them are chosen at once: first the day, then the rest.
    await cells(studio).first().focus()
    await studio.keyboard.press('Control+a')
    await expect(studio.getByRole('toolbar', { name: '400 prints selected' })).toBeVisible()
    await studio.keyboard.press('Control+a')
    await expect(studio.getByRole('toolbar', { name: `${count.toLocaleString('en-GB')} prints selected` })).toBeVisible()
    await studio.keyboard.press('1')
    await expect(studio.getByText('Select at most 100,000.')).toBeVisible()
  })
}

test('the pictures keep their place when their size changes', async ({ studio }) => {
  await render(studio, 'Image', WORDS[0]!)
  await expectPrints(studio, 1)
  await pretend(studio, 5000)
  await studio.keyboard.press('Control+2')
  await cells(studio).first().focus()
  for (let i = 0; i < 4; i++) await studio.keyboard.press('PageDown')
  const name = await focused(studio).textContent()
  const before = (await focused(studio).boundingBox())!.y
  await studio.keyboard.press('Control+-')
  await studio.getByRole('button', { name: 'Squares of one size' }).click()
  const cell = cells(studio).filter({ hasText: name!.split(',')[0]! + ',' })
  await expect.poll(async () => Math.abs((await cell.boundingBox())!.y - before)).toBeLessThan(2)
})

for (const theme of ['dark', 'light'] as const) {
  test(`no faults in the gallery in ${theme}`, async ({ studio }) => {
    await studio.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
    await studio.keyboard.press('Control+2')
    await expect(studio.getByRole('heading', { name: 'Nothing printed yet.' })).toBeVisible()
    await expectNoFaults(studio, 'empty')
    await studio.keyboard.press('Control+1')
    await fill(studio, WORDS.slice(0, 3))
    await cells(studio).first().focus()
    await studio.keyboard.press('3')
    await studio.keyboard.press('Shift+ArrowRight')
    await expect(studio.getByRole('toolbar')).toBeVisible()
    await expectNoFaults(studio, 'two chosen')
    await studio.keyboard.press('t')
    await expect(studio.getByRole('dialog', { name: /^Tags/ })).toBeVisible()
    await expectNoFaults(studio, 'tags')
    await studio.keyboard.press('Escape')
    await studio.keyboard.press('Shift+F10')
    await expect(studio.getByRole('menu')).toBeVisible()
    await expectNoFaults(studio, 'menu')
    await studio.keyboard.press('Escape')
    await studio.getByRole('button', { name: 'Collections' }).click()
    await expect(studio.getByRole('menu')).toBeVisible()
    await expectNoFaults(studio, 'collections')
    await studio.keyboard.press('Escape')
    await studio.getByRole('button', { name: 'All prints: choose what is shown' }).click()
    await expectNoFaults(studio, 'places')
    await studio.keyboard.press('Escape')
    await studio.keyboard.press('Control+f')
    await studio.keyboard.type('rat')
    await expect(studio.getByRole('option').first()).toBeVisible()
    await expectNoFaults(studio, 'offers')
    await find(studio).fill('modle:x')
    await expect(studio.getByRole('alert')).toBeVisible()
    await expectNoFaults(studio, 'a filter that nobody knows')
    await find(studio).fill('nothing has these words')
    await expect(studio.getByRole('heading', { name: 'Nothing matches.' })).toBeVisible()
    await expectNoFaults(studio, 'nothing matches')
  })
}
