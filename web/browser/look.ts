// How a page looks, to people and to axe.

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { AxeResults } from 'axe-core'
import { expect, type Page } from './test'

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']
const pictures = join(import.meta.dirname, '.results', 'pictures')
const wide = { width: 1400, height: 900 }
const narrow = { width: 390, height: 844 }

/**
 * look fails where a page breaks WCAG 2.2 AA, light or dark, or is wider than a telephone. It leaves pictures in
 * browser/.results/pictures: NAME-light.png, NAME-dark.png, NAME-390.png. Once for each page, when it shows what it is for.
 */
export async function look(page: Page, name: string) {
  for (const scheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' })
    await expect(page.locator('body')).toHaveClass(scheme === 'dark' ? /awsui-dark-mode/ : /^(?!.*awsui-dark-mode)/)
    await picture(page, `${name}-${scheme}`)
    expect.soft(await violations(page), `WCAG 2.2 AA of ${name}, ${scheme}`).toEqual([])
  }
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
  await page.setViewportSize(narrow)
  const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
  await expect.soft
    .poll(overflow, { message: `${name} is wider than a telephone, by so many pixels` })
    .toBeLessThanOrEqual(0)
  await picture(page, `${name}-390`)
  await page.setViewportSize(wide)
}

/** picture leaves one of the whole page in browser/.results/pictures. */
export async function picture(page: Page, name: string) {
  await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true, animations: 'disabled' })
}

/** violations are what axe finds, a sentence each. */
export async function violations(page: Page): Promise<string[]> {
  // Told by the debugger's protocol, which the content security policy does not concern: the page stays as it is served.
  await page.evaluate(axeSource)
  const found = await page.evaluate(
    tags =>
      (window as unknown as { axe: { run(c: unknown): Promise<AxeResults> } }).axe.run({
        runOnly: { type: 'tag', values: tags },
        resultTypes: ['violations'],
      }),
    tags,
  )
  return found.violations.flatMap(v =>
    v.nodes.map(n => `${v.id}: ${v.help}: ${n.target.join(' ')}: ${n.failureSummary?.replaceAll('\n', ' ')}`),
  )
}
