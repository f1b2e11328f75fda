// What auditors see: all requests, access, events and figures; views of their own; files of exactly what is shown. They
// change nothing.

import { readFile } from 'node:fs/promises'
import { look } from './look'
import { type Demo, expect, type Page, test } from './test'

type Body = Record<string, never>

/** asked files a request for somebody's read access to an account of production. */
async function asked(
  demo: Demo,
  ticket: string,
  justification: string,
): Promise<{ id: string; beneficiary: { id: string } }> {
  const { items } = (await demo.must('requester', 'GET', '/me/requestable?q=shop-prod&limit=5')) as {
    items: { accounts: { id: string; name: string }[]; permissionSets: { id: string; name: string }[] }[]
  }
  const account = items.flatMap(i => i.accounts).find(a => a.name === 'shop-prod')?.id
  const permissionSetArn = items.flatMap(i => i.permissionSets).find(p => p.name === 'ReadOnlyAccess')?.id
  return demo.must(
    'requester',
    'POST',
    '/requests',
    { targets: [{ accountId: account, permissionSetArn }], durationSeconds: 1800, justification, ticket },
    { 'Idempotency-Key': crypto.randomUUID() },
  )
}

const rows = (page: Page) => page.locator('tbody tr')

/** saved is what the browser saves after a click on an item of the menu Export. */
async function saved(page: Page, item: RegExp): Promise<string> {
  await page.getByRole('button', { name: 'Export' }).click()
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: item }).click(),
  ])
  return readFile(await download.path(), 'utf8')
}

test('requests are filtered, kept as a view, and exported as they are shown', async ({ persona, demo }) => {
  const ticket = `AUD-${Date.now() % 100_000}`
  const mine = await asked(demo, ticket, 'Look at <b>orders</b>')
  const other = await asked(demo, ticket, '=1+1')
  await asked(demo, `${ticket}-0`, 'another ticket')
  await demo.must('approver', 'POST', `/requests/${other.id}/reject`, { comment: 'not today' })

  const page = await persona('auditor')
  await page.goto('/audit/requests')
  await expect(page.getByRole('heading', { name: /^All requests/, level: 1 })).toBeVisible()
  const filter = page.getByRole('combobox', { name: 'Filter all requests' })

  // By keyboard alone, as it is typed.
  await filter.fill(`Ticket = ${ticket}`)
  await filter.press('Enter')
  await expect(rows(page)).toHaveCount(2)
  // A person is found by name; the address has the id, and the name is still shown after a reload.
  await filter.fill('Person = rita')
  await page.getByRole('option', { name: /Rita Moreau/ }).click()
  await expect(page).toHaveURL(new RegExp(`user=${mine.beneficiary.id}`))
  await page.reload()
  await expect(page.getByText('Person = Rita Moreau')).toBeVisible()
  await expect(rows(page)).toHaveCount(2)
  await expect(page.getByText('Look at <b>orders</b>')).toBeVisible()
  // A time, counted back from now.
  await page.getByRole('button', { name: /Filed: from when to when/ }).click()
  await page.getByText('Last 7 days').click()
  await page.getByRole('button', { name: 'Apply' }).click()
  await expect(page).toHaveURL(/within=7d/)
  await expect(rows(page)).toHaveCount(2)
  await look(page, 'all-requests')

  // Exactly what is shown is in the file; what a spreadsheet would run is text there.
  const query = `scope=all&ticket=${ticket}&user=${mine.beneficiary.id}`
  const listed = (await demo.must('auditor', 'GET', `/requests?${query}`)) as { items: { id: string }[] }
  expect(JSON.parse(await saved(page, /JSON/))).toEqual(listed.items)
  const csv = await saved(page, /CSV/)
  expect(csv.trimEnd().split('\r\n')).toHaveLength(3)
  expect(csv).toContain("'=1+1")
  expect(csv).not.toContain('another ticket')

  // The view is there in another browser of the same person, and opens the list when they want it to.
  const menu = (p: Page, item: string | RegExp) =>
    p
      .getByRole('button', { name: 'Save or change a view' })
      .click()
      .then(() => p.getByRole('menuitem', { name: item }).click())
  await menu(page, /Save as a new view/)
  await page.getByRole('dialog').getByRole('textbox').fill("Rita's; DROP TABLE <orders>")
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click()
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await menu(page, /^Open the list with/)
  await expect(page.getByText(/opens with “Rita's; DROP TABLE <orders>” from now on/)).toBeVisible()

  const again = await persona('auditor')
  await again.goto('/audit/requests')
  await expect(again).toHaveURL(new RegExp(`ticket=${ticket}.*within=7d`))
  await expect(rows(again)).toHaveCount(2)
  await expect(again.getByRole('button', { name: /Saved view/ })).toContainText("Rita's; DROP TABLE <orders>")
  await again.getByRole('button', { name: 'Clear filters' }).click()
  await expect(again.getByText('another ticket')).toBeVisible()
  await again.getByRole('button', { name: /Saved view/ }).click()
  await again.getByRole('option', { name: /DROP TABLE/ }).click()
  await expect(rows(again)).toHaveCount(2)
  await menu(again, /^Rename/)
  await again.getByRole('dialog').getByRole('textbox').fill('Of Rita')
  await again.getByRole('dialog').getByRole('button', { name: 'Rename' }).click()
  await expect(again.getByRole('button', { name: /Saved view/ })).toContainText('Of Rita')
  await menu(again, /^Delete/)
  await again.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await expect(again.getByRole('button', { name: /Saved view/ })).toContainText('not saved')
  const kept = (await demo.must('auditor', 'GET', '/me/preferences')) as { preferences: Record<string, Body> }
  expect(kept.preferences['views.audit.requests']).toEqual({ views: [] })
})

test('access, events and figures are there to be looked at', async ({ persona, demo }) => {
  const { id } = await asked(demo, 'AUD-LOOK', 'To be looked at')
  await demo.must('approver', 'POST', `/requests/${id}/approve`, { comment: 'for the picture' })
  const page = await persona('auditor')

  await page.goto('/audit/elevations?within=1d')
  await expect(rows(page).filter({ hasText: 'Active' }).first()).toBeVisible() // it comes without a reload
  await look(page, 'all-access')

  // The newest first, more than a page of them, each whole as text.
  await page.goto('/audit/events')
  await expect(page.getByRole('button', { name: /Access confirmed by AWS: open event/ }).first()).toBeVisible()
  await look(page, 'events')
  const first = Number(await rows(page).first().locator('td').first().textContent())
  await page.getByRole('button', { name: 'Preferences' }).click()
  await page.getByRole('radio', { name: '20', exact: true }).check()
  await page.getByRole('button', { name: 'Keep' }).click()
  await expect(rows(page)).toHaveCount(20)
  await page.getByRole('button', { name: 'Next page' }).click()
  await expect
    .poll(async () => Number(await rows(page).first().locator('td').first().textContent()))
    .toBeLessThan(first - 19)
  await page.goto(`/audit/events?request=${id}&kind=request.*,vote.cast`)
  await expect(rows(page)).toHaveCount(2)
  await page.getByRole('button', { name: /Vote cast: open event/ }).click()
  await expect(page.getByRole('dialog').locator('pre')).toContainText('"comment": "for the picture"')
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click()
  const events = (await demo.must('auditor', 'GET', `/events?request=${id}&kind=request.*,vote.cast`)) as {
    items: Body[]
  }
  expect(JSON.parse(await saved(page, /JSON/))).toEqual(events.items)

  // The record of the request: why each decision is as it is, who voted, and how to verify it.
  await page.goto(`/requests/${id}`)
  await page.getByRole('tab', { name: 'Record' }).click()
  await expect(page).toHaveURL(/tab=record/)
  await expect(page.getByText(/Eligibility policy .* matches shop-prod/).first()).toBeVisible()
  await expect(page.getByRole('table', { name: 'Votes' })).toContainText('for the picture')
  await expect(page.getByRole('table', { name: 'Votes' })).toContainText('signing in at')
  await expect(page.getByText('team verify --config')).toBeVisible()
  await look(page, 'record')
  const whole = (await demo.must('auditor', 'GET', `/events?request=${id}`)) as { items: Body[] }
  expect(JSON.parse(await saved(page, /JSON/))).toEqual(whole.items)

  await page.goto('/audit/figures')
  await expect(page.getByRole('heading', { name: 'Requests filed' })).toBeVisible()
  await page.getByRole('button', { name: 'As a table' }).first().click()
  await expect(page.getByRole('table', { name: 'Requests filed on each day, by outcome' })).toBeVisible()
  await look(page, 'figures')
  await page.getByRole('link', { name: 'ReadOnlyAccess' }).click()
  await expect(page).toHaveURL(/\/audit\/elevations\?.*status=in/)
  await expect(rows(page).first()).toContainText('ReadOnlyAccess')
})

test('an auditor changes nothing, and who is none sees nothing of others', async ({
  persona,
  demo,
  expectComplaint,
}) => {
  const { id } = await asked(demo, 'AUD-NO', 'Not to be touched by auditors')
  const page = await persona('auditor')
  await page.goto(`/audit/requests?ticket=AUD-NO`)
  await expect(rows(page)).toHaveCount(1)
  await page.getByRole('link', { name: /ReadOnlyAccess in/ }).click()
  await expect(page).toHaveURL(`${demo.url}/requests/${id}`)
  await expect(page.getByText('Not to be touched by auditors')).toBeVisible()
  const changing = /approve|reject|revoke|release|extend|^cancel|retry/i
  await expect(page.getByRole('main').getByRole('button', { name: changing })).toHaveCount(0)

  const elevation = (await demo.must('auditor', 'GET', `/requests/${id}`)).targets[0].elevation.id
  for (const path of [
    `/requests/${id}/approve`,
    `/requests/${id}/reject`,
    `/requests/${id}/cancel`,
    `/elevations/${elevation}/revoke`,
    `/elevations/${elevation}/release`,
    `/elevations/${elevation}/retry`,
  ]) {
    const got = await demo.ask('auditor', 'POST', path, { comment: 'no' })
    expect([403, 409, 422], `${path}: ${JSON.stringify(got.body)}`).toContain(got.status)
  }
  expect((await demo.must('auditor', 'GET', `/requests/${id}`)).status).toBe('pending')

  const approver = await persona('approver')
  await approver.goto(`/requests/${id}`)
  await expect(approver.getByText('Not to be touched by auditors').first()).toBeVisible()
  await expect(approver.getByRole('tab', { name: 'Record' })).toHaveCount(0)

  expectComplaint(/403/)
  const rita = await persona('requester')
  for (const path of ['/audit/requests', '/audit/elevations', '/audit/figures']) {
    await rita.goto(path)
    await expect(rita.getByText('You may not do this')).toBeVisible()
  }
  for (const path of [
    '/requests?scope=all',
    '/requests/export?scope=all&format=csv',
    '/statistics',
    '/elevations?scope=all',
  ]) {
    expect((await demo.ask('requester', 'GET', path)).status, path).toBe(403)
  }
})
