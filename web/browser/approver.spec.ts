// What approvers do: they see what waits for them, decide on it, and end access. Everything that one of them does the others see
// without loading a page again.

import { type Ask, deciding, inPage, waiting, withPasskey } from './deciding'
import { look, violations } from './look'
import { expect, test } from './test'

const card = /Nothing left for you to decide here/

test('what is asked appears by itself, is approved, and everybody sees it', async ({ persona, demo }) => {
  const rita = await persona('requester')
  const anton = await persona('approver')
  const elena = await persona('elena.petrova')
  await rita.goto('/')
  await expect(rita.getByRole('heading', { name: 'Home', level: 1 })).toBeVisible()
  await anton.goto('/approvals')
  await elena.goto('/approvals')
  await expect(elena.getByRole('heading', { name: /Waiting for me/ })).toBeVisible()
  // Another tab of Elena's shows the list alone. One stream serves both.
  const list = await elena.context().newPage()
  await list.setViewportSize({ width: 390, height: 844 })
  await list.goto('/approvals')

  const asked = await deciding(demo).ask('requester', [['shop-prod', 'DatabaseAdmin']])
  await waiting(elena, asked).getByRole('link').click()
  await expect(elena.getByText(asked.why).last()).toBeVisible()
  await expect(waiting(list, asked)).toBeVisible()
  await waiting(anton, asked).getByRole('link').click()
  await expect(anton).toHaveURL(new RegExp(`open=${asked.id}`))
  await expect(anton.getByText(/If nobody decides, it expires in/)).toBeVisible()
  await anton.getByRole('textbox', { name: /^Comment/ }).fill('Go ahead <b>now</b>')
  let calls = 0
  anton.on('request', r => {
    if (r.method() === 'POST' && r.url().endsWith('/approve')) calls++
  })
  // A double click decides once.
  await anton.getByRole('button', { name: 'Approve', exact: true }).dblclick()
  await expect(anton.getByText('Approved: DatabaseAdmin in shop-prod for Rita Moreau.', { exact: true })).toBeVisible()
  await expect(waiting(anton, asked)).toHaveCount(0)

  await expect(waiting(list, asked)).toHaveCount(0)
  await expect(list.getByText(/DatabaseAdmin in shop-prod approved by Anton Pavlik/)).toBeVisible()
  await expect(elena.getByText(card)).toBeVisible()
  await expect(elena.getByText('DatabaseAdmin in shop-prod: approved by Anton Pavlik')).toBeVisible()
  await expect(rita.getByText('DatabaseAdmin').first()).toBeVisible()
  const now = await demo.must('requester', 'GET', `/requests/${asked.id}`)
  expect(now.targets[0].votes).toHaveLength(1)
  expect(now.targets[0].votes[0]).toMatchObject({ approve: true, comment: 'Go ahead <b>now</b>' })
  expect(calls).toBe(1)
})

test('a rejection, by keyboard alone, needs its comment, and who asked reads it', async ({ persona, demo }) => {
  const asked = await deciding(demo).ask('requester', [['payments-prod', 'AdministratorAccess']])
  const anton = await persona('approver')
  await anton.goto('/approvals')
  await waiting(anton, asked).getByRole('link').focus()
  await anton.keyboard.press('Enter')
  await expect(anton).toHaveURL(new RegExp(`open=${asked.id}`))
  const comment = anton.getByRole('textbox', { name: 'Comment' })
  const reject = anton.getByRole('button', { name: 'Reject', exact: true })
  await expect(reject).toBeVisible()
  const focused = (e: Element) => e === document.activeElement
  for (let i = 0; i < 60 && !(await reject.evaluate(focused)); i++) await anton.keyboard.press('Tab')
  await anton.keyboard.press('Enter')
  await expect(anton.getByText('Say why: a comment is required.')).toBeVisible()
  await expect(comment).toBeFocused()
  await anton.keyboard.type('Not on a Friday')
  for (const b of [anton.getByRole('button', { name: 'Approve', exact: true }), reject]) {
    await anton.keyboard.press('Tab')
    await expect(b).toBeFocused()
  }
  await anton.keyboard.press('Enter')
  await expect(
    anton.getByText('Rejected: AdministratorAccess in payments-prod for Rita Moreau.', { exact: true }),
  ).toBeVisible()
  const now = await demo.must('requester', 'GET', `/requests/${asked.id}`)
  expect(now.status).toBe('rejected')
  expect(now.targets[0].votes[0]).toMatchObject({ approve: false, comment: 'Not on a Friday' })

  await anton.goto('/approvals/decided?sort=-created')
  const row = anton.getByRole('row', { name: /AdministratorAccess in payments-prod/ }).first()
  await expect(row).toContainText('Rejected')
  await look(anton, 'decisions')
})

test('targets of one request are decided one by one, and only those that are one’s own', async ({ persona, demo }) => {
  const asked = await deciding(demo).ask('requester', [
    ['shop-prod', 'ReadOnlyAccess'],
    ['payments-prod', 'ReadOnlyAccess'],
    ['shop-dev', 'DatabaseAdmin'],
  ])
  const anton = await persona('approver')
  await anton.goto('/approvals')
  await expect(waiting(anton, asked)).toContainText('2 of 3 targets are yours')
  await waiting(anton, asked).getByRole('link').click()
  await expect(anton.getByText('Not yours to decide: DatabaseAdmin in shop-dev (still open).')).toBeVisible()
  await look(anton, 'approvals')
  await anton.getByRole('checkbox', { name: 'Decide on ReadOnlyAccess in shop-prod' }).uncheck()
  await anton.getByRole('textbox', { name: 'Comment' }).fill('This one')
  await anton.getByRole('button', { name: 'Approve 1 of 2' }).click()
  await expect(
    anton.getByText('Approved: ReadOnlyAccess in payments-prod for Rita Moreau.', { exact: true }),
  ).toBeVisible()
  await anton.getByRole('textbox', { name: 'Comment' }).fill('Not that one')
  await anton.getByRole('button', { name: 'Reject', exact: true }).click()
  await expect(anton.getByText('Rejected: ReadOnlyAccess in shop-prod for Rita Moreau.', { exact: true })).toBeVisible()
  const now = await demo.must('requester', 'GET', `/requests/${asked.id}`)
  expect(now.targets.map((t: { decision: string }) => t.decision)).toEqual(['rejected', 'approved', 'pending'])
})

test('where two have to agree, the first approval says so and the second settles it', async ({ persona, demo }) => {
  const asked = await deciding(demo).ask('quentin.leroy', [['log-archive', 'ReadOnlyAccess']], 1800)
  const kirsten = await persona('kirsten.dahl')
  const tariq = await persona('tariq.aziz')
  await kirsten.goto(`/approvals?open=${asked.id}`)
  await tariq.goto(`/approvals?open=${asked.id}`)
  await expect(kirsten.getByText('Protected account', { exact: true })).toBeVisible()
  await expect(
    kirsten.getByText(/2 more approvals are needed, of different people. Besides you, Tariq Aziz could./),
  ).toBeVisible()
  await expect(kirsten.getByText(/has a session duration of 12 hours/)).toBeVisible()
  await kirsten.getByRole('textbox', { name: 'Comment' }).fill('First')
  await kirsten.getByRole('button', { name: 'Approve', exact: true }).click()
  await expect(
    kirsten.getByText(/Your approval counts: ReadOnlyAccess in log-archive.*It waits for 1 more/),
  ).toBeVisible()
  await expect(tariq.getByText('Approved by Kirsten Dahl')).toBeVisible()
  await expect(tariq.getByText(/One more approval is needed/)).toBeVisible()
  await tariq.getByRole('textbox', { name: 'Comment' }).fill('Second')
  await tariq.getByRole('button', { name: 'Approve', exact: true }).click()
  await expect(
    tariq.getByText('Approved: ReadOnlyAccess in log-archive for Quentin Leroy.', { exact: true }),
  ).toBeVisible()
})

test('who decides at the same moment as somebody else is told, and nothing counts twice', async ({
  persona,
  demo,
  expectComplaint,
}) => {
  expectComplaint(/409/)
  const asked = await deciding(demo).ask('requester', [['data-prod', 'PowerUserAccess']])
  const anton = await persona('approver')
  const elena = await persona('elena.petrova')
  await elena.goto('/approvals')
  await anton.goto(`/approvals?open=${asked.id}`)
  // Between Anton's click and what it does, Elena rejects.
  await anton.route(`**/api/v1/requests/${asked.id}/approve`, async route => {
    const refused = await inPage(elena, 'POST', `/requests/${asked.id}/reject`, { comment: 'Faster' })
    expect(refused.status).toBe(200)
    await route.continue()
  })
  await anton.getByRole('textbox', { name: 'Comment' }).fill('Fine')
  await anton.getByRole('button', { name: 'Approve', exact: true }).click()
  await expect(anton.getByText(/PowerUserAccess in data-prod: rejected by Elena Petrova/)).toBeVisible()
  await expect(anton.getByText(card)).toBeVisible()
  const now = await demo.must('requester', 'GET', `/requests/${asked.id}`)
  expect(now.status).toBe('rejected')
  expect(now.targets[0].votes).toHaveLength(1)
})

test('several requests are decided at once, and each outcome is told', async ({ persona, demo, expectComplaint }) => {
  expectComplaint(/409/)
  const d = deciding(demo)
  const [one, two, gone] = [
    await d.ask('grace.kimani', [['shop-prod', 'ReadOnlyAccess']]),
    await d.ask('hannah.fischer', [['shop-prod', 'ReadOnlyAccess']]),
    await d.ask('ivan.horvat', [['shop-prod', 'ReadOnlyAccess']]),
  ] as [Ask, Ask, Ask]
  const anton = await persona('approver')
  await anton.goto('/approvals')
  for (const a of [one, two, gone]) await waiting(anton, a).getByRole('checkbox').check()
  await expect(anton.getByText('3 chosen')).toBeVisible()
  await anton.getByRole('button', { name: 'Approve 3' }).click()
  const dialog = anton.getByRole('dialog')
  await dialog.getByRole('textbox').fill('All fine')
  await demo.must('ivan.horvat', 'POST', `/requests/${gone.id}/cancel`)
  await dialog.getByRole('button', { name: 'Approve 3' }).click()
  await expect(dialog.getByText(/Approved: ReadOnlyAccess in shop-prod for Grace Kimani/)).toBeVisible()
  await expect(dialog.getByText(/Approved: ReadOnlyAccess in shop-prod for Hannah Fischer/)).toBeVisible()
  await expect(dialog.getByText(/It was settled meanwhile, or taken back; nothing was counted/)).toBeVisible()
  await dialog.getByRole('button', { name: 'Close' }).last().click()
  await expect(waiting(anton, one)).toHaveCount(0)
  for (const a of [one, two]) {
    const now = await demo.must('admin', 'GET', `/requests/${a.id}`)
    expect(now.targets[0]).toMatchObject({ decision: 'approved' })
  }
})

test('what policy demands is shown with a passkey, and the decision goes on', async ({
  persona,
  demo,
  expectComplaint,
}) => {
  const admin = await persona('admin')
  const elena = await persona('elena.petrova', { fresh: true })
  await withPasskey(elena, admin)
  const d = deciding(demo)
  await d.demandPasskey([admin, await persona('second-admin')], 'payments-prod', 'DatabaseAdmin', 'prod-approvers')
  const asked = await d.ask('requester', [['payments-prod', 'DatabaseAdmin']])
  expectComplaint(/403/)
  await elena.goto(`/approvals?open=${asked.id}`)
  await expect(elena.getByText(/Deciding asks you for a passkey/)).toBeVisible()
  await elena.getByRole('textbox', { name: 'Comment' }).fill('It is me')
  await elena.getByRole('button', { name: 'Approve', exact: true }).click()
  const dialog = elena.getByRole('dialog', { name: 'Show that it is you' })
  await dialog.getByRole('button', { name: 'Use a passkey' }).click()
  await expect(
    elena.getByText('Approved: DatabaseAdmin in payments-prod for Rita Moreau.', { exact: true }),
  ).toBeVisible()
  const now = await demo.must('requester', 'GET', `/requests/${asked.id}`)
  expect(now.targets[0].votes[0].comment).toBe('It is me')
  expect(now.targets[0].votes[0].proofs.map((p: { kind: string }) => p.kind)).toContain('passkey')
})

test('on a phone the queue is a list, and the card takes its place', async ({ persona, demo }) => {
  const asked = await deciding(demo).ask('requester', [['data-prod', 'AdministratorAccess']])
  const phone = { width: 390, height: 844 }
  const anton = await persona('approver', { viewport: phone })
  await anton.goto('/approvals')
  await waiting(anton, asked).click({ position: { x: 200, y: 60 } })
  const approve = anton.getByRole('button', { name: 'Approve', exact: true })
  await expect(approve).toBeVisible()
  const box = await approve.boundingBox()
  expect(box?.height).toBeGreaterThanOrEqual(44)
  // Cloudscape's bar with the button of the navigation, on phones only, has an attribute too many; it harms nobody.
  const own = (await violations(anton)).filter(v => !/mobile-toolbar-nav/.test(v))
  expect(own).toEqual([])
  await anton.screenshot({ path: 'browser/.results/pictures/approval-390.png' })
  await anton.getByRole('textbox', { name: 'Comment' }).fill('From the train')
  await approve.click()
  await expect(anton).toHaveURL(/\/approvals$/)
  await expect(
    anton.getByText('Approved: AdministratorAccess in data-prod for Rita Moreau.', { exact: true }),
  ).toBeVisible()
})

test('access is revoked with a comment, and its user sees it end', async ({ persona, demo }) => {
  const d = deciding(demo)
  const anton = await persona('approver')
  const given = await d.given(anton, 'gustavo.silva', 'payments-prod', 'ReadOnlyAccess')
  await anton.goto('/elevations')
  const revoke = anton.getByRole('button', {
    name: 'Revoke ReadOnlyAccess in payments-prod (100000000012) of Gustavo Silva',
  })
  await expect(revoke).toBeVisible()
  await look(anton, 'active')
  await revoke.click()
  const dialog = anton.getByRole('dialog', { name: 'Revoke access' })
  await expect(dialog.getByText(/Gustavo Silva holds ReadOnlyAccess in payments-prod/)).toBeVisible()
  await dialog.getByRole('button', { name: 'Revoke', exact: true }).click()
  await expect(dialog.getByText('Say why.')).toBeVisible()
  await dialog.getByRole('textbox').fill('Enough')
  await dialog.getByRole('button', { name: 'Revoke', exact: true }).click()
  await expect(anton.getByText(/^Revoked: ReadOnlyAccess in payments-prod/)).toBeVisible()
  await expect(revoke).toHaveCount(0)
  await expect
    .poll(async () => (await demo.must('gustavo.silva', 'GET', `/requests/${given.id}`)).status)
    .toBe('revoked')
})

test('of elevations that share an assignment one can be ended, and what stays is said', async ({ persona, demo }) => {
  const d = deciding(demo)
  const anton = await persona('approver')
  await d.given(anton, 'ines.ferreira', 'data-prod', 'ReadOnlyAccess')
  await d.given(anton, 'ines.ferreira', 'data-prod', 'ReadOnlyAccess')
  await anton.goto('/elevations')
  const revoke = anton.getByRole('button', { name: /^Revoke ReadOnlyAccess in data-prod .* of Inês Ferreira/ })
  await expect(revoke).toHaveCount(2)
  await revoke.first().click()
  const dialog = anton.getByRole('dialog', { name: 'Revoke access' })
  await expect(dialog.getByRole('radio', { name: 'Everything on this assignment' })).toBeChecked()
  await expect(dialog.getByText(/Credentials taken before can be used for up to 12 h from now/)).toBeVisible()
  await dialog.getByRole('radio', { name: 'Only this elevation' }).check()
  await expect(dialog.getByText(/Inês Ferreira keeps the access through the other request/)).toBeVisible()
  await dialog.getByRole('textbox').fill('One is enough')
  await dialog.getByRole('button', { name: 'Revoke this elevation' }).click()
  await expect(revoke).toHaveCount(1)
  await revoke.click()
  await dialog.getByRole('textbox').fill('None is needed')
  await dialog.getByRole('button', { name: 'Revoke', exact: true }).click()
  await expect(revoke).toHaveCount(0)
})

test('the server refuses what no page offers', async ({ persona, demo, expectComplaint }) => {
  expectComplaint(/40[34]/, /422/)
  const d = deciding(demo)
  const asked = await d.ask('requester', [['shop-prod', 'PowerUserAccess']])
  const vote = (who: string) => `/requests/${asked.id}/${who}`
  const comment = { comment: 'x' }
  const rita = await persona('requester')
  const selma = await persona('second-approver')
  const aurora = await persona('auditor')
  const anton = await persona('approver')
  for (const page of [rita, selma, aurora, anton]) await page.goto('/')

  const own = await inPage(rita, 'POST', vote('approve'), comment)
  expect([own.status, own.body.code]).toEqual([403, 'forbidden'])
  // Who decides on development does not even see what is asked for in production.
  expect((await inPage(selma, 'POST', vote('approve'), comment)).status).toBe(404)
  expect((await inPage(aurora, 'POST', vote('reject'), comment)).status).toBe(403)
  expect((await inPage(anton, 'POST', vote('reject'), {})).status).toBe(422)
  expect(
    (
      await inPage(anton, 'POST', vote('approve'), {
        ...comment,
        targets: ['tgt_00000000-0000-0000-0000-000000000000'],
      })
    ).status,
  ).toBe(404)
  const now = await demo.must('requester', 'GET', `/requests/${asked.id}`)
  expect(now.targets[0].votes ?? []).toEqual([])

  const given = await d.given(anton, 'jana.novakova', 'shop-prod', 'ReadOnlyAccess')
  const elevation = `/elevations/${given.elevation}/revoke`
  expect((await inPage(selma, 'POST', elevation, comment)).status).toBe(404)
  expect((await inPage(aurora, 'POST', elevation, comment)).status).toBe(403)
  expect((await demo.must('jana.novakova', 'GET', `/requests/${given.id}`)).status).toBe('in progress')
})
