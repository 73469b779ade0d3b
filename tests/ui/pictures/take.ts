// Pictures of the window at rest, in both themes and two sizes, as docs/pictures keeps them.
import { spawn } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { elsewhere, expect } from '../served'

const INTO = process.env.RUSHES_PICTURES ?? join(import.meta.dirname, '../../../docs/pictures')
const THEMES = ['dark', 'light'] as const
const SIZES = [
  { width: 1440, height: 900 },
  { width: 1024, height: 700 },
]

/** Keeps the window as it is now: `NAME-THEME-WIDTH.webp`, in both themes and both sizes. */
export async function take(page: Page, name: string): Promise<void> {
  await mkdir(INTO, { recursive: true })
  for (const size of SIZES) {
    await page.setViewportSize(size)
    for (const theme of THEMES) {
      await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
      await rest(page)
      await keep(await page.screenshot({ caret: 'hide' }), join(INTO, `${name}-${theme}-${size.width}.webp`))
    }
  }
  await page.setViewportSize(SIZES[0]!)
}

/** Waits until nothing moves and every picture in sight is drawn. */
async function rest(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const isSeen = (img: HTMLImageElement) => {
      const { top, bottom, width } = img.getBoundingClientRect()
      return width > 0 && bottom > 0 && top < window.innerHeight
    }
    const drawn = Array.from(document.images).filter(isSeen)
    return drawn.every((img) => img.complete) && document.getAnimations().every((a) => a.playState !== 'running')
  })
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))
}

/** A fifth of what the same picture takes as PNG, and nothing is seen of the difference. */
async function keep(png: Buffer, to: string): Promise<void> {
  const words = ['-v', 'error', '-y', '-f', 'png_pipe', '-i', '-', '-c:v', 'libwebp', '-quality', '88', to]
  const ffmpeg = spawn('ffmpeg', words, { stdio: ['pipe', 'inherit', 'inherit'] })
  const ended = new Promise((done) => ffmpeg.once('exit', done))
  ffmpeg.stdin.end(png)
  expect(await ended, to).toBe(0)
}

/** What is asked of the sandbox: the same words and seed paint the same picture. */
interface Scene {
  prompt: string
  aspect_ratio?: string
  seed?: number
  count?: number
}

const SCENES: Scene[] = [
  { prompt: 'Hills before sunrise, thin mist, one bright disc', aspect_ratio: '3:2' },
  { prompt: 'Forest in morning mist, gold light between the trunks', aspect_ratio: '4:3' },
  { prompt: 'City at night after rain, neon over the river', aspect_ratio: '16:9' },
  { prompt: 'Desert at dusk, one long dune and no wind', aspect_ratio: '21:9' },
  { prompt: 'Sea in a storm, a single bright edge of cloud', aspect_ratio: '3:2' },
  { prompt: 'Snow on the far hills, pale dawn', aspect_ratio: '2:3' },
  { prompt: 'City seen from the hills, last gold of the day', aspect_ratio: '1:1' },
  { prompt: 'Forest lake at night, stars and their reflection', aspect_ratio: '3:4' },
  { prompt: 'Calm sea at dawn, low clouds moving off', aspect_ratio: '16:9' },
  { prompt: 'Desert under snow, thin blue light', aspect_ratio: '3:2' },
  { prompt: 'Neon sign over wet streets, deep night', aspect_ratio: '4:3' },
  { prompt: 'Hills in autumn gold, storm behind them', aspect_ratio: '1:1' },
]

/** Renders pictures without the composer, and waits until they are saved. */
export async function paint(page: Page, count = SCENES.length): Promise<void> {
  for (const [i, { prompt, aspect_ratio }] of SCENES.slice(0, count).entries()) {
    const composition = {
      endpoint: 'sandbox:sandbox/stills',
      inputs: { prompt, aspect_ratio, seed: 1200 + i * 7 },
      count: i % 4 === 0 ? 4 : 1,
      keep_seed: i % 4 !== 0,
    }
    expect(await elsewhere(page, 'submit_job', composition)).toMatchObject({ problems: [] })
  }
  await saved(page)
}

/** A short clip, saved. */
export async function film(page: Page, prompt: string): Promise<void> {
  const inputs = { prompt, resolution: '480p', duration: 3, seed: 77 }
  await elsewhere(page, 'submit_job', { endpoint: 'sandbox:sandbox/clips', inputs, keep_seed: true })
  await saved(page)
}

/** Waits until no job is under way. */
export async function saved(page: Page): Promise<void> {
  await expect.poll(async () => ((await elsewhere(page, 'list_jobs', { open: true })) as unknown[]).length).toBe(0)
}

/** Marks as somebody who has chosen among them would have made. */
export async function choose(page: Page): Promise<void> {
  const { prints } = (await elsewhere(page, 'list_prints', { limit: 200 })) as { prints: { id: string }[] }
  const ids = prints.map((print) => print.id)
  const mark = (at: number[], what: object) =>
    elsewhere(page, 'mark_prints', { ids: at.flatMap((n) => ids[n] ?? []), ...what })
  await mark([1, 6, 9], { circled: true })
  await mark([1, 9], { rating: 5 })
  await mark([3, 6], { rating: 4 })
  await mark([0, 1, 2, 3], { add_tags: ['harbour', 'moodboard'] })
  await mark([1], { note: 'For the cover, if the client takes the wide format.' })
}
