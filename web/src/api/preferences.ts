// What somebody prefers, kept by the server for all their browsers: columns, page sizes, saved views, favourites.

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { answer, api } from './client'

export type Preferences = Record<string, unknown>

const key = ['preferences']

/** preferencesQuery asks for all of them. */
export const preferencesQuery = {
  queryKey: key,
  queryFn: async () => (await answer(api.GET('/api/v1/me/preferences'))).preferences as Preferences,
  staleTime: Number.POSITIVE_INFINITY,
}

/** setPreference keeps one; who shows it must be told. */
export const setPreference = (name: string, value: unknown) =>
  api.PUT('/api/v1/me/preferences/{name}', { params: { path: { name } }, body: { value } })

/** usePreference is one named preference and how to change it. The change shows at once, and again as it was when it fails. */
export function usePreference<T>(name: string, fallback: T): [value: T, change: (to: T) => void, loading: boolean] {
  const queries = useQueryClient()
  const kept = useQuery(preferencesQuery)
  const change = useMutation({
    mutationFn: (to: T) => setPreference(name, to),
    onMutate: (to: T) => {
      const before = queries.getQueryData<Preferences>(key)
      queries.setQueryData<Preferences>(key, { ...before, [name]: to })
      return before
    },
    onError: (_, __, before) => queries.setQueryData(key, before),
  })
  const value = kept.data && name in kept.data ? (kept.data[name] as T) : fallback
  return [value, change.mutate, kept.isPending]
}
