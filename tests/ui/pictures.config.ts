import { defineConfig } from '@playwright/test'
import usual from './playwright.config'

// What docs/pictures shows, taken from the running program with media of the sandbox: `make pictures`.
export default defineConfig({
  ...usual,
  testDir: './pictures',
  testMatch: '*.shots.ts',
  outputDir: '../../target/pictures',
})
