// A browser says on its console what it refused, what failed and what a page did wrong. Pages of TEAM are silent.

import type { BrowserContext, Page, Request } from '@playwright/test'

/** Complaints are those of the pages of a context. */
export class Complaints {
  private all: string[] = []
  private expected: RegExp[] = []

  constructor(
    context: BrowserContext,
    private readonly team: string,
  ) {
    context.on('page', page => this.listen(page))
  }

  /** expect says that the test makes a page complain like this. */
  expect(...likes: RegExp[]) {
    this.expected.push(...likes)
  }

  /** unexpected are what nobody expected. */
  unexpected(): string[] {
    return this.all.filter(c => !this.expected.some(e => e.test(c)))
  }

  private listen(page: Page) {
    page.on('console', m => {
      const at = m.location().url || page.url()
      if (at.startsWith(this.team)) this.add(page, `console.${m.type()}: ${m.text()} (${at})`)
    })
    page.on('pageerror', e => this.add(page, `error: ${e.stack ?? e.message}`))
    page.on('requestfailed', r => this.failed(page, r))
    page.on('response', r => {
      if (r.status() >= 400 && r.url().startsWith(this.team))
        this.add(page, `answer: ${r.status()} to ${r.request().method()} ${r.url()}`)
    })
    page.on('crash', () => this.add(page, 'the page crashed'))
  }

  private failed(page: Page, request: Request) {
    const why = request.failure()?.errorText ?? ''
    // The page itself gave up: it was left, or somebody typed on.
    if (why === 'net::ERR_ABORTED' || !request.url().startsWith(this.team)) return
    this.add(page, `no answer: ${why} to ${request.method()} ${request.url()}`)
  }

  private add(page: Page, what: string) {
    if (page.url().startsWith(this.team) || page.url() === 'about:blank') this.all.push(`${what} [on ${page.url()}]`)
  }
}
