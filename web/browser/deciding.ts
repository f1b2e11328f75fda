// What tests of decisions need before they begin: requests, access that was given, demands for proof.

import { expect, type Locator, type Page } from '@playwright/test'
import type { Demo, Persona } from './demo'

export interface Ask {
  id: string
  /** why is the justification, by which the test finds its own request. */
  why: string
}

/** inPage calls the API as the page's person would, with their cookie: `path` is below /api/v1. */
export function inPage(page: Page, method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  return page.evaluate(
    async ([method, path, body, headers]) => {
      const answer = await fetch(`/api/v1${path}`, {
        method,
        headers: { 'Content-Type': 'application/json', ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      const text = await answer.text()
      return { status: answer.status, body: text ? JSON.parse(text) : undefined }
    },
    [method, path, body, headers] as const,
  )
}

/** waiting is what a page's queue shows of a request. */
export function waiting(page: Page, asked: Ask): Locator {
  return page
    .getByRole('list', { name: 'Requests that wait for you' })
    .getByRole('listitem')
    .filter({ hasText: asked.why })
}

/** deciding are preparations in a demo. */
export function deciding(demo: Demo) {
  const account = async (name: string): Promise<string> => {
    const found = await demo.must('admin', 'GET', `/directory/accounts?q=${name}`)
    return found.items.find((a: { name: string }) => a.name === name).id
  }
  const permissionSet = async (name: string): Promise<string> => {
    const found = await demo.must('admin', 'GET', `/directory/permission-sets?q=${name}`)
    return found.items.find((p: { name: string }) => p.name === name).arn
  }

  /** ask files a request for roles (account and permission set by name). */
  const ask = async (who: Persona, roles: [account: string, set: string][], seconds = 3600): Promise<Ask> => {
    const why = `Look at order ${crypto.randomUUID()}`
    const targets = await Promise.all(
      roles.map(async ([a, s]) => ({ accountId: await account(a), permissionSetArn: await permissionSet(s) })),
    )
    const body = { targets, durationSeconds: seconds, justification: why, ticket: 'OPS-1' }
    const made = await demo.must(who, 'POST', '/requests', body, { 'Idempotency-Key': crypto.randomUUID() })
    return { id: made.id, why }
  }

  /** given is access that an approver, whose page it is, has approved and AWS confirmed. */
  const given = async (approver: Page, who: Persona, a: string, s: string) => {
    const asked = await ask(who, [[a, s]])
    if (approver.url() === 'about:blank') await approver.goto('/')
    const approved = await inPage(approver, 'POST', `/requests/${asked.id}/approve`, { comment: 'Given' })
    expect(approved.status, JSON.stringify(approved.body)).toBe(200)
    const read = () => demo.must(who, 'GET', `/requests/${asked.id}`)
    await expect.poll(async () => (await read()).status).toBe('in progress')
    return { ...asked, elevation: (await read()).targets[0].elevation.id as string }
  }

  /** demandPasskey has an administrator make an approver policy that asks for one, and another agree where that is needed. */
  const demandPasskey = async ([admin, second]: [Page, Page], a: string, s: string, approvers: string) => {
    const groups = await demo.must('admin', 'GET', `/directory/groups?q=${approvers}`)
    const policy = {
      name: `Passkey ${crypto.randomUUID()}`,
      targets: { accounts: [await account(a)] },
      permissionSets: [await permissionSet(s)],
      stages: [{ required: 1, approvers: { groups: [groups.items[0].id] } }],
      stepUp: { kinds: ['passkey'], maxAgeSeconds: 300 },
    }
    if (admin.url() === 'about:blank') await admin.goto('/')
    const made = await inPage(
      admin,
      'POST',
      '/policies/approver',
      { policy },
      { 'Idempotency-Key': crypto.randomUUID() },
    )
    expect(made.status, JSON.stringify(made.body)).toBe(200)
    const { proposal } = made.body
    if (!proposal) return
    await second.goto('/')
    const agreed = await inPage(second, 'POST', `/proposals/${proposal.id}/agree`, undefined, {
      'If-Match': `"${proposal.version}"`,
    })
    expect(agreed.status, JSON.stringify(agreed.body)).toBe(200)
    expect(agreed.body.applied).toBe(true)
  }
  return { ask, given, demandPasskey }
}

/** withPasskey registers one of somebody who has just signed in, on a device that the browser pretends to have; an administrator consents. */
export async function withPasskey(page: Page, admin: Page) {
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('WebAuthn.enable')
  await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  const name = `Laptop ${crypto.randomUUID()}`
  await page.goto('/passkeys')
  await page.locator('input[name=name]').fill(name)
  await page.getByRole('button', { name: 'Register' }).click()
  await expect(page.getByText(name)).toBeVisible()
  await admin.goto('/passkeys')
  await admin.getByRole('button', { name: `Consent to ${name}` }).click()
  await expect(admin.getByText(name)).toHaveCount(0)
}
