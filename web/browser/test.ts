// What tests of pages begin with: a demo, and people who are signed in to it. See README.md.

import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  expect,
  type Page,
  test as plain,
} from '@playwright/test'
import { Complaints } from './complaints'
import { Demo, type Persona } from './demo'

export type { Demo, Page, Persona }
export { expect }

type Kept = Awaited<ReturnType<BrowserContext['storageState']>>

const cookie = '__Host-team'
const secretIn = (state: Kept) => state.cookies.find(c => c.name === cookie)?.value

type How = BrowserContextOptions & {
  /** fresh: sign in anew, for a test that signs out or ends sign-ins. */
  fresh?: boolean
  /** nobody: not signed in. */
  nobody?: boolean
}

type ForTest = {
  /** persona opens a browser of somebody's own, signed in, with one empty page: go where the test begins. */
  persona: (who: Persona, how?: How) => Promise<Page>
  /** expectComplaint says what the pages of this test will complain of, because it makes them. */
  expectComplaint: (...likes: RegExp[]) => void
}

type ForWorker = {
  /** flags of `team demo` besides, for the tests of a file: test.use({ flags: […] }). */
  flags: string[]
  demo: Demo
  signIns: Map<Persona, Kept>
}

export const test = plain.extend<ForTest & { opened: Opened }, ForWorker>({
  flags: [[], { scope: 'worker', option: true }],
  demo: [
    async ({ flags }, use) => {
      const demo = await Demo.start(...flags)
      await use(demo)
      await demo.stop()
    },
    { scope: 'worker' },
  ],
  signIns: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads from the pattern what a fixture needs
    async ({}, use) => {
      await use(new Map())
    },
    { scope: 'worker' },
  ],
  opened: async ({ browser, demo, contextOptions }, use) => {
    const opened = new Opened(browser, demo, contextOptions)
    await use(opened)
    await opened.end()
  },
  persona: async ({ opened, demo, signIns }, use) => {
    await use(async (who, { fresh, nobody, ...how } = {}) => {
      let state = signIns.get(who)
      if (!state && !fresh && !nobody) {
        const page = await opened.page()
        await page.goto(`${demo.url}/sign-ins`)
        await pick(page, who)
        await page.waitForURL(`${demo.url}/sign-ins`)
        state = await page.context().storageState()
        await page.context().close()
        signIns.set(who, state)
      }
      if (state && !fresh && !nobody) {
        const page = await opened.page({ ...how, storageState: state })
        opened.keep(
          page,
          secret => {
            // Whoever proved anew that it is them has another secret, and who signed out none.
            const cookies = state.cookies.map(c => (c.name === cookie && secret ? { ...c, value: secret } : c))
            if (secret) signIns.set(who, { ...state, cookies })
            else signIns.delete(who)
          },
          secretIn(state),
        )
        return page
      }
      const page = await opened.page(how)
      if (fresh) {
        await page.goto(`${demo.url}/sign-ins`)
        await pick(page, who)
        await page.waitForURL(`${demo.url}/sign-ins`)
      }
      return page
    })
  },
  expectComplaint: async ({ opened }, use) => {
    await use((...likes) => {
      for (const c of opened.complaints) c.expect(...likes)
      opened.expected.push(...likes)
    })
  },
})

/** pick signs in on the page of the demo's provider. */
export async function pick(page: Page, who: Persona) {
  await page.locator('button.person', { has: page.locator('.names', { hasText: new RegExp(`^${who}( ·|$)`) }) }).click()
}

/** Opened are the browsers of a test: closed at its end, when none of their pages may have complained. */
class Opened {
  readonly complaints: Complaints[] = []
  readonly expected: RegExp[] = []
  private readonly contexts: BrowserContext[] = []
  private readonly kept: (() => Promise<void>)[] = []

  constructor(
    private readonly browser: Browser,
    private readonly demo: Demo,
    private readonly options: BrowserContextOptions,
  ) {}

  async page(how: BrowserContextOptions = {}): Promise<Page> {
    const context = await this.browser.newContext({ baseURL: this.demo.url, ...this.options, ...how })
    this.contexts.push(context)
    const complaints = new Complaints(context, this.demo.url)
    complaints.expect(...this.expected)
    this.complaints.push(complaints)
    return context.newPage()
  }

  /** keep has it told what became of the secret of a page's sign-in, where it changed. */
  keep(page: Page, changed: (secret: string | undefined) => void, secret: string | undefined) {
    this.kept.push(async () => {
      const now = secretIn(await page.context().storageState())
      if (now !== secret) changed(now)
    })
  }

  async end() {
    for (const k of this.kept) await k()
    for (const c of this.contexts) await c.close()
    expect(
      this.complaints.flatMap(c => c.unexpected()),
      'what pages complained of',
    ).toEqual([])
  }
}
