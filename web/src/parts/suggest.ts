// People, accounts and groups that the server finds while somebody types.

import { answer, api } from '../api/client'

export interface Suggestion {
  value: string
  label: string
  description?: string
}

const few = 20

export async function suggestUsers(q: string): Promise<Suggestion[]> {
  const { items } = await answer(api.GET('/api/v1/directory/users', { params: { query: { q, limit: few } } }))
  return items.map(u => ({
    value: u.id,
    label: u.displayName || u.userName || u.id,
    description: [u.userName, u.enabled ? '' : 'disabled'].filter(Boolean).join(' · '),
  }))
}

export async function suggestAccounts(q: string): Promise<Suggestion[]> {
  const { items } = await answer(api.GET('/api/v1/directory/accounts', { params: { query: { q, limit: few } } }))
  return items.map(a => ({
    value: a.id,
    label: a.name,
    description: [a.id, a.ouPath.join(' / '), a.protected ? 'protected' : ''].filter(Boolean).join(' · '),
  }))
}

export async function suggestGroups(q: string): Promise<Suggestion[]> {
  const { items } = await answer(api.GET('/api/v1/directory/groups', { params: { query: { q, limit: few } } }))
  return items.map(g => ({ value: g.id, label: g.displayName, description: members(g.members) }))
}

/** nameOfGroup is what a group of an id is called: the search finds ids too. */
export const nameOfGroup = async (id: string) => (await suggestGroups(id)).find(g => g.value === id)?.label

/** members is "3 members". */
export const members = (n: number) => `${n.toLocaleString('en')} ${n === 1 ? 'member' : 'members'}`
