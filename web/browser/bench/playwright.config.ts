import { defineConfig } from '@playwright/test'

// Measured by `make bench BENCH=web`, which starts the program and says where it is (internal/bench/web_test.go).
export default defineConfig({
  testDir: '.',
  testMatch: '*.bench.ts',
  outputDir: '../.results/bench',
  workers: 1,
  timeout: 300_000,
  reporter: 'line',
  use: {
    browserName: 'chromium',
    viewport: { width: 1400, height: 900 },
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: ['--disable-dev-shm-usage'],
      chromiumSandbox: process.getuid?.() !== 0,
    },
  },
})
