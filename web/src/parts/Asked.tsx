// Asked shows what a query answered: a friendly wait before, and what went wrong instead.

import Box from '@cloudscape-design/components/box'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Spinner from '@cloudscape-design/components/spinner'
import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { ProblemBox } from './ProblemBox'

export function Asked<T>({
  query,
  children,
  what,
}: {
  query: UseQueryResult<T>
  children: (data: T) => ReactNode
  /** what is asked for, as in "Loading the request". */
  what: string
}) {
  if (query.data !== undefined) {
    // What is there stays when asking again fails: the connection's state is told elsewhere.
    return <>{children(query.data)}</>
  }
  if (query.error) return <ProblemBox error={query.error} again={() => void query.refetch()} />
  return (
    <Box textAlign="center" padding="l">
      <Spinner size="large" /> <span>Loading {what}…</span>
    </Box>
  )
}

/** Nothing is an empty list: that there is nothing, why, and what to do about it. */
export function Nothing({ title, children, action }: { title: string; children?: ReactNode; action?: ReactNode }) {
  return (
    <Box textAlign="center" color="inherit" padding="m">
      <SpaceBetween size="xs">
        <Box variant="strong">{title}</Box>
        {children && <Box color="text-body-secondary">{children}</Box>}
        {action}
      </SpaceBetween>
    </Box>
  )
}
