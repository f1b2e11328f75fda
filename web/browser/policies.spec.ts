// Policies, proposed changes and settings, as administrators and auditors meet them.

import { look, picture } from './look'
import { expect, type Page, test } from './test'

/** choose searches in a picker for what contains some words, and takes the first that is named so. */
async function choose(page: Page, label: string, words: string) {
  await page.getByRole('button', { name: new RegExp(`^${label}`) }).click()
  await page
    .getByRole('combobox', { name: /^Search/ })
    .last()
    .fill(words)
  await page
    .getByRole('option', { name: new RegExp(`^${words}`) })
    .first()
    .click()
  await page.keyboard.press('Escape')
}

const level1 = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 1, name })

test('a policy is proposed, agreed to by another administrator, and changed by two at once', async ({
  persona,
  demo,
  expectComplaint,
}) => {
  test.slow() // a long life, one thing after another
  expectComplaint(/422/, /412/)
  const adam = await persona('admin')
  const sara = await persona('second-admin')
  await sara.goto('/proposals')
  await expect(level1(sara, 'Proposed changes')).toBeVisible()

  await adam.goto('/policies/eligibility/new')
  await adam.getByRole('button', { name: 'Review what it does' }).click()
  // Each thing that is missing is said at the top, and beside its field.
  await expect(adam.getByText('At least one permission set is needed.')).toHaveCount(2)
  await expect(adam.getByText('A policy must have a name.')).toHaveCount(2)
  await adam.getByRole('textbox', { name: 'Name' }).fill('Finance looks at data')
  await expect(adam.getByText('A policy must have a name.')).toHaveCount(1)
  await choose(adam, 'Groups who may ask', 'Finance')
  await choose(adam, 'Accounts', 'data-dev')
  await choose(adam, 'Permission sets', 'ReadOnlyAccess')
  await look(adam, 'policy-form')
  await adam.getByRole('button', { name: 'Review what it does' }).click()
  await expect(adam.getByText('This widens access, so a second administrator has to agree')).toBeVisible()
  await expect(adam.getByText(/people may ask for more/)).toBeVisible()
  await picture(adam, 'policy-review')
  await adam.getByRole('button', { name: 'Propose', exact: true }).click()

  await expect(level1(adam, 'Add Finance looks at data')).toBeVisible()
  await expect(adam.getByText('You proposed this, so another administrator has to agree.')).toBeVisible()
  await expect(adam.getByRole('button', { name: 'Agree' })).toHaveAttribute('aria-disabled', 'true')

  // It appears to the other administrator by itself; when she agreed, he sees it by itself.
  await sara.getByRole('link', { name: 'Add Finance looks at data' }).click()
  await expect(sara.getByText(/people may ask for more/)).toBeVisible()
  await look(sara, 'proposal')
  await sara.getByRole('button', { name: 'Agree' }).click()
  await expect(sara.getByText('Agreed: it is in force.')).toBeVisible()
  await expect(adam.getByText('In force', { exact: true })).toBeVisible()

  // Both change it. What he typed stays beside what she saved.
  await adam.getByRole('link', { name: /Finance looks at data/ }).click()
  await expect(level1(adam, 'Finance looks at data')).toBeVisible()
  const at = new URL(adam.url()).pathname
  await sara.goto(at)
  await adam.getByRole('button', { name: 'Edit' }).click()
  await adam.getByRole('textbox', { name: /Pattern of tickets/ }).fill('FIN-[0-9]+')
  await sara.getByRole('button', { name: 'Edit' }).click()
  await sara.getByRole('spinbutton', { name: 'Longest access: hours' }).fill('3')
  await sara.getByRole('button', { name: 'Review what it does' }).click()
  await expect(sara.getByText('Nobody gains by this, so it takes effect at once.')).toBeVisible()
  await sara.getByRole('button', { name: 'Save' }).click()
  await expect(sara.getByText('Saved, and in force.')).toBeVisible()

  await expect(adam.getByText('this form began with version 1')).toBeVisible()
  await adam.getByRole('button', { name: 'Review what it does' }).click()
  const maximum = adam.getByRole('radiogroup', { name: 'What counts for Longest access' })
  await expect(maximum).toContainText('3 h')
  await expect(maximum).toContainText('4 h')
  await expect(maximum.getByRole('radio', { name: 'Theirs (version 2)' })).toBeChecked()
  const pattern = adam.getByRole('radiogroup', { name: 'What counts for Pattern of tickets' })
  await expect(pattern).toContainText('FIN-[0-9]+')
  await expect(pattern.getByRole('radio', { name: 'Yours' })).toBeChecked()
  await look(adam, 'policy-conflict')
  await adam.getByRole('button', { name: 'Go on with these' }).click()
  await expect(adam.getByRole('spinbutton', { name: 'Longest access: hours' })).toHaveValue('3')
  await expect(adam.getByRole('textbox', { name: /Pattern of tickets/ })).toHaveValue('FIN-[0-9]+')
  await adam.getByRole('button', { name: 'Review what it does' }).click()
  await adam.getByRole('button', { name: 'Save' }).click()
  await expect(adam.getByText('version 3')).toBeVisible()

  await adam.getByRole('tab', { name: 'Versions' }).click()
  await expect(adam.getByRole('table', { name: 'Versions' }).getByRole('row')).toHaveCount(4)
  await expect(adam.getByRole('table', { name: 'Version 2 and Version 3' })).toContainText('FIN-[0-9]+')

  // Deleting it shows who loses; nobody gains, unless less would have to be agreed to elsewhere.
  await adam.getByRole('button', { name: 'Delete' }).click()
  await expect(adam.getByText(/people may ask for less/)).toBeVisible()
  await picture(adam, 'policy-deletion')
  await adam.getByRole('button', { name: 'Propose the deletion' }).click()
  await expect(level1(adam, 'Delete Finance looks at data')).toBeVisible()
  await adam.getByRole('button', { name: 'Withdraw' }).click()
  await expect(adam.getByText('Withdrawn', { exact: true })).toBeVisible()

  // No rule is in the browser alone: who may not change policies may not by the API either, whoever asks.
  const path = `/api/v1${at}`
  for (const who of ['requester', 'auditor'] as const) {
    const page = await persona(who)
    const call = (method: string, to: string, data?: unknown) =>
      page.request.fetch(`${demo.url}${to}`, { method, data, headers: { Origin: demo.url, 'If-Match': '"3"' } })
    const policy = (await demo.must('admin', 'GET', path.replace('/api/v1', ''))) as object
    expect((await call('DELETE', path)).status()).toBe(403)
    expect((await call('PUT', path, { policy })).status()).toBe(403)
    expect((await call('PUT', '/api/v1/settings', { settings: {} })).status()).toBe(403)
    expect((await call('DELETE', '/api/v1/protected-accounts/100000000002')).status()).toBe(403)
    const preview = { kind: 'settings', settings: {} }
    expect((await demo.ask('requester', 'POST', '/policies/preview', preview)).status).toBe(403)
  }
})

test('an approver policy is proposed and refused, and its author cannot agree to it', async ({ persona, demo }) => {
  const adam = await persona('admin')
  const sara = await persona('second-admin')
  await adam.goto('/policies/approver/new')
  await adam.getByRole('textbox', { name: 'Name' }).fill('Finance decides on data')
  await choose(adam, 'Groups who decide in stage 1', 'Finance')
  await choose(adam, 'Accounts', 'data-dev')
  await adam.getByRole('button', { name: 'Review what it does' }).click()
  await expect(adam.getByText(/people will decide/)).toBeVisible()
  await adam.getByRole('button', { name: 'Propose', exact: true }).click()
  await expect(level1(adam, 'Add Finance decides on data')).toBeVisible()
  const at = new URL(adam.url()).pathname

  const own = await adam.request.post(`${demo.url}/api/v1${at}/agree`, {
    headers: { Origin: demo.url, 'If-Match': '"1"' },
  })
  expect(own.status()).toBe(403)

  await sara.goto(at)
  await sara.getByRole('button', { name: 'Refuse' }).click()
  const dialog = sara.getByRole('dialog', { name: /Refuse/ })
  await dialog.getByRole('textbox').fill('Let the leads decide.')
  await dialog.getByRole('button', { name: 'Refuse' }).click()
  await expect(sara.getByText('Refused', { exact: true })).toBeVisible()
  await expect(adam.getByText('Refused', { exact: true })).toBeVisible()
  await adam.goto('/proposals?state=refused')
  await expect(adam.getByRole('link', { name: 'Add Finance decides on data' })).toBeVisible()
  await look(adam, 'proposals')
})

test('settings are changed by a form, and accounts are protected', async ({ persona, expectComplaint }) => {
  expectComplaint(/422/)
  const sara = await persona('second-admin')
  const adam = await persona('admin')
  await adam.goto('/settings')
  await expect(adam.getByText('log-archive')).toBeVisible()
  await look(adam, 'settings')
  await adam.getByRole('button', { name: 'Edit' }).click()
  const most = adam.getByRole('spinbutton', { name: /Targets of one request/ })
  await most.fill('0')
  await adam.getByRole('button', { name: 'Review what it does' }).click()
  await expect(adam.getByText('It must be between 1 and 500, not 0.').first()).toBeVisible()
  await most.fill('49')
  await look(adam, 'settings-form')
  await adam.getByRole('button', { name: 'Review what it does' }).click()
  await expect(adam.getByRole('list', { name: 'Differences' })).toContainText('maxTargets: 50 → 49')
  await adam.getByRole('button', { name: 'Save' }).click()
  await expect(adam.getByText('Saved, and in force.')).toBeVisible()

  await adam.getByRole('tab', { name: 'Protected accounts' }).click()
  await adam.getByRole('button', { name: 'Protect accounts' }).click()
  const dialog = adam.getByRole('dialog', { name: 'Protect accounts' })
  await choose(adam, 'Accounts to protect', 'network')
  await expect(dialog.getByText('Nobody gains by this, so it takes effect at once.')).toBeVisible()
  await dialog.getByRole('button', { name: 'Protect', exact: true }).click()
  await expect(adam.getByRole('row', { name: /network/ })).toBeVisible()
  await look(adam, 'protected-accounts')

  // To protect less widens access.
  await adam.getByRole('checkbox', { name: 'network' }).check()
  await adam.getByRole('button', { name: 'Protect no longer' }).click()
  await adam.getByRole('dialog').getByRole('button', { name: 'Propose' }).click()
  await expect(level1(adam, 'Change the settings')).toBeVisible()
  await sara.goto(new URL(adam.url()).pathname)
  await sara.getByRole('button', { name: 'Agree' }).click()
  await expect(adam.getByText('In force', { exact: true })).toBeVisible()
})

test('an auditor reads policies, asks why, and sees what the linter finds', async ({ persona }) => {
  const page = await persona('auditor')
  await page.goto('/policies')
  await expect(page.getByRole('link', { name: 'Operations in production' })).toBeVisible()
  await expect(page.getByRole('button', { name: 'New' })).toHaveCount(0)
  await look(page, 'policies')
  const file = page.waitForEvent('download')
  await page.getByRole('button', { name: 'YAML' }).click()
  expect((await file).suggestedFilename()).toBe('policies.yaml')
  await page.getByRole('link', { name: 'Operations in production' }).click()
  await expect(level1(page, 'Operations in production')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Edit' })).toHaveCount(0)
  await expect(page.getByText('Root / Workloads / Prod')).toBeVisible()
  await look(page, 'policy')

  await page.goto('/policies/explain')
  await choose(page, 'Who would ask', 'Rita Moreau')
  await choose(page, 'In which account', 'log-archive')
  await choose(page, 'Which permission set', 'ReadOnlyAccess')
  await expect(page.getByText(/^No: Rita Moreau may not ask for ReadOnlyAccess/)).toBeVisible()
  await look(page, 'explain')
  await page.reload()
  await expect(page.getByText(/^No: Rita Moreau/)).toBeVisible()

  await page.goto('/policies/findings')
  await expect(page.getByRole('heading', { level: 2 }).first()).toBeVisible()
  await look(page, 'findings')
})
