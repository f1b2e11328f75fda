// The directory of the organization, and who reaches what in it.

import { look } from './look'
import { expect, test } from './test'

test('the organization is a tree that is opened by keyboard, and searched', async ({ persona }) => {
  const ada = await persona('admin')
  await ada.goto('/directory')
  const tree = ada.getByRole('tree', { name: 'Organization' })
  const unit = (name: string) => tree.getByRole('treeitem').filter({ hasText: name })
  await expect(unit('Workloads').first()).toBeVisible()
  await expect(ada.getByText('(12 accounts)')).toBeVisible()
  await look(ada, 'organization')

  const archive = tree.getByRole('link', { name: /^log-archive, .*protected/ })
  await expect(archive).toBeVisible()
  await tree.getByRole('button', { name: /^Collapse Security/ }).focus()
  await ada.keyboard.press('Enter')
  await expect(archive).toHaveCount(0)
  await ada.keyboard.press('Enter')
  await expect(archive).toBeVisible()
  await ada.keyboard.press('ArrowDown')
  await ada.keyboard.press('ArrowRight')
  await expect(archive).toBeFocused()

  await ada.getByRole('searchbox', { name: 'Search the organization' }).fill('shop-dev')
  await expect(tree.getByRole('link', { name: /^shop-dev,/ })).toBeVisible()
  await expect(tree.getByRole('link', { name: /^log-archive/ })).toHaveCount(0)
  await expect(ada).toHaveURL(/q=shop-dev/)
  await tree.getByRole('link', { name: /^shop-dev,/ }).click()
  await expect(ada.getByRole('heading', { name: 'Who may ask for access to shop-dev' })).toBeVisible()
})

test('what is in the directory is searched on the server, each kind by itself', async ({ persona }) => {
  const ada = await persona('admin')
  const rows = (list: string) => ada.getByRole('table', { name: list }).getByRole('row')
  await ada.goto('/directory?tab=accounts')
  await ada.getByRole('searchbox', { name: 'Search accounts' }).fill('shop prod')
  await expect(rows('Accounts').filter({ hasText: 'shop-prod' }).first()).toBeVisible()
  await look(ada, 'directory-accounts')
  await ada.getByRole('tab', { name: 'Users' }).click()
  // What was searched for among accounts is not searched for among users.
  await expect(ada.getByRole('searchbox', { name: 'Search users' })).toHaveValue('')
  await ada.getByRole('searchbox', { name: 'Search users' }).fill('rita.moreau')
  await expect(rows('Users').filter({ hasText: 'Rita Moreau' })).toHaveCount(1)
  await ada.getByRole('link', { name: 'Groups of Rita Moreau' }).click()
  await expect(rows('Groups').filter({ hasText: 'Developers' })).toHaveCount(1)
  await ada.getByRole('tab', { name: 'Permission sets' }).click()
  await ada.getByRole('searchbox', { name: 'Search permission sets' }).fill('billing')
  await expect(rows('Permission sets').filter({ hasText: 'in management account' })).toHaveCount(1)
})

test('the directory is read anew when an administrator asks for it', async ({ persona }) => {
  const ada = await persona('admin')
  await ada.goto('/directory?tab=reading')
  await expect(ada.getByRole('heading', { name: 'Permission sets' })).toBeVisible()
  await look(ada, 'directory-reading')
  await ada.getByRole('button', { name: 'Read it now' }).click()
  await expect(ada.getByText(/^(Being read now: |All of it is being read already)/)).toBeVisible()
})

test('who reaches what is a picture, and a list with the same in it', async ({ persona, demo }) => {
  const { items } = await demo.must('admin', 'GET', '/directory/users?q=rita.moreau')
  const ada = await persona('admin')
  await ada.goto('/reach')
  await expect(ada.getByText('You see their groups', { exact: false })).toBeVisible()
  await ada.getByRole('button', { name: /^Person/ }).click()
  await ada.getByPlaceholder('Name, id, e-mail…').fill('rita')
  await ada.getByRole('option', { name: /Rita Moreau/ }).click()
  await expect(ada).toHaveURL(new RegExp(`person=${items[0].id}`))
  const picture = ada.getByRole('region', { name: 'What Rita Moreau may ask for' })
  await expect(picture.getByRole('link', { name: 'Developers in development' })).toBeVisible()
  await expect(picture.getByRole('link', { name: 'shop-dev' })).toBeVisible()
  await expect(picture.locator('path.picture-asked').first()).toBeAttached()
  await picture.getByRole('link', { name: 'Looking around in the sandbox' }).focus()
  await expect(picture.locator('path.picture-lit').first()).toBeAttached()
  await look(ada, 'reach-person')

  await ada.getByText('List', { exact: true }).click()
  const list = ada.getByRole('table', { name: 'What they may ask for' })
  await expect(list.getByRole('row').filter({ hasText: 'Looking around in the sandbox' })).toContainText(
    'without approval',
  )
  await list.getByRole('link', { name: 'Developers in development' }).first().waitFor()

  await ada.goto('/directory?tab=accounts&q=shop-prod')
  await ada.getByRole('link', { name: 'shop-prod', exact: true }).click()
  const who = ada.getByRole('region', { name: 'Who may ask for access to shop-prod' })
  await expect(who.getByRole('link', { name: 'Operations', exact: true })).toBeVisible()
  await expect(who.getByText('DatabaseAdmin')).toBeVisible()
  await look(ada, 'reach-account')
})

test('auditors see who reaches what; whoever may not is told so', async ({ persona, demo, expectComplaint }) => {
  const [{ id }] = (await demo.must('admin', 'GET', '/directory/users?q=rita.moreau')).items
  const aurora = await persona('auditor')
  await aurora.goto(`/reach?person=${id}`)
  await expect(aurora.getByRole('region', { name: 'What Rita Moreau may ask for' })).toContainText('shop-dev')

  const refused = await demo.ask('approver', 'GET', `/me/requestable?user=${id}`)
  expect([refused.status, refused.body.code]).toEqual([403, 'forbidden'])
  expectComplaint(/403/)
  const anton = await persona('approver')
  await anton.goto(`/reach?person=${id}`)
  await expect(anton.getByText('You may not do this').first()).toBeVisible()
})
