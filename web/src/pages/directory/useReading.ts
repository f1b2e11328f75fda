// How current the directory is.

import { type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { answer, api } from '../../api/client'

// While something is read, how far it is changes all the time, and no event says so.
const whileReading = 2000

/** useReading says how the directory is read, and has the lists asked for again when a part was read anew. */
export function useReading() {
  const queries = useQueryClient()
  const reading = useQuery({
    queryKey: ['directory', 'status'],
    queryFn: () => answer(api.GET('/api/v1/directory/status')),
    refetchInterval: q => (q.state.data?.parts.some(p => p.running) ? whileReading : false),
  })
  const revision = reading.data?.revision
  const before = useRef(revision)
  useEffect(() => {
    if (before.current !== undefined && revision !== before.current) renew(queries)
    before.current = revision
  }, [revision, queries])
  return reading
}

function renew(queries: QueryClient) {
  void queries.invalidateQueries({
    predicate: q => q.queryKey[0] === 'directory' && q.queryKey[1] !== 'status',
  })
}
