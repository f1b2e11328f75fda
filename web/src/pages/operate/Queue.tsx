// Queue is what waits for AWS, and what AWS works on.

import Box from '@cloudscape-design/components/box'
import ColumnLayout from '@cloudscape-design/components/column-layout'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import { useQueries } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { answer, api } from '../../api/client'
import { Go } from '../../parts/Names'
import { ProblemBox } from '../../parts/ProblemBox'
import type { Phase } from '../../words/phases'

// most is how far a phase is counted; the list has the rest.
const most = 200

// AWS allows so many assignment operations at a time for an instance of IAM Identity Center; the quota cannot be raised.
const outstandingAtAWS = 15

const shown: Phase[] = ['claimed', 'creating', 'removing', 'deleting']

interface Count {
  n: number
  more: boolean
}

export function Queue() {
  const counts = useQueries({
    queries: [
      ...shown.map(phase => ({
        queryKey: ['assignments', 'count', phase],
        queryFn: () => count({ phase }),
      })),
      { queryKey: ['assignments', 'count', 'problem'], queryFn: () => count({ problem: true }) },
    ],
  })
  const of = (...phases: (Phase | 'problem')[]) => {
    const all = phases.map(p => counts[p === 'problem' ? shown.length : shown.indexOf(p)]?.data)
    return all.every(c => c !== undefined)
      ? all.reduce((a, c) => ({ n: a.n + (c?.n ?? 0), more: a.more || (c?.more ?? false) }), { n: 0, more: false })
      : undefined
  }
  const failed = counts.find(c => c.error)
  return (
    <Container
      header={
        <Header
          variant="h2"
          description="AWS works on a few operations at a time. Removals go first; the rest waits."
          actions={<Go to="/assignments">All assignments</Go>}
        >
          Queue to AWS
        </Header>
      }
    >
      {failed ? (
        <ProblemBox error={failed.error} again={() => void failed.refetch()} />
      ) : (
        <ColumnLayout columns={4} variant="text-grid" minColumnWidth={150}>
          <Figure label="AWS works on" count={of('creating', 'deleting')}>
            of at most {outstandingAtAWS} operations at a time
          </Figure>
          <Figure label="Wait to be given" count={of('claimed')} to="/assignments?phase=claimed">
            creations not sent yet
          </Figure>
          <Figure label="Wait to be taken back" count={of('removing')} to="/assignments?phase=removing">
            removals not sent yet
          </Figure>
          <Figure label="Last try failed" count={of('problem')} to="/assignments?problem=true" bad>
            tried again by itself
          </Figure>
        </ColumnLayout>
      )}
    </Container>
  )
}

async function count(query: { phase?: Phase; problem?: boolean }): Promise<Count> {
  const { items, nextCursor } = await answer(
    api.GET('/api/v1/assignments', { params: { query: { ...query, limit: most } } }),
  )
  return { n: items.length, more: nextCursor !== undefined }
}

function Figure({
  label,
  count,
  children,
  to,
  bad = false,
}: {
  label: string
  count: Count | undefined
  children: ReactNode
  to?: string
  bad?: boolean
}) {
  const text = count === undefined ? '…' : `${count.n}${count.more ? '+' : ''}`
  return (
    <div>
      <Box variant="awsui-key-label">{label}</Box>
      <Box fontSize="display-l" fontWeight="bold" color={bad && count && count.n > 0 ? 'text-status-error' : 'inherit'}>
        {to && count && count.n > 0 ? (
          <Go to={to} fontSize="display-l" ariaLabel={`${label}: ${text}`}>
            {text}
          </Go>
        ) : (
          text
        )}
      </Box>
      <Box color="text-body-secondary">{children}</Box>
    </div>
  )
}
