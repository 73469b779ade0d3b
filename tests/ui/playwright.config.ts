import { defineConfig } from '@playwright/test'

// The page over `rushes serve` with the sandbox, in the system's own Chromium: nothing is downloaded.
export default defineConfig({
  testDir: '.',
  outputDir: '../../target/browser',
  // For two cores that do other things too: a test that passes does not wait for them.
  timeout: 300_000,
  expect: { timeout: 60_000 },
  workers: 1,
  reporter: [['list'], ['./failures.ts']],
  use: {
    viewport: { width: 1440, height: 900 },
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu', '--autoplay-policy=no-user-gesture-required'],
    },
  },
})
