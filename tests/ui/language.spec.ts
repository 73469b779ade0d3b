// The window in another language than English: chosen by keys, and nothing on any screen is left in English.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { elsewhere, test, expect, expectNoFaults, expectPrints } from './served'

const FOLDER = join(import.meta.dirname, '../../ui/src/words/ja')
const CATALOGUE = Object.fromEntries(
  readdirSync(FOLDER)
    .filter((file) => file.endsWith('.json'))
    .flatMap((file) => Object.entries(JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as Record<string, string>)),
)

/** What the Japanese window says for an English sentence. */
function ja(message: string, values: Record<string, string> = {}): string {
  const text = CATALOGUE[message]
  if (text === undefined) throw new Error(`No Japanese for ${message}`)
  return Object.entries(values).reduce((said, [name, value]) => said.replace(`{${name}}`, value), text)
}

const SPELT = /\p{Ll}{3}/u
const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')

/** English as it would be seen: without what tells senses apart and without the names of elements. */
const plain = (message: string) => message.replace(/ ⟨.*/, '').replace(/<\/?\w+>/g, '')

const VALUE = /(\{\w+(?:, (?:number|plural, one \{[^{}]*\} other \{[^{}]*\}))?\})/
const PLURAL = /one \{([^{}]*)\} other \{([^{}]*)\}/

/** A pattern for a sentence with values in it; null where it has little but values, or is put together otherwise. */
function patternOf(message: string): string | null {
  const pieces = plain(message)
    .split(VALUE)
    .map((text, n) => ({ text, isValue: n % 2 === 1, plural: n % 2 === 1 ? PLURAL.exec(text)?.slice(1) : undefined }))
  const words = pieces.map(({ text, isValue, plural }) => (isValue ? (plural ?? []).join(' ') : text)).join(' ')
  if (/[{}]/.test(words) || !SPELT.test(words)) return null
  return pieces
    .map(({ text, isValue, plural }) => {
      if (!isValue) return escaped(text)
      return plural ? `(?:${plural.map((one) => escaped(one).replaceAll('#', '[\\d,]+')).join('|')})` : '.+'
    })
    .join('')
}

/** A letter by itself is a key, not the field of that name. */
const TRANSLATED = Object.entries(CATALOGUE).filter(
  ([message, text]) => plain(message) !== text && plain(message).length > 1,
)
const WHOLE = new Set(TRANSLATED.map(([message]) => plain(message).trim()).filter((text) => !text.includes('{')))
const PATTERNS = TRANSLATED.flatMap(([message]) => (message.includes('{') ? (patternOf(message) ?? []) : []))
const LEFT = new RegExp(`^(?:${PATTERNS.join('|')})$`)

/** Names that come with providers, their models and fields, and are called the same everywhere. */
async function namesOf(page: Page): Promise<Set<string>> {
  const keys = (await elsewhere(page, 'list_keys', {})) as { provider_name: string; tiers: { name: string }[] }[]
  const models = (await elsewhere(page, 'list_endpoints', {})) as { name: string; family: string }[]
  return new Set([
    ...keys.flatMap((row) => [row.provider_name, ...row.tiers.map((tier) => tier.name)]),
    ...models.flatMap((model) => [model.name, model.family]),
  ])
}

/** All that is seen or spoken: the words of each element, and those that stand in attributes. */
function textsOf(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const SAID = [
      'aria-label',
      'aria-description',
      'aria-valuetext',
      'aria-roledescription',
      'title',
      'placeholder',
      'alt',
      'data-tip',
    ]
    const texts = new Set<string>()
    const add = (text: string | null) => {
      const bare = text?.replace(/\s+/g, ' ').trim()
      if (bare) texts.add(bare)
    }
    for (const element of document.body.querySelectorAll('*')) {
      if (!element.checkVisibility({ visibilityProperty: true })) continue
      // What a person wrote, keys, and what stands there letter by letter.
      if (element.closest('script, style, kbd, pre, code, [contenteditable=true]')) continue
      for (const name of SAID) add(element.getAttribute(name))
      const own = Array.from(element.childNodes).filter((node) => node.nodeType === Node.TEXT_NODE)
      for (const node of own) add(node.textContent)
      if (own.some((node) => node.textContent?.trim())) add(element.textContent)
    }
    add(document.title)
    return [...texts]
  })
}

/** Nothing that is left in English, and nothing that axe finds. */
async function expectJapanese(page: Page, where: string): Promise<void> {
  const names = await namesOf(page)
  const isEnglish = (text: string) => !names.has(text) && (WHOLE.has(text) || LEFT.test(text))
  // What comes a little later is part of it.
  await expect.poll(async () => (await textsOf(page)).filter(isEnglish), { message: where, timeout: 5_000 }).toEqual([])
  await expect(page.locator('html'), where).toHaveAttribute('lang', 'ja')
  await expectNoFaults(page, where)
}

const choice = (page: Page) => page.locator('#language')
const sections = (page: Page, name: string) => page.getByRole('navigation', { name, exact: true }).getByRole('button')

/** Opens the section of the settings with the language, and chooses one, by keys alone. */
async function speak(page: Page, words: { settings: string; appearance: string; language: string }): Promise<void> {
  await page.keyboard.press('Control+,')
  await sections(page, words.settings).filter({ hasText: words.appearance }).focus()
  await page.keyboard.press('Enter')
  await choice(page).focus()
  await page.keyboard.press('Enter')
  const option = page.getByRole('option', { name: words.language, exact: true })
  await expect(option).toBeVisible()
  await page.keyboard.press('Home')
  while ((await option.getAttribute('data-highlighted')) === null) await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
}

const inEnglish = { settings: 'Settings', appearance: 'Appearance', language: '日本語' }
const inJapanese = { settings: ja('Settings'), appearance: ja('Appearance'), language: 'English' }

/** A picture and a clip by words of the test's own, made as another host would. */
async function make(page: Page, pictures = 'sandbox:sandbox/stills'): Promise<void> {
  const made = [
    { endpoint: pictures, inputs: { prompt: '夕暮れの灯台' } },
    { endpoint: 'sandbox:sandbox/clips', inputs: { prompt: '霧の港', resolution: '480p', duration: 2 } },
  ]
  await page.keyboard.press('Control+1')
  for (const [n, job] of made.entries()) {
    expect(await elsewhere(page, 'submit_job', job)).toMatchObject({ problems: [] })
    await expectPrints(page, n + 1)
  }
}

test('the language is chosen by keys, kept, and given back', async ({ studio }) => {
  const html = studio.locator('html')
  await expect(html).toHaveAttribute('lang', 'en')
  await speak(studio, inEnglish)
  await expect(html).toHaveAttribute('lang', 'ja')
  await expect(studio.getByRole('heading', { name: ja('Appearance'), level: 1 })).toBeVisible()
  // Everything was made anew around it.
  await expect(choice(studio)).toBeFocused()
  await expect(choice(studio)).toHaveText('日本語')
  await studio.reload()
  await expect(html).toHaveAttribute('lang', 'ja')
  await speak(studio, inJapanese)
  await expect(html).toHaveAttribute('lang', 'en')
  await expect(choice(studio)).toBeFocused()
  await expect(studio.getByRole('heading', { name: 'Appearance', level: 1 })).toBeVisible()
  // As the system, which speaks English here, is no other language: nothing moves.
  await studio.keyboard.press('Enter')
  await studio.keyboard.press('Home')
  await studio.keyboard.press('Enter')
  await expect(choice(studio)).toHaveText('System (English)')
  await expect(choice(studio)).toBeFocused()
})

/** Every colour is looked at in English already, so one theme is enough. */
async function begin(page: Page): Promise<void> {
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' })
  await speak(page, inEnglish)
  await expect(page.locator('html')).toHaveAttribute('lang', 'ja')
}

test('what is empty, the studio, the gallery and the viewer speak Japanese, and axe finds nothing', async ({
  studio,
}) => {
  await begin(studio)
  await studio.keyboard.press('Control+1')
  await expectJapanese(studio, 'first run')
  for (const [key, screen] of [
    ['2', 'gallery'],
    ['3', 'jobs'],
    ['5', 'spend'],
  ] as const) {
    await studio.keyboard.press(`Control+${key}`)
    await expectJapanese(studio, `${screen}, empty`)
  }
  await make(studio)
  await expectJapanese(studio, 'studio')

  await studio.keyboard.press('Control+2')
  const cells = studio.locator('[role=gridcell][data-print]')
  await expect(cells).toHaveCount(2)
  await expectJapanese(studio, 'gallery')
  for (const [n, kind] of ['clip', 'picture'].entries()) {
    await cells.nth(n).focus()
    await studio.keyboard.press('Shift+F10')
    await expect(studio.getByRole('menu')).toBeVisible()
    await expectJapanese(studio, `menu of a ${kind}`)
    await studio.keyboard.press('Escape')
    await cells.nth(n).focus()
    await studio.keyboard.press('Enter')
    await expect(studio.getByRole('region', { name: ja('Viewer') })).toBeVisible()
    await expectJapanese(studio, `viewer of a ${kind}`)
    await studio.keyboard.press('Escape')
  }
})

test.describe('with a provider that bills', () => {
  test.use({ script: { base_price: 0.04, balance: 10, rules: [] } })

  test('jobs, models, spend, settings, palette and shortcuts speak Japanese, and axe finds nothing', async ({
    studio,
  }) => {
    await begin(studio)
    // Billed, so that there is something to add up.
    await make(studio, 'wavespeed:sandbox/stills')
    await studio.keyboard.press('Control+3')
    const jobs = studio.getByRole('grid').getByRole('row')
    await expect(jobs).toHaveCount(3)
    await jobs.nth(1).click()
    await expectJapanese(studio, 'jobs')

    await studio.keyboard.press('Control+4')
    await expect(studio.getByRole('grid').getByRole('row').nth(1)).toBeVisible()
    await studio.getByRole('grid').getByRole('row').nth(1).click()
    await expectJapanese(studio, 'models')

    await studio.keyboard.press('Control+5')
    const spend = studio.getByRole('region', { name: ja('Spend'), exact: true })
    await expect(spend).toContainText('$0.04')
    await studio.getByRole('switch', { name: ja('Daily cap') }).click()
    await expectJapanese(studio, 'spend')
    await studio.keyboard.press('t')
    await expect(spend.getByRole('columnheader', { name: ja('Charged') })).toBeVisible()
    await expectJapanese(studio, 'spend, days as a table')

    await studio.keyboard.press('Control+,')
    const all = sections(studio, ja('Settings'))
    const count = await all.count()
    expect(count).toBeGreaterThan(8)
    for (let n = 0; n < count; n++) {
      await all.nth(n).focus()
      await studio.keyboard.press('Enter')
      await expect(all.nth(n)).toHaveAttribute('aria-current', 'page')
      const name = (await all.nth(n).innerText()).trim()
      await expectJapanese(studio, `settings, ${name}`)
    }

    await studio.keyboard.press('Control+k')
    const palette = studio.getByRole('dialog', { name: ja('Search or command') })
    await expect(palette).toBeVisible()
    await expectJapanese(studio, 'palette')
    await studio.keyboard.type('灯台')
    const found = palette.getByRole('group', { name: ja('Prints'), exact: true }).getByRole('option')
    await expect(found).toHaveCount(1)
    await expectJapanese(studio, 'palette, found')
    // A command is found by what it is called here, and in English.
    for (const words of [ja('Jobs'), 'jobs']) {
      await studio.keyboard.press('Control+a')
      await studio.keyboard.type(`>${words}`)
      await expect(palette.getByRole('option').first()).toContainText(ja('Jobs'))
    }
    await studio.keyboard.press('Escape')
    await expect(palette).toHaveCount(0)

    await studio.keyboard.press('Control+2')
    await studio.locator('[role=gridcell][data-print]').first().focus()
    await studio.keyboard.press('?')
    await expect(studio.getByRole('dialog', { name: ja('Shortcuts') })).toBeVisible()
    await expectJapanese(studio, 'shortcuts')
    await studio.keyboard.press('Escape')
  })
})
