// What administrators and auditors operate TEAM with: deployment, assignments, alarms, directory, who reaches what,
// sign-ins, identities and machines. Auditors look, and change nothing.

import { look } from './look'
import { type Demo, expect, type Page, test } from './test'

/** idOf finds somebody or something of the directory by name. */
async function idOf(
  demo: Demo,
  kind: 'users' | 'groups' | 'accounts' | 'permission-sets',
  name: string,
): Promise<string> {
  const { items } = await demo.must('admin', 'GET', `/directory/${kind}?q=${encodeURIComponent(name)}`)
  const found = items.find((i: Record<string, string>) => [i.name, i.userName, i.displayName].includes(name))
  if (!found) throw new Error(`there is no ${name} among ${kind}`)
  return found.id ?? found.arn
}

const row = (page: Page, text: string | RegExp) => page.getByRole('row').filter({ hasText: text })

test('the deployment says how it stands, and what AWS has to do', async ({ persona }) => {
  const ada = await persona('admin')
  await ada.goto('/deployment')
  await expect(ada.getByRole('heading', { name: 'Deployment', level: 1 })).toBeVisible()
  await expect(ada.getByText('TEAM gives and ends access')).toBeVisible()
  await expect(ada.getByText('of at most 15 operations at a time')).toBeVisible()
  await expect(ada.getByText('as AWS’s, to the second')).toBeVisible()
  await expect(ada.getByText('team verify --config')).toBeVisible()
  await look(ada, 'deployment')
})

test('a failure is seen with its reason, and tried again', async ({ persona, demo }) => {
  const [account, set, user] = await Promise.all([
    idOf(demo, 'accounts', 'playground'),
    idOf(demo, 'permission-sets', 'ReadOnlyAccess'),
    idOf(demo, 'users', 'liang.chen'),
  ])
  const reason = 'The account has too many roles of the organization'
  const fault = { action: 'sso:CreateAccountAssignment', user, late_failure: reason, count: 1 }
  await demo.aws('POST', 'faults', fault)
  const target = { accountId: account, permissionSetArn: set }
  await demo.must(
    'liang.chen',
    'POST',
    '/requests',
    { targets: [target], durationSeconds: 600, justification: 'to look around', ticket: 'OPS-1' },
    { 'Idempotency-Key': crypto.randomUUID() },
  )

  const ada = await persona('admin')
  await ada.goto(`/assignments?scope=all&user=${user}`)
  await expect(row(ada, 'Liang Chen')).toHaveCount(1)
  await expect(row(ada, 'Liang Chen')).toContainText('Idle', { timeout: 30_000 })
  await ada.getByRole('button', { name: /What shares ReadOnlyAccess .* of Liang Chen/ }).click()
  const shared = ada.getByRole('dialog')
  await expect(shared).toContainText(reason)
  await shared.getByRole('button', { name: /Try again/ }).click()
  await expect(shared.getByText('Active', { exact: true })).toBeVisible({ timeout: 30_000 })
  await shared.getByRole('button', { name: 'Close' }).last().click()
  await expect(row(ada, 'Liang Chen')).toContainText('Held')
  await look(ada, 'assignments')

  await ada.goto('/alarms?state=all')
  await expect(row(ada, reason).first()).toBeVisible()
  await look(ada, 'alarms')
})

test('auditors see all of it and are offered nothing that changes it', async ({ persona, demo }) => {
  const aurora = await persona('auditor')
  const heading = (name: string) => expect(aurora.getByRole('heading', { name, level: 1 })).toBeVisible()
  const offered = (name: string | RegExp) => expect(aurora.getByRole('button', { name }), String(name)).toHaveCount(0)

  await aurora.goto('/deployment')
  await heading('Deployment')
  await offered('End recovery mode')
  for (const [path, title] of [
    ['/assignments?scope=all', 'Assignments'],
    ['/alarms?state=all', 'Alarms'],
    ['/people/identities?state=all', 'Identities'],
  ] as const) {
    await aurora.goto(path)
    await heading(title)
    await offered(/^(Confirm |Refuse |Try again)/)
  }
  await aurora.goto('/people/sign-ins')
  await expect(row(aurora, 'Aurora Diaz').first()).toBeVisible()
  await offered(/^End/)
  await aurora.goto('/directory?tab=reading')
  await expect(aurora.getByRole('heading', { name: 'Group memberships' })).toBeVisible()
  await offered('Read it now')
  await aurora.goto('/machines')
  await heading('Machines')
  await offered('Make a machine')

  // And the server refuses, whatever a page offers.
  const user = await idOf(demo, 'users', 'requester')
  const headers = { Origin: demo.url, 'Idempotency-Key': crypto.randomUUID() }
  for (const [path, data] of [
    ['/sign-ins/end', { userId: user }],
    ['/directory/sync', undefined],
    ['/deployment/recovery/release', undefined],
    ['/machines', { name: 'sly', ownerId: user, scopes: ['request'] }],
  ] as const) {
    const answer = await aurora.request.post(`/api/v1${path}`, { headers, ...(data ? { data } : {}) })
    expect(answer.status(), path).toBe(403)
    expect((await answer.json()).code, path).toBe('forbidden')
  }
})

test('a sign-in that an administrator ends is over at once', async ({ persona, demo }) => {
  const selma = await persona('second-approver', { fresh: true })
  await selma.goto('/')
  await expect(selma.getByRole('heading', { name: 'Home', level: 1 })).toBeVisible()

  const ada = await persona('admin')
  await ada.goto('/people/sign-ins')
  await expect(row(ada, 'Selma Aydin').first()).toBeVisible()
  await look(ada, 'sign-ins')
  await row(ada, 'Selma Aydin')
    .first()
    .getByRole('button', { name: /End all sign-ins of Selma Aydin/ })
    .click()
  await ada.getByRole('dialog').getByRole('button', { name: 'End all' }).click()
  await expect(ada.getByText(/sign-ins? of Selma Aydin (is|are) over/)).toBeVisible()
  await expect(row(ada, 'Selma Aydin')).toHaveCount(0)

  await selma.goto('/requests')
  await expect(selma).toHaveURL(new RegExp(`^${demo.provider}/pick`))
  await selma
    .getByRole('button', { name: /Selma Aydin/ })
    .first()
    .click()
  await expect(selma).toHaveURL(`${demo.url}/requests`)
})

test('nothing waits among the identities, and all that stand are told', async ({ persona }) => {
  const ada = await persona('admin')
  await ada.goto('/people/identities')
  await expect(ada.getByText('Nothing waits')).toBeVisible()
  await ada.getByText('All', { exact: true }).click()
  await expect(row(ada, 'Ada Minkowski').first()).toContainText('Linked')
  await look(ada, 'identities')
})

test('a machine is made, and its secret seen once', async ({ persona, demo, expectComplaint }) => {
  const ada = await persona('admin')
  await ada.goto('/machines')
  await ada.getByRole('button', { name: 'Make a machine' }).click()
  const form = ada.getByRole('dialog')
  // What is wrong is said at the field that it concerns.
  expectComplaint(/422/)
  await form.getByRole('textbox', { name: 'Name' }).fill('not a name')
  await form.getByRole('button', { name: 'Who answers for it' }).click()
  await ada
    .getByRole('combobox', { name: 'Search people' })
    .or(ada.getByPlaceholder('Name, id, e-mail…'))
    .first()
    .fill('samuel')
  await ada.getByRole('option', { name: /Samuel Adeyemi/ }).click()
  await form.getByRole('button', { name: 'Make it' }).click()
  await expect(form.getByRole('textbox', { name: 'Name' })).toHaveAttribute('aria-invalid', 'true')
  await form.getByRole('textbox', { name: 'Name' }).fill('deploy-bot')
  await form.getByRole('button', { name: 'Make it' }).click()

  await expect(ada.getByRole('heading', { name: 'deploy-bot', level: 1 })).toBeVisible()
  await ada.getByRole('button', { name: 'Issue a token' }).click()
  await ada.getByRole('dialog').getByLabel('What for – optional').fill('nightly')
  await ada.getByRole('dialog').getByRole('button', { name: 'Issue it' }).click()
  const secret = (await ada.getByRole('dialog').locator('.secret').textContent()) ?? ''
  expect(secret).toMatch(/^\S{20,}$/)
  const as = (token: string) =>
    fetch(`${demo.url}/api/v1/me`, { headers: { Authorization: `Bearer ${token}` } }).then(a => a.status)
  expect(await as(secret)).toBe(200)
  await ada.getByRole('button', { name: 'I have kept it' }).click()
  await expect(row(ada, 'nightly')).toBeVisible()
  await expect(ada.locator('body')).not.toContainText(secret)
  await ada.reload()
  await expect(row(ada, 'nightly')).toBeVisible()
  await expect(ada.locator('body')).not.toContainText(secret)
  await look(ada, 'machine')

  await ada.getByRole('button', { name: 'Rotate nightly' }).click()
  await ada.getByRole('dialog').getByRole('button', { name: 'Issue it' }).click()
  const next = (await ada.getByRole('dialog').locator('.secret').textContent()) ?? ''
  expect([await as(secret), await as(next)]).toEqual([200, 200])
  await ada.getByRole('button', { name: /The new one is in place/ }).click()
  await expect(ada.getByText('Revoked: nightly.')).toBeVisible()
  expect([await as(secret), await as(next)]).toEqual([401, 200])

  await ada.getByRole('button', { name: 'Disable' }).click()
  await ada.getByRole('dialog').getByRole('button', { name: 'Disable it' }).click()
  await expect(ada.getByText('deploy-bot is disabled.')).toBeVisible()
  expect(await as(next)).toBe(401)
  await ada.goto('/machines')
  await expect(row(ada, 'deploy-bot')).toContainText('Disabled')
  await look(ada, 'machines')
})

test('a machine that somebody else changed meanwhile is not overwritten', async ({ persona, expectComplaint }) => {
  const ada = await persona('admin')
  const samuel = await persona('second-admin')
  await ada.goto('/machines')
  await ada.getByRole('button', { name: 'Make a machine' }).click()
  const form = ada.getByRole('dialog')
  await form.getByRole('textbox', { name: 'Name' }).fill('report-bot')
  await form.getByRole('button', { name: 'Who answers for it' }).click()
  await ada.getByPlaceholder('Name, id, e-mail…').fill('ada')
  await ada.getByRole('option', { name: /Ada Minkowski/ }).click()
  await form.getByRole('button', { name: 'Make it' }).click()
  await expect(ada.getByRole('heading', { name: 'report-bot', level: 1 })).toBeVisible()

  await ada.getByRole('button', { name: 'Change' }).click()
  await ada.getByRole('dialog').getByLabel('What for – optional').fill('Ada’s reports')
  await samuel.goto(new URL(ada.url()).pathname)
  await samuel.getByRole('button', { name: 'Change' }).click()
  await samuel.getByRole('dialog').getByLabel('What for – optional').fill('Samuel’s reports')
  await samuel.getByRole('button', { name: 'Change it' }).click()
  await expect(samuel.getByText('report-bot is changed.')).toBeVisible()

  expectComplaint(/412/)
  await ada.getByRole('button', { name: 'Change it' }).click()
  await expect(ada.getByRole('dialog')).toContainText('It changed meanwhile')
  await expect(ada.getByRole('dialog')).toContainText('What for: Samuel’s reports')
  await expect(ada.getByRole('dialog').getByLabel('What for – optional')).toHaveValue('Ada’s reports')
})
