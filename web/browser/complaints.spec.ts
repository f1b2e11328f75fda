// That pages are silent proves something only where they would be heard.

import { Complaints } from './complaints'
import { expect, test } from './test'

const wrongs: [what: string, does: () => unknown, heard: RegExp][] = [
  // biome-ignore lint/suspicious/noConsole: that is what is heard
  ['says something', () => globalThis.console.info('hello'), /console\.info: hello/],
  ['throws', () => setTimeout(() => Promise.reject(new Error('of a test'))), /error: Error: of a test/],
  [
    'makes a policy of Trusted Types',
    () => {
      try {
        // biome-ignore lint/suspicious/noExplicitAny: TypeScript does not know it yet
        ;(window as any).trustedTypes.createPolicy('default', { createScript: (s: string) => s })
      } catch {
        // as a library would that goes on without
      }
    },
    /TrustedTypePolicy/,
  ],
  [
    'makes text a script',
    () => {
      try {
        document.createElement('script').text = 'void 0'
      } catch {
        // heard of nevertheless
      }
    },
    /TrustedScript/,
  ],
  ['has style within', () => document.body.setAttribute('style', 'color: red'), /style/],
  [
    'asks elsewhere',
    () => document.body.append(Object.assign(document.createElement('img'), { src: 'http://127.0.0.1:9/x.png' })),
    /Content Security Policy/i,
  ],
  ['asks for what is not there', () => fetch('/api/v1/nothing'), /answer: 404 to GET/],
]

test('a page that does wrong is heard', async ({ demo, persona, browser }) => {
  const signedIn = await persona('requester')
  const context = await browser.newContext({
    baseURL: demo.url,
    storageState: await signedIn.context().storageState(),
  })
  const complaints = new Complaints(context, demo.url)
  const page = await context.newPage()
  await page.goto('/')
  await expect(page.getByRole('heading', { name: 'Home', level: 1 })).toBeVisible()
  expect(complaints.unexpected()).toEqual([])
  for (const [what, does, heard] of wrongs) {
    await page.evaluate(does)
    await expect.poll(() => complaints.unexpected().join('\n'), { message: `a page that ${what}` }).toMatch(heard)
    complaints.expect(heard)
  }
  complaints.expect(/Failed to load resource/)
  expect(complaints.unexpected()).toEqual([])
  await context.close()
})
