// Names of people and accounts for events, which say only ids, so that the log stays what it was.

import { useQuery } from '@tanstack/react-query'
import { answer, api } from '../../api/client'

// Of a larger organization the rest is shown by id: names are a convenience that must not cost a call a row.
const most = 500

export interface Names {
  person: (id: string) => string
  account: (id: string) => string
}

/** useNames are the names of people and accounts, where the directory has them among the first 500. */
export function useNames(): Names {
  const users = useQuery({
    queryKey: ['directory', 'users', 'names'],
    queryFn: async () => {
      const { items } = await answer(api.GET('/api/v1/directory/users', { params: { query: { limit: most } } }))
      return new Map(items.map(u => [u.id, u.displayName || u.userName || u.id]))
    },
    staleTime: 600_000,
  })
  const accounts = useQuery({
    queryKey: ['directory', 'accounts', 'names'],
    queryFn: async () => {
      const { items } = await answer(api.GET('/api/v1/directory/accounts', { params: { query: { limit: most } } }))
      return new Map(items.map(a => [a.id, a.name || a.id]))
    },
    staleTime: 600_000,
  })
  return {
    person: id => users.data?.get(id) ?? id,
    account: id => accounts.data?.get(id) ?? id,
  }
}
