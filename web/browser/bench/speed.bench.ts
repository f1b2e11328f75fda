// What people wait for, in milliseconds of the browser's own clock: from the click or the key to the frame that shows it.

import { writeFileSync } from 'node:fs'
import { type Browser, expect, type Page, test } from '@playwright/test'

const { TEAM_BENCH_URL, TEAM_BENCH_COOKIE, TEAM_BENCH_FIGURES, TEAM_BENCH_REQUESTER, TEAM_BENCH_ADMIN } = process.env

interface Figure {
  what: string
  value: number
  unit: 'ms'
  most?: number
  note?: string
}
const figures: Figure[] = []

test.afterAll(() => {
  writeFileSync(must(TEAM_BENCH_FIGURES), JSON.stringify(figures))
})

function must(given: string | undefined): string {
  if (!given) throw new Error('this is run by make bench BENCH=web')
  return given
}

const at = (q: number, times: number[]) =>
  [...times].sort((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * q))] ?? 0

function add(what: string, times: number[], most: number) {
  figures.push({
    what: `${what}, slowest of ${times.length}`,
    value: Math.max(...times),
    unit: 'ms',
    most,
    note: `median ${at(0.5, times).toFixed(0)} ms`,
  })
}

/** signedIn opens a browser that has nothing of TEAM yet but somebody's sign-in. */
async function signedIn(browser: Browser, secret: string | undefined): Promise<Page> {
  const baseURL = must(TEAM_BENCH_URL)
  const cookie = {
    name: must(TEAM_BENCH_COOKIE),
    value: must(secret),
    domain: new URL(baseURL).hostname,
    path: '/',
    expires: -1,
    httpOnly: true,
    secure: true,
    sameSite: 'Lax' as const,
  }
  const context = await browser.newContext({ baseURL, storageState: { cookies: [cookie], origins: [] } })
  return context.newPage()
}

/**
 * settled waits until the page has painted, has nothing left to do, and no table of it is loading. After ten seconds it
 * waits no longer: then the figure is not reached, and says so.
 */
async function settled(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>(done => {
        const begun = performance.now()
        const look = () => {
          if (performance.now() - begun > 10_000) return done(performance.now())
          const loading = [...document.querySelectorAll('table, [role=status], [aria-live]')].some(e =>
            /Loading|Searching/.test(e.textContent ?? ''),
          )
          if (!document.querySelector('h1') || loading) requestAnimationFrame(look)
          else requestIdleCallback(() => done(performance.now()))
        }
        requestAnimationFrame(look)
      }),
  )
}

test('first screen', async ({ browser }) => {
  const times: number[] = []
  for (let i = 0; i < 8; i++) {
    const page = await signedIn(browser, TEAM_BENCH_REQUESTER)
    await page.goto('/', { waitUntil: 'commit' })
    await page.waitForSelector('h1')
    times.push(await settled(page)) // performance.now() begins with the navigation
    await page.context().close()
  }
  add('first screen, nothing kept, until it can be used', times.slice(1), 1500)
})

// What the navigation leads to, and what it is called there.
const lists = [
  'My requests',
  'Waiting for me',
  'My decisions',
  'Active access',
  'All requests',
  'All access',
  'Events',
  'Policies',
  'Assignments',
  'Alarms',
  'Directory',
  'Sign-ins',
  'Machines',
]

test('lists', async ({ browser }) => {
  const page = await signedIn(browser, TEAM_BENCH_ADMIN)
  await page.goto('/')
  await page.waitForSelector('h1')
  for (const name of lists) {
    const link = page
      .getByRole('navigation')
      .getByRole('link', { name: new RegExp(`^${name}`) })
      .first()
    if ((await link.count()) === 0) continue
    const href = must((await link.getAttribute('href')) ?? undefined)
    // From the click to the frame in which the first page stands: twice, the first time with the code of the page.
    const times: number[] = []
    for (let i = 0; i < 4; i++) {
      await page.evaluate(() => {
        addEventListener('click', e => Object.assign(window, { clicked: e.timeStamp }), { capture: true, once: true })
      })
      await link.click()
      await page.waitForURL(url => url.pathname === href)
      times.push(
        (await settled(page)) - (await page.evaluate(() => (window as unknown as { clicked: number }).clicked)),
      )
      await page.getByRole('navigation').getByRole('link', { name: 'Home' }).click()
      await page.waitForURL(url => url.pathname === '/')
    }
    add(`list after the click: ${name}`, times, 1000)
  }
  expect(figures.length).toBeGreaterThan(5)
})

test('choice of accounts', async ({ browser }) => {
  const page = await signedIn(browser, TEAM_BENCH_REQUESTER)
  await page.goto('/ask')
  const field = page.getByRole('combobox', { name: 'Account and role' })
  await field.click()
  const times: number[] = []
  for (const word of ['shop prod', 'payments', 'data 17', 'admin']) {
    await field.fill('')
    await settled(page)
    for (const key of word) {
      await page.evaluate(() => {
        addEventListener('keydown', e => Object.assign(window, { pressed: e.timeStamp }), { capture: true, once: true })
      })
      await field.press(key === ' ' ? 'Space' : key)
      times.push(
        await page.evaluate(
          () =>
            new Promise<number>(done => {
              const begun = performance.now()
              const look = () => {
                if (performance.now() - begun < 10_000 && /Searching…/.test(document.body.textContent ?? ''))
                  requestAnimationFrame(look)
                else done(performance.now() - (window as unknown as { pressed: number }).pressed)
              }
              requestAnimationFrame(() => requestAnimationFrame(look))
            }),
        ),
      )
    }
  }
  add('choice of accounts: from the key to what it finds', times, 150)
})
