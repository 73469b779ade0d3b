// A studio of its own for each test: `rushes serve` in fresh folders, with a sandbox that is quick.
import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import AxeBuilder from '@axe-core/playwright'
import { test as base, expect, type Page } from '@playwright/test'

const RUSHES = process.env.RUSHES_BIN ?? join(import.meta.dirname, '../../target/debug/rushes')

/** What a sandbox in a process of its own takes for a key. */
export const KEY = 'key-of-a-peer'
const run = promisify(execFile)

interface Served {
  /** Faults of a provider that bills, played by a sandbox in a process of its own; null for none. */
  script: object | null
  /** The same sandbox stands in for OpenAI as well, of whose models one job may make several pictures. */
  several: boolean
  /** What the browser may log besides: it logs each request that fails; null for nothing. */
  allowed: RegExp | null
  /** The page, opened on a studio of this test's own. */
  studio: Page
  /** Closes that studio, waits, and starts it again at the same place; the page is opened anew. */
  restart: (closedMs: number) => Promise<void>
}

/** Starts `rushes` with a line of JSON as its first word. */
async function start(args: string[], env: NodeJS.ProcessEnv): Promise<[ChildProcess, Record<string, string>]> {
  const child = spawn(RUSHES, ['--json', ...args], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  const { value } = await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next()
  return [child, JSON.parse(value) as Record<string, string>]
}

async function stop(child: ChildProcess): Promise<void> {
  const ended = new Promise((done) => child.once('exit', done))
  if (child.exitCode === null && child.kill('SIGINT')) await ended
}

const origin = (url = '') => new URL(url).origin

/** The sandbox as a provider with a key and prices, which does what the script says. */
async function startPeer(
  script: object,
  several: boolean,
  home: string,
  env: NodeJS.ProcessEnv,
): Promise<ChildProcess> {
  const file = join(home, 'script.json')
  await writeFile(file, JSON.stringify(script))
  const times = ['--image-seconds', '0.3', '--video-seconds', '3']
  const [peer, { base_url }] = await start(['sandbox', '--token', KEY, '--script', file, ...times], env)
  await run(RUSHES, ['providers', 'set', 'wavespeed', '--base-url', base_url ?? ''], { env })
  await run(RUSHES, ['models', 'sync', 'wavespeed'], { env })
  if (several) await run(RUSHES, ['providers', 'set', 'openai', '--base-url', `${origin(base_url)}/openai/v1`], { env })
  return peer
}

/** How the studio of a page is started again. */
const restarts = new WeakMap<Page, Served['restart']>()

export const test = base.extend<Served>({
  script: [null, { option: true }],
  several: [false, { option: true }],
  allowed: [null, { option: true }],
  studio: async ({ page, script, several, allowed }, use) => {
    const home = await mkdtemp(join(tmpdir(), 'rushes-'))
    const env: NodeJS.ProcessEnv = {
      ...process.env,
      // Whoever runs this may speak another language.
      LC_ALL: 'C.UTF-8',
      LANGUAGE: '',
      RUSHES_DATA: join(home, 'data'),
      RUSHES_LIBRARY: join(home, 'library'),
      RUSHES_DOWNLOADS: join(home, 'downloads'),
      RUSHES_SANDBOX_IMAGE_MS: '200',
      RUSHES_SANDBOX_VIDEO_MS: '3000',
      // No bus: the keychain of whoever runs this is left alone.
      DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent',
      ...(script ? { WAVESPEED_API_KEY: KEY } : {}),
      ...(several ? { OPENAI_API_KEY: KEY } : {}),
    }
    const children: ChildProcess[] = []
    const troubles: string[] = []
    try {
      if (script) children.push(await startPeer(script, several, home, env))
      const [server, { url }] = await start(['serve', '--port', '0'], env)
      children.push(server)
      restarts.set(page, async (closedMs) => {
        await page.goto('about:blank')
        await stop(children.pop()!)
        await new Promise((opened) => setTimeout(opened, closedMs))
        const [again, next] = await start(['serve', '--port', new URL(url ?? '').port], env)
        children.push(again)
        await page.goto(next.url ?? '')
        await expect(page.getByRole('textbox', { name: 'Prompt' })).toBeVisible()
      })
      page.on('pageerror', (error) => troubles.push(String(error)))
      page.on('console', (said) => {
        // The browser itself logs a call that a cap or a wrong word refused; the page says it in words.
        const isRefused = /status of (402|422)/.test(said.text())
        if (said.type() === 'error' && !isRefused && !allowed?.test(said.text())) troubles.push(said.text())
      })
      await page.goto(url ?? '')
      await expect(page.getByRole('textbox', { name: 'Prompt' })).toBeVisible()
      await use(page)
      await page.close()
    } finally {
      for (const child of children.reverse()) await stop(child)
      await rm(home, { recursive: true, force: true })
    }
    expect(troubles).toEqual([])
  },
  restart: async ({ studio }, use) => use(restarts.get(studio)!),
})

export { expect }

/** As another host of the same studio would. */
export function elsewhere(page: Page, cmd: string, payload: object): Promise<unknown> {
  return page.evaluate(
    async ([cmd, payload]) => {
      const answer = await fetch('call', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ cmd, payload }),
      })
      return answer.json()
    },
    [cmd, payload] as const,
  )
}

/** Chooses what to make, writes a prompt and sends it. */
export async function render(page: Page, mode: 'Image' | 'Video', prompt: string): Promise<void> {
  await page.getByRole('radio', { name: mode, exact: true }).click()
  await page.getByRole('textbox', { name: 'Prompt' }).fill(prompt)
  await page.keyboard.press('Control+Enter')
}

/** The prints in the feed whose picture has arrived. Times are in ms. */
export async function expectPrints(page: Page, count: number, within = 60_000): Promise<void> {
  const arrived = () =>
    page
      .locator('[role=feed] [data-print] img')
      .evaluateAll((all) => all.filter((i) => (i as HTMLImageElement).naturalWidth > 0).length)
  await expect.poll(arrived, { timeout: within }).toBe(count)
}

/** Renders prints one after the other and opens the gallery, the focus on the newest. */
export async function fillGallery(page: Page, words: string[], mode: 'Image' | 'Video'): Promise<void> {
  for (const [i, prompt] of words.entries()) {
    if (mode === 'Image') await render(page, mode, prompt)
    // A small clip: painting a large one takes its time on a busy machine.
    else
      await elsewhere(page, 'submit_job', {
        endpoint: 'sandbox:sandbox/clips',
        inputs: { prompt, resolution: '480p', duration: 2 },
      })
    await expectPrints(page, i + 1)
  }
  await page.keyboard.press('Control+2')
  await page.locator('[role=gridcell][data-print]').first().focus()
}

/** Nothing that axe finds, once what moves has come to rest. */
export async function expectNoFaults(page: Page, where: string): Promise<void> {
  // A picture that develops is not what stays.
  await page.waitForFunction(() => document.getAnimations().every((a) => a.playState !== 'running'))
  const { violations } = await new AxeBuilder({ page }).analyze()
  const faults = violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.target.join(' ')}: ${n.failureSummary}`))
  expect(faults, where).toEqual([])
}
