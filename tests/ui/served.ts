// A studio of its own for each test: `rushes serve` in fresh folders, with a sandbox that is quick.
import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test as base, expect, type Page } from '@playwright/test'

const RUSHES = process.env.RUSHES_BIN ?? join(import.meta.dirname, '../../target/debug/rushes')

interface Served {
  /** The page, opened on a studio of this test's own. */
  studio: Page
}

export const test = base.extend<Served>({
  studio: async ({ page }, use) => {
    const home = await mkdtemp(join(tmpdir(), 'rushes-'))
    const server = spawn(RUSHES, ['--json', 'serve', '--port', '0'], {
      env: {
        ...process.env,
        RUSHES_DATA: join(home, 'data'),
        RUSHES_LIBRARY: join(home, 'library'),
        RUSHES_SANDBOX_IMAGE_MS: '200',
        RUSHES_SANDBOX_VIDEO_MS: '3000',
        // No bus: the keychain of whoever runs this is left alone.
        DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent',
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const ended = new Promise((done) => server.once('exit', done))
    const troubles: string[] = []
    try {
      const lines = createInterface({ input: server.stdout })
      const { value } = await lines[Symbol.asyncIterator]().next()
      page.on('pageerror', (error) => troubles.push(String(error)))
      page.on('console', (said) => {
        if (said.type() === 'error') troubles.push(said.text())
      })
      await page.goto((JSON.parse(value) as { url: string }).url)
      await expect(page.getByRole('textbox', { name: 'Prompt' })).toBeVisible()
      await use(page)
      await page.close()
    } finally {
      server.kill('SIGINT')
      await ended
      await rm(home, { recursive: true, force: true })
    }
    expect(troubles).toEqual([])
  },
})

export { expect }

/** Chooses what to make, writes a prompt and sends it. */
export async function render(page: Page, mode: 'Image' | 'Video', prompt: string): Promise<void> {
  await page.getByRole('radio', { name: mode, exact: true }).click()
  await page.getByRole('textbox', { name: 'Prompt' }).fill(prompt)
  await page.keyboard.press('Control+Enter')
}

/** The prints in the feed whose picture has arrived. */
export async function expectPrints(page: Page, count: number): Promise<void> {
  await expect
    .poll(() =>
      page
        .locator('[role=feed] [data-print] img')
        .evaluateAll((all) => all.filter((i) => (i as HTMLImageElement).naturalWidth > 0).length),
    )
    .toBe(count)
}
