// What approvers filter their lists by. Accounts and permission sets are searched in the directory, which everybody may.

import { answer, api } from '../../api/client'
import type { Filter } from '../../parts/ListTable'
import { statuses, statusWords } from '../../words/status'

const few = 20

export const statusFilter: Filter = {
  parameter: 'status',
  label: 'Status',
  several: true,
  values: statuses.map(s => ({ value: s, label: statusWords[s].label })),
}

export const accountFilter: Filter = {
  parameter: 'account',
  label: 'Account',
  suggest: async q => {
    const found = await answer(api.GET('/api/v1/directory/accounts', { params: { query: { q, limit: few } } }))
    return found.items.map(a => ({ value: a.id, label: `${a.name} (${a.id})` }))
  },
}

export const permissionSetFilter: Filter = {
  parameter: 'permissionSet',
  label: 'Permission set',
  suggest: async q => {
    const found = await answer(api.GET('/api/v1/directory/permission-sets', { params: { query: { q, limit: few } } }))
    return found.items.map(p => ({ value: p.arn, label: p.name }))
  },
}

/** userFilter is for administrators and auditors, who may search people. */
export const userFilter: Filter = {
  parameter: 'user',
  label: 'Who has the access',
  suggest: async q => {
    const found = await answer(api.GET('/api/v1/directory/users', { params: { query: { q, limit: few } } }))
    return found.items.map(u => ({ value: u.id, label: `${u.displayName} (${u.userName})` }))
  },
}

export const ticketFilter: Filter = { parameter: 'ticket', label: 'Ticket' }
