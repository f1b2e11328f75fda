import { existsSync } from 'node:fs'
import { defineConfig, type ReporterDescription } from '@playwright/test'

// Debian's Chromium: nothing is downloaded. As root its sandbox cannot work.
const chromium = process.env.CHROMIUM ?? '/usr/bin/chromium'
if (!existsSync(chromium)) throw new Error(`there is no ${chromium}: install Chromium, or name it in CHROMIUM`)

const results = process.env.TEST_RESULTS
const reporters: ReporterDescription[] = [['list']]
if (results) reporters.push(['json', { outputFile: `${results}/browser.playwright.json` }])

export default defineConfig({
  testDir: 'browser',
  outputDir: 'browser/.results/failed',
  globalSetup: './browser/build.ts',
  // A demo for each worker; the files of tests are shared out between them.
  workers: Number(process.env.BROWSER_WORKERS ?? 2),
  fullyParallel: false,
  forbidOnly: true,
  retries: 0,
  timeout: 60_000,
  // The machine may be busy; nothing is waited for that does not happen by itself.
  expect: { timeout: 15_000 },
  reporter: reporters,
  use: {
    browserName: 'chromium',
    viewport: { width: 1400, height: 900 },
    locale: 'en-GB',
    timezoneId: 'Europe/Zurich',
    actionTimeout: 15_000,
    navigationTimeout: 30_000,
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: chromium,
      args: ['--disable-dev-shm-usage'],
      chromiumSandbox: process.getuid?.() !== 0,
    },
  },
})
