// What requesters do: ask, wait, use, extend, release, and put right what was wrong.

import { look } from './look'
import { type Demo, expect, type Page, test } from './test'

// Names that no other test asks with: the demo is shared.
let last = 0
const reason = (what: string) => `${what} ${process.pid}-${++last}`

/** choose types words into the search and takes a role that is found. */
async function choose(page: Page, words: string, option: RegExp) {
  await page.getByRole('combobox', { name: 'Account and role' }).fill(words)
  await page.getByRole('option', { name: option }).first().click()
}

/** filed are the requests that were filed with a justification. */
async function filed(demo: Demo, justification: string) {
  const { items } = await demo.must('requester', 'GET', '/requests?limit=200')
  return items.filter((r: { justification: string }) => r.justification === justification)
}

/** explain fills in why, and the ticket that the demo's settings demand. */
async function explain(page: Page, why: string) {
  await page.getByRole('textbox', { name: 'Justification' }).fill(why)
  await page.getByRole('textbox', { name: 'Ticket' }).fill('OPS-1')
}

const send = (page: Page) => page.getByRole('button', { name: 'Send the request' })

const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { name, level: 1 })

test('a request is asked, approved, used, extended and released', async ({ persona, demo }) => {
  const rita = await persona('requester')
  const anton = await persona('approver')
  const why = reason('Refunds are stuck')
  let sent = 0
  rita.on('request', r => {
    if (r.method() === 'POST' && r.url() === `${demo.url}/api/v1/requests`) sent++
  })
  await rita.goto('/ask')
  await choose(rita, 'payments prod power', /PowerUserAccess/)
  await expect(rita.getByRole('list', { name: 'Chosen' })).toContainText('payments-prod')
  await rita.getByRole('button', { name: '1 h', exact: true }).click()
  await explain(rita, why)
  await expect(rita.getByText(/Approval is needed/)).toBeVisible()
  await expect(rita.getByText(/one of .*Anton Pavlik/)).toBeVisible()
  await look(rita, 'ask')
  await send(rita).dblclick()
  await expect(heading(rita, 'PowerUserAccess in payments-prod')).toBeVisible()
  await expect(rita.getByText(/Waits for an approval/)).toBeVisible()
  expect(await filed(demo, why)).toHaveLength(1)
  expect(sent, 'a double click sends once').toBe(1)

  // Each sees what the other does without loading anything again.
  const address = new URL(rita.url()).pathname
  await anton.goto(address)
  await approve(anton)
  await expect(rita.getByText(/AWS confirmed the access/)).toBeVisible()
  await expect(rita.getByText(/Approved by Anton Pavlik/)).toBeVisible()
  await rita.getByRole('button', { name: 'Use it with the AWS CLI' }).click()
  await expect(rita.getByText('sso_account_id = 100000000012')).toBeVisible()
  await look(rita, 'request')

  await rita.getByRole('button', { name: /^Extend: / }).click()
  const dialog = rita.getByRole('dialog', { name: 'Ask for more time' })
  await dialog.getByRole('button', { name: 'Ask for more time' }).click()
  await expect(dialog.getByText('Say what the time is needed for.')).toBeVisible()
  await dialog.getByRole('textbox', { name: 'Justification' }).fill('Some are left')
  await dialog.getByRole('textbox', { name: 'Ticket' }).fill('OPS-1')
  await dialog.getByRole('button', { name: 'Ask for more time' }).click()
  await expect(heading(rita, 'More time: PowerUserAccess in payments-prod')).toBeVisible()
  await anton.goto(new URL(rita.url()).pathname)
  await approve(anton)
  await expect(rita.getByText('The end was moved')).toBeVisible()
  await rita.getByRole('link', { name: 'an earlier request' }).click()
  await expect(rita.getByText('Extended once.')).toBeVisible()

  await rita.getByRole('button', { name: /^Release: / }).click()
  await rita.getByRole('dialog').getByRole('button', { name: 'Release' }).click()
  await expect(
    rita.getByText(/It was released early by Rita Moreau: AWS confirmed that the access is gone/),
  ).toBeVisible()
  await expect(anton.getByText('The end was moved')).toBeVisible()
})

async function approve(page: Page) {
  await page.getByRole('textbox', { name: /Comment/ }).fill('Go ahead')
  await page.getByRole('button', { name: /^Approve/ }).click()
  await expect(page.getByRole('button', { name: /^Approve/ })).toBeHidden()
}

test('what is wrong is said beside it, and what was typed is never lost', async ({
  persona,
  demo,
  expectComplaint,
}) => {
  const rita = await persona('requester')
  const why = reason('Looking at a slow query')
  await rita.goto('/ask')
  await send(rita).click()
  await expect(rita.getByText('Choose at least one role in an account.')).toBeVisible()
  await choose(rita, 'owner=data stage=prod readonly', /ReadOnlyAccess/)
  await expect(rita.getByText('Choose at least one role in an account.')).toBeHidden()
  await rita.getByRole('button', { name: 'ReadOnlyAccess in data-prod: make it a favourite' }).click()
  await explain(rita, why)

  // Policy says no, with what would be a yes, before anything is sent; and the server says it again.
  await rita.getByRole('spinbutton', { name: 'Hours' }).fill('7')
  const tooLong = rita.getByText(/4 h|four hours|at most/).filter({ hasText: /longest|at most|allow/ })
  await expect(tooLong.first()).toBeVisible()
  expectComplaint(/403/)
  await send(rita).click()
  await expect(rita.getByText('Policy says no')).toBeVisible()
  await expect(rita.getByRole('textbox', { name: 'Justification' })).toHaveValue(why)
  await rita.getByRole('spinbutton', { name: 'Hours' }).fill('1')
  await expect(rita.getByText('Policy says no')).toBeHidden()

  // Leaving asks first.
  await rita.getByRole('link', { name: 'My requests' }).click()
  const leave = rita.getByRole('dialog', { name: 'Leave what you typed?' })
  await leave.locator('button', { hasText: 'Cancel' }).click()
  await expect(leave).toBeHidden()

  // The first try arrives and its answer is lost; the second is not another request.
  await rita.route('**/api/v1/requests', async route => {
    await route.fetch()
    await route.abort('connectionreset')
  })
  expectComplaint(/no answer: net::ERR_CONNECTION_RESET/, /ERR_CONNECTION_RESET/)
  await send(rita).click()
  await expect(rita.getByText('TEAM does not answer', { exact: true })).toBeVisible()
  await expect(rita.getByRole('textbox', { name: 'Justification' })).toHaveValue(why)
  await rita.unroute('**/api/v1/requests')
  await send(rita).click()
  await expect(heading(rita, 'ReadOnlyAccess in data-prod')).toBeVisible()
  expect(await filed(demo, why)).toHaveLength(1)

  await rita.getByRole('button', { name: 'Ask again' }).click()
  await expect(rita.getByRole('textbox', { name: 'Justification' })).toHaveValue(why)
  await expect(rita.getByRole('list', { name: 'Chosen' })).toContainText('data-prod')
  await rita.goto('/requests')
  await expect(rita.getByRole('link', { name: 'ReadOnlyAccess in data-prod' }).first()).toBeVisible()
  await look(rita, 'my-requests')

  // A role that nobody may ask for is refused with the reason.
  await rita.goto(
    '/ask?account=100000000002&permissionSet=arn:aws:sso:::permissionSet/ssoins-0123456789abcdef/ps-0123456789abcdef',
  )
  await expect(rita.getByText('Not possible')).toBeVisible()
  // What is a favourite comes before anything is typed.
  await rita.getByRole('combobox', { name: 'Account and role' }).click()
  await expect(rita.getByText('Favourites')).toBeVisible()
  await expect(rita.getByRole('option').first()).toHaveText(/^ReadOnlyAccess in data-prod/)
  const [request] = await filed(demo, why)
  await demo.must('requester', 'POST', `/requests/${request.id}/cancel`)
})

test('a later start is asked for by keyboard alone, and taken back before it comes', async ({ persona, demo }) => {
  const rita = await persona('requester')
  const why = reason('Rehearsal')
  await rita.goto('/ask')
  await tabTo(rita, 'combobox', 'Account and role')
  await rita.keyboard.type('playground read')
  await expect(rita.getByRole('option', { name: /ReadOnlyAccess/ }).first()).toBeVisible()
  await rita.keyboard.press('ArrowDown')
  await rita.keyboard.press('Enter')
  await expect(rita.getByText('No approval is needed: it begins without anybody deciding.')).toBeVisible()
  await tabTo(rita, 'radio', 'Now: as soon as it is agreed')
  await rita.keyboard.press('ArrowDown')
  const tomorrow = new Date(Date.now() + 24 * 3600_000).toISOString().slice(0, 10).replaceAll('-', '/')
  await tabTo(rita, 'textbox', 'Start Day')
  await rita.keyboard.type(tomorrow)
  await tabTo(rita, 'textbox', 'Start Time')
  await rita.keyboard.type('12:30')
  await tabTo(rita, 'textbox', 'Justification')
  await rita.keyboard.type(why)
  await tabTo(rita, 'textbox', 'Ticket')
  await rita.keyboard.type('OPS-1')
  await rita.keyboard.press('Control+Enter')
  await expect(rita.getByText('Waits for its start')).toBeVisible()
  const [request] = await filed(demo, why)
  // Half past twelve in Zurich, where this browser is, in winter or in summer.
  expect(new Date(request.startAt).toLocaleTimeString('en-GB', { timeZone: 'Europe/Zurich' })).toBe('12:30:00')

  await tabTo(rita, 'button', 'Cancel the request')
  await rita.keyboard.press('Enter')
  await expect(rita.getByRole('dialog', { name: 'Cancel the request?' })).toBeVisible()
  await tabTo(rita, 'button', 'Cancel the request')
  await rita.keyboard.press('Enter')
  await expect(rita.getByText(/It was taken back/)).toBeVisible()
})

/** tabTo goes on by the tabulator until the focus is on something. */
async function tabTo(page: Page, role: Parameters<Page['getByRole']>[0], name: string) {
  const target = page.getByRole(role, { name, exact: true }).last()
  await expect(target).toBeVisible()
  for (let i = 0; i < 80; i++) {
    if (await target.evaluate(e => e === document.activeElement)) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`the tabulator does not reach ${role} ${name}`)
}

test('a failure says why, and is tried again', async ({ persona, demo }) => {
  const rita = await persona('requester')
  await demo.aws('POST', 'faults', {
    action: 'sso:CreateAccountAssignment',
    late_failure: 'The quota of roles is reached',
    count: 1,
  })
  const key = { 'Idempotency-Key': crypto.randomUUID() }
  const found = await demo.must('requester', 'GET', '/me/requestable?q=playground')
  const [block] = found.items
  const made = await demo.must(
    'requester',
    'POST',
    '/requests',
    {
      targets: [{ accountId: block.accounts[0].id, permissionSetArn: block.permissionSets[0].id }],
      durationSeconds: 900,
      justification: reason('It will fail'),
      ticket: 'OPS-1',
    },
    key,
  )
  await rita.goto(`/requests/${made.id}`)
  await expect(rita.getByText(/AWS could not give the access/)).toBeVisible()
  await rita.getByRole('button', { name: 'Try again' }).click()
  await expect(rita.getByText('Tried again (try 2)')).toBeVisible()
  await expect(rita.getByText(/AWS confirmed the access/)).toBeVisible()
  await rita.goto('/')
  await expect(rita.getByRole('list', { name: 'What you hold' })).toContainText('playground')
  await look(rita, 'home')
  await rita.getByRole('button', { name: /^Release: ReadOnlyAccess in playground/ }).click()
  await rita.getByRole('dialog').getByRole('button', { name: 'Release' }).click()
  await expect(rita.getByText(/Released\. AWS is asked/)).toBeVisible()
})

test('tokens are shown once, and what is not needed any more is ended', async ({ persona }) => {
  const other = await persona('requester', { fresh: true })
  const rita = await persona('requester', { fresh: true })
  await rita.goto('/you')
  await rita.getByRole('button', { name: 'Issue a token' }).click()
  const label = reason('Laptop')
  await rita.getByRole('textbox', { name: /What it is for/ }).fill(label)
  await rita.getByRole('button', { name: 'Issue', exact: true }).click()
  const shown = rita.getByRole('dialog', { name: 'Your token' })
  const secret = await shown.locator('code').textContent()
  expect(secret?.length).toBeGreaterThan(20)
  await shown.getByRole('button', { name: 'I have kept it' }).click()
  await expect(rita.getByText(String(secret))).toBeHidden()
  await expect(rita.getByRole('list', { name: 'Tokens' })).toContainText(label)
  await look(rita, 'you')
  await rita.getByRole('button', { name: `Revoke: ${label}` }).click()
  await rita.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click()
  await expect(rita.getByRole('button', { name: `Revoke: ${label}` })).toBeHidden()
  void other
})

test('what the pages do not offer, the server refuses', async ({ persona, demo }) => {
  const rita = await persona('requester')
  await rita.goto('/')
  const call = async (path: string, body: object) => {
    const answer = await rita.request.post(`${demo.url}/api/v1${path}`, {
      data: body,
      headers: { Origin: demo.url, 'Sec-Fetch-Site': 'same-origin' },
    })
    return { status: answer.status(), code: (await answer.json()).code }
  }
  const { items } = await demo.must('requester', 'GET', '/me/requestable?q=shop-prod')
  const [block] = items
  const target = { accountId: block.accounts[0].id, permissionSetArn: block.permissionSets[0].id }
  const good = { targets: [target], durationSeconds: 900, justification: 'x', ticket: 'OPS-1' }
  const ask = (change: object) => call('/requests', { ...good, ...change })
  const users = await demo.must('admin', 'GET', '/directory/users?q=approver')
  const anton = users.items.find((u: { userName: string }) => u.userName === 'approver').id

  expect(await ask({ beneficiaryId: anton })).toEqual({ status: 403, code: 'forbidden' })
  expect(await ask({ targets: [{ ...target, accountId: '100000000002' }] })).toEqual({
    status: 403,
    code: 'not_allowed',
  })
  expect(await ask({ durationSeconds: block.maxDurationSeconds + 60 })).toEqual({ status: 403, code: 'not_allowed' })
  expect(await ask({ justification: ' ' })).toEqual({ status: 422, code: 'invalid' })
  expect(await ask({ targets: [] })).toEqual({ status: 422, code: 'invalid' })
  expect(await ask({ targets: [target, target] })).toEqual({ status: 422, code: 'invalid' })
  expect(await ask({ startAt: '2020-01-01T00:00:00Z' })).toEqual({ status: 422, code: 'invalid' })
  expect(await ask({ startAt: new Date(Date.now() + 400 * 86_400_000).toISOString() })).toEqual({
    status: 422,
    code: 'invalid',
  })

  // Somebody else's request: not even that it is there.
  const theirs = await demo.must('approver', 'POST', '/requests', good, { 'Idempotency-Key': crypto.randomUUID() })
  const elevation = (await demo.must('approver', 'GET', `/requests/${theirs.id}`)).targets[0].elevation.id
  expect((await call(`/requests/${theirs.id}/cancel`, {})).code).toBe('not_found')
  expect(
    (await call(`/elevations/${elevation}/extend`, { durationSeconds: 60, justification: 'x', ticket: 'OPS-1' })).code,
  ).toBe('not_found')
  expect((await call(`/elevations/${elevation}/release`, {})).code).toBe('not_found')
  expect((await call(`/elevations/${elevation}/retry`, {})).code).toBe('not_found')
  await demo.must('approver', 'POST', `/requests/${theirs.id}/cancel`)

  // Nor a token that can decide, nor one of somebody else, nor the end of their sign-ins.
  expect((await call('/tokens', { scopes: ['decide'] })).status).toBe(422)
  expect((await call('/sign-ins/end', { userId: anton })).code).toBe('forbidden')
})
