// Who is signed in.

import { useSuspenseQuery } from '@tanstack/react-query'
import { answer, api, type Schemas } from './client'

export type Me = Schemas['Me']

export const meQuery = { queryKey: ['me'], queryFn: () => answer(api.GET('/api/v1/me')), staleTime: 30_000 }

/** useMe is the caller. Inside the shell it is always there. */
export function useMe(): Me {
  return useSuspenseQuery(meQuery).data
}
