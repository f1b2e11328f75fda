// All access that was given, or is to be, for auditors and administrators.

import Box from '@cloudscape-design/components/box'
import { answer, api, type Schemas } from '../../api/client'
import { accountFilter, permissionSetFilter, personFilter, statusFilter } from '../../parts/filters'
import { Countdown, Instant } from '../../parts/Instant'
import { type Column, type Filter, ListTable } from '../../parts/ListTable'
import { AccountName, DeliveryOf, Go, PersonName, roleText, StatusOf, setText } from '../../parts/Names'
import { duration } from '../../words/clock'

type Elevation = Schemas['Elevation']

/** statusOf is the status, but of access that was refused or that nobody decided on: the API calls both ended. */
export function statusOf(e: Elevation): Elevation['status'] {
  return e.status === 'ended' && (e.reason === 'rejected' || e.reason === 'expired') ? e.reason : e.status
}

const ofAccess: Filter = {
  ...statusFilter,
  values: statusFilter.values?.filter(v => !/^(rejected|expired)$/.test(v.value)),
}
const filters: Filter[] = [ofAccess, personFilter(), accountFilter(), permissionSetFilter()]

/** why is why an elevation ended or ends, with what AWS or somebody said about it. */
export function why(e: Elevation): string {
  if (!e.reason) return '–'
  return e.detail && e.detail !== e.reason ? `${e.reason}: ${e.detail}` : e.reason
}

const columns: Column<Elevation>[] = [
  {
    id: 'permissionSet',
    header: 'Permission set',
    width: 190,
    isRowHeader: true,
    narrow: true,
    cell: e => <Go to={`/requests/${e.requestId}`}>{setText(e)}</Go>,
  },
  { id: 'account', width: 220, header: 'Account', cell: e => <AccountName id={e.accountId} name={e.accountName} /> },
  { id: 'user', width: 140, header: 'Person', narrow: true, cell: e => <PersonName person={e.user} /> },
  { id: 'status', width: 120, header: 'Status', narrow: true, cell: e => <StatusOf status={statusOf(e)} /> },
  { id: 'activated', width: 160, header: 'Active from', cell: e => <Instant at={e.activatedAt} /> },
  {
    id: 'ends',
    header: 'Ends or ended',
    width: 200,
    cell: e => {
      if (e.endedAt) return <Instant at={e.endedAt} />
      if (e.state === 'active' && e.endsAt) {
        return (
          <>
            <Instant at={e.endsAt} /> (<Countdown until={e.endsAt} />)
          </>
        )
      }
      return <Instant at={e.endsAt} />
    },
  },
  { id: 'reason', width: 260, header: 'Why it ended', cell: why },
  { id: 'endedBy', header: 'Ended by', extra: true, cell: e => <PersonName person={e.endedBy} /> },
  { id: 'state', header: 'Delivery', extra: true, cell: e => <DeliveryOf state={e.state} /> },
  { id: 'start', header: 'Start asked for', extra: true, cell: e => <Instant at={e.startAt} /> },
  { id: 'duration', header: 'For', extra: true, cell: e => duration(e.durationSeconds) },
  { id: 'residual', header: 'Sessions may live until', extra: true, cell: e => <Instant at={e.residualUntil} /> },
  { id: 'extensions', header: 'Extensions', extra: true, cell: e => e.extensions },
  { id: 'attempt', header: 'Tries', extra: true, cell: e => e.attempt },
  {
    id: 'id',
    header: 'Id',
    extra: true,
    cell: e => (
      <Box variant="code" fontSize="body-s">
        {e.id}
      </Box>
    ),
  },
]

export default function AllElevations() {
  return (
    <ListTable<Elevation>
      name="audit.elevations"
      title="All access"
      description="What was given to whom, from when to when, and why it ended. It is active or over only when AWS confirmed it."
      queryKey={['elevations', 'all']}
      load={(q, signal) =>
        answer(api.GET('/api/v1/elevations', { params: { query: { ...q, scope: 'all', total: true } }, signal }))
      }
      fixed={{ scope: 'all' }}
      columns={columns}
      trackBy={e => e.id}
      labelOf={roleText}
      filters={filters}
      dated="Filed"
      // The API's order by end is of what is active alone: here it would hide the rest.
      defaultSort="-created"
      exported="/api/v1/elevations/export"
      empty={{ title: 'No access was given yet', text: 'What is approved is listed here.' }}
    />
  )
}
