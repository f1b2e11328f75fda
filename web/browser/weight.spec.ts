// What the first screen costs. How fast it is depends on the machine (make bench BENCH=web); this is what makes it slow.

import type { Page } from '@playwright/test'
import { expect, test } from './test'

// A little above what it is: whoever needs more should know that everybody waits for it at every visit.
const mostKilobytes = 560
const mostFiles = 45
const mostCalls = 6

type Got = { path: string; bytes: number; cached: boolean; done: boolean }

/** visit goes home, and says what was asked for until it showed, without the stream of events. */
async function visit(page: Page): Promise<Got[]> {
  const protocol = await page.context().newCDPSession(page)
  await protocol.send('Network.enable')
  const asked = new Map<string, Got>()
  protocol.on('Network.requestWillBeSent', e => {
    const path = new URL(e.request.url).pathname
    if (!path.endsWith('/events/stream')) asked.set(e.requestId, { path, bytes: 0, cached: false, done: false })
  })
  const about = (id: string, what: Partial<Got>) => Object.assign(asked.get(id) ?? {}, what)
  protocol.on('Network.requestServedFromCache', e => about(e.requestId, { cached: true }))
  protocol.on('Network.responseReceived', e => {
    if (e.response.fromDiskCache) about(e.requestId, { cached: true })
  })
  protocol.on('Network.loadingFinished', e => about(e.requestId, { bytes: e.encodedDataLength, done: true }))
  await page.goto('/')
  await expect(page.getByRole('heading', { name: 'Home', level: 1 })).toBeVisible()
  await page.evaluate(() => document.fonts.ready)
  await expect.poll(() => [...asked.values()].filter(g => !g.done).map(g => g.path)).toEqual([])
  await protocol.detach()
  return [...asked.values()]
}

test('the first screen is small, asks little, and is kept', async ({ persona }) => {
  const page = await persona('requester')
  const first = await visit(page)
  const files = first.filter(g => g.path.startsWith('/assets/'))
  const kilobytes = files.reduce((sum, g) => sum + g.bytes, 0) / 1000
  const calls = first.filter(g => g.path.startsWith('/api/'))
  const all = first.map(g => `${g.path} ${(g.bytes / 1000).toFixed(1)} kB`).join('\n')
  expect(kilobytes, all).toBeLessThan(mostKilobytes)
  expect(files.length, all).toBeLessThanOrEqual(mostFiles)
  expect(calls.length, all).toBeLessThanOrEqual(mostCalls)
  // A measurement that misses the application would pass everything.
  expect(files.length, all).toBeGreaterThan(2)
  expect(kilobytes, all).toBeGreaterThan(mostKilobytes / 2)

  const second = await visit(page)
  const again = second.filter(g => !g.cached).map(g => g.path)
  expect(again.filter(p => p.startsWith('/assets/'))).toEqual([])
})

test('the page holds no script, no style, and names this place alone', async ({ persona, demo }) => {
  const page = await persona('requester')
  const text = await (await page.request.get('/', { headers: { Accept: 'text/html' } })).text()
  expect(text).toContain('<script type="module"')
  expect(text.match(/<script(?![^>]* src="\/assets\/)/g), 'scripts within the page').toBeNull()
  expect(text.match(/<style|style=|\son[a-z]+=/g), 'styles and handlers within the page').toBeNull()
  expect(text.match(/(?:src|href)="(?!\/(?!\/))[^"]*"/g), 'addresses elsewhere').toBeNull()
  const { headers } = await fetch(`${demo.url}/assets/none-AAAAAAAA.js`)
  expect(headers.get('Cache-Control')).toBe('no-store')
})
