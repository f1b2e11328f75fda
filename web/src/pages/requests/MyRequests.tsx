// MyRequests are all that somebody asked for, or that was asked for them.

import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useNavigate } from '@tanstack/react-router'
import { answer, api, type Schemas } from '../../api/client'
import { Instant } from '../../parts/Instant'
import { type Column, ListTable } from '../../parts/ListTable'
import { Go, PersonName, StatusOf } from '../../parts/Names'
import { useWide } from '../../parts/useWide'
import { accountFilter, permissionSetFilter, statusFilter, ticketFilter } from '../approvals/filters'
import { firstOf, lengthOf } from '../approvals/words'
import { AskAgain } from './AskAgain'

type Request = Schemas['Request']

export default function MyRequests() {
  const wide = useWide(688)
  const navigate = useNavigate()
  const ask = (
    <Button variant="primary" onClick={() => void navigate({ to: '/ask' })}>
      Ask for access
    </Button>
  )
  return (
    <ListTable<Request>
      name={wide ? 'my-requests' : 'my-requests.narrow'}
      title="My requests"
      description="What you asked for, and what came of it."
      queryKey={['requests', 'mine']}
      load={(query, signal) =>
        answer(api.GET('/api/v1/requests', { params: { query: { total: true, ...query } as never }, signal }))
      }
      fixed={{ scope: 'mine' }}
      defaultSort="-created"
      sorts={[{ column: 'asked', ascending: 'created', descending: '-created' }]}
      exported="/api/v1/requests/export"
      columns={wide ? columns : narrow}
      trackBy={r => r.id}
      labelOf={firstOf}
      filters={[statusFilter, accountFilter, permissionSetFilter, ticketFilter]}
      actions={ask}
      empty={{
        title: 'No requests',
        text: 'What you ask for is kept here. If you filter, it may be that nothing fits.',
        action: <Go to="/ask">Ask for access</Go>,
      }}
    />
  )
}

const link = (r: Request) => (
  <Go to={`/requests/${r.id}`}>{r.kind === 'extension' ? `More time: ${firstOf(r)}` : firstOf(r)}</Go>
)

const columns: Column<Request>[] = [
  { id: 'what', header: 'For what', isRowHeader: true, cell: link, minWidth: 220 },
  { id: 'status', header: 'Status', cell: r => <StatusOf status={r.status} /> },
  { id: 'long', header: 'How long', cell: lengthOf },
  { id: 'asked', header: 'Asked', cell: r => <Instant at={r.createdAt} /> },
  { id: 'ends', header: 'Ends', cell: r => <Instant at={lastEnd(r)} /> },
  { id: 'again', header: 'Again', cell: r => <AskAgain request={r} /> },
  { id: 'start', header: 'Start', cell: r => <Instant at={r.startAt} />, extra: true },
  { id: 'ticket', header: 'Ticket', cell: r => r.ticket || '–', extra: true },
  { id: 'why', header: 'Justification', cell: r => r.justification, extra: true },
  { id: 'by', header: 'Filed by', cell: r => <PersonName person={r.filedBy} />, extra: true },
]

const narrow: Column<Request>[] = [
  {
    id: 'what',
    header: 'Request',
    isRowHeader: true,
    minWidth: 190,
    cell: r => (
      <SpaceBetween size="xxs">
        {link(r)}
        <Box color="text-body-secondary" fontSize="body-s">
          {lengthOf(r)} · <Instant at={r.createdAt} />
        </Box>
      </SpaceBetween>
    ),
  },
  {
    id: 'status',
    header: 'Status',
    minWidth: 110,
    cell: r => (
      <SpaceBetween size="xxs">
        <StatusOf status={r.status} />
        <AskAgain request={r} />
      </SpaceBetween>
    ),
  },
]

/** lastEnd is when the last of what was given ends, or ended. */
function lastEnd(r: Request): string | undefined {
  const ends = r.targets.flatMap(t => t.elevation?.endedAt ?? t.elevation?.endsAt ?? [])
  return ends.sort().at(-1)
}
