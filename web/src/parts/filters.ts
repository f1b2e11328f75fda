// What lists are filtered by in many places: people, accounts, permission sets and states, by name.

import { answer, api } from '../api/client'
import { statuses, statusWords } from '../words/status'
import type { Filter } from './ListFilter'

const few = 20

/** personFilter is by somebody's id, found by name. Only administrators and auditors may search people. */
export function personFilter(parameter = 'user', label = 'Person'): Filter {
  const search = async (q: string, limit: number) =>
    (await answer(api.GET('/api/v1/directory/users', { params: { query: { q, limit } } }))).items.map(u => ({
      value: u.id,
      label: u.displayName || u.userName || u.id,
      description: u.displayName ? u.userName : undefined,
    }))
  return { parameter, label, suggest: q => search(q, few), name: id => named(search, id) }
}

export function accountFilter(parameter = 'account', label = 'Account'): Filter {
  const search = async (q: string, limit: number) =>
    (await answer(api.GET('/api/v1/directory/accounts', { params: { query: { q, limit } } }))).items.map(a => ({
      value: a.id,
      label: a.name || a.id,
      description: a.id,
    }))
  return { parameter, label, suggest: q => search(q, few), name: id => named(search, id) }
}

export function permissionSetFilter(parameter = 'permissionSet', label = 'Permission set'): Filter {
  const search = async (q: string, limit: number) =>
    (await answer(api.GET('/api/v1/directory/permission-sets', { params: { query: { q, limit } } }))).items.map(p => ({
      value: p.arn,
      label: p.name,
      description: p.description,
    }))
  return { parameter, label, suggest: q => search(q, few), name: arn => named(search, arn) }
}

/** statusFilter is by the single word over all targets. */
export const statusFilter: Filter = {
  parameter: 'status',
  label: 'Status',
  several: true,
  values: statuses.map(value => ({ value, label: statusWords[value].label })),
}

type Search = (q: string, limit: number) => Promise<{ value: string; label: string }[]>

/** named is the name of what has an id: what searches by text finds ids too. */
async function named(search: Search, id: string): Promise<string | undefined> {
  return (await search(id, few)).find(f => f.value === id)?.label
}
