// Names of what policies hold by id.

import { useQueries, useQuery } from '@tanstack/react-query'
import { answer, api } from '../../api/client'

/** useNamed asks for the groups and users of ids, and for the permission sets, of which there are never more than some hundred. */
export function useNamed(groupIds: string[], userIds: string[]) {
  const unique = (ids: string[]) => [...new Set(ids)].sort()
  const groups = useQueries({
    queries: unique(groupIds).map(id => ({
      queryKey: ['directory', 'groups', 'one', id],
      queryFn: async () => {
        const { items } = await answer(api.GET('/api/v1/directory/groups', { params: { query: { q: id, limit: 2 } } }))
        return items.find(g => g.id === id) ?? null
      },
    })),
  })
  const users = useQueries({
    queries: unique(userIds).map(id => ({
      queryKey: ['directory', 'users', 'one', id],
      queryFn: async () => {
        const { items } = await answer(api.GET('/api/v1/directory/users', { params: { query: { q: id, limit: 2 } } }))
        return items.find(u => u.id === id) ?? null
      },
    })),
  })
  const sets = useQuery({
    queryKey: ['directory', 'permission-sets', 'all'],
    queryFn: async () =>
      (await answer(api.GET('/api/v1/directory/permission-sets', { params: { query: { limit: 500 } } }))).items,
  })
  return {
    group: (id: string) => groups.find(g => g.data?.id === id)?.data ?? undefined,
    user: (id: string) => users.find(u => u.data?.id === id)?.data ?? undefined,
    set: (arn: string) => sets.data?.find(s => s.arn === arn)?.name,
  }
}
