import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'
import { compressed } from './building/compressed.ts'
import { fonts } from './building/fonts.ts'

// What is built is embedded in the binary (embed.go) and served under the strictest content security policy: no inline
// scripts, and with Trusted Types. Hence no inlined assets and no polyfill for module preloading.
export default defineConfig({
  plugins: [react(), fonts(), compressed()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    sourcemap: false,
    target: 'es2022',
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1200,
  },
  test: {
    include: ['src/**/*.test.ts'],
    // Whether a time is today's, and how it is written, depends on it.
    env: { TZ: 'Europe/Zurich' },
  },
  // For work on the pages: `team demo` beside it answers the API and signs in.
  server: {
    proxy: Object.fromEntries(
      ['/api', '/sign-in', '/sign-out', '/signed-out', '/step-up', '/passkeys', '/static', '/oauth', '/device'].map(
        path => [path, { target: process.env.TEAM_URL ?? 'http://127.0.0.1:8080', changeOrigin: true }],
      ),
    ),
  },
})
