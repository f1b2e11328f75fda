// What is around every page: signing in and out, addresses.

import { look } from './look'
import { expect, pick, test } from './test'

test('whoever is not signed in signs in, and comes back to where they wanted to go', async ({ persona, demo }) => {
  const page = await persona('requester', { nobody: true })
  await page.goto('/requests?status=pending')
  await expect(page).toHaveURL(new RegExp(`^${demo.provider}/pick`))
  await pick(page, 'requester')
  await expect(page).toHaveURL(`${demo.url}/requests?status=pending`)
  await expect(page.getByRole('button', { name: /Rita Moreau/ })).toBeVisible()
})

test('home says what one holds', async ({ persona }) => {
  const page = await persona('requester')
  await page.goto('/')
  await expect(page.getByRole('heading', { name: 'Home', level: 1 })).toBeVisible()
  await expect(page).toHaveTitle('Home · TEAM')
  await look(page, 'home')
})

test('whoever signs out is out, also by the way back', async ({ persona, demo }) => {
  const page = await persona('requester', { fresh: true })
  await page.goto('/')
  await page.getByRole('button', { name: /Rita Moreau/ }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await expect(page).toHaveURL(`${demo.url}/signed-out?from=sandbox`)
  await page.goBack()
  await expect(page).toHaveURL(new RegExp(`^${demo.provider}/pick`))
})

test('an address that leads nowhere says so', async ({ persona }) => {
  const page = await persona('requester')
  await page.goto('/nothing/here')
  await expect(page.getByRole('heading', { name: 'There is no such page' })).toBeVisible()
  await look(page, 'nowhere')
  await page.getByRole('link', { name: 'Go home' }).click()
  await expect(page.getByRole('heading', { name: 'Home', level: 1 })).toBeVisible()
})
