// Decided is the history of one's own decisions, and what came of them.

import Box from '@cloudscape-design/components/box'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import { answer, api, type Schemas } from '../../api/client'
import { useMe } from '../../api/me'
import { Instant } from '../../parts/Instant'
import { type Column, ListTable } from '../../parts/ListTable'
import { Go, PersonName, personText, StatusOf } from '../../parts/Names'
import { useWide } from '../../parts/useWide'
import './approvals.css'
import { accountFilter, permissionSetFilter, statusFilter, ticketFilter, userFilter } from './filters'
import { firstOf, lengthOf, voteOf } from './words'

type Request = Schemas['Request']

export default function Decided() {
  const me = useMe()
  const wide = useWide(688)
  const sees = me.administrator || me.auditor
  return (
    <ListTable<Request>
      name={wide ? 'decided' : 'decided.narrow'}
      title="My decisions"
      description="Requests that you approved or rejected, in full or in part."
      queryKey={['requests', 'decided']}
      load={(query, signal) =>
        answer(api.GET('/api/v1/requests', { params: { query: { total: true, ...query } as never }, signal }))
      }
      fixed={{ scope: 'decided' }}
      defaultSort="-created"
      sorts={[{ column: 'asked', ascending: 'created', descending: '-created' }]}
      exported="/api/v1/requests/export"
      columns={wide ? columns(me.id) : narrow(me.id)}
      trackBy={r => r.id}
      labelOf={r => `${personText(r.beneficiary)}: ${firstOf(r)}`}
      filters={[statusFilter, accountFilter, permissionSetFilter, ticketFilter, ...(sees ? [userFilter] : [])]}
      empty={{
        title: 'No decisions of yours',
        text: 'Requests that you approve or reject are kept here. If you filter, it may be that none of them fits.',
        action: <Go to="/approvals">What waits for me</Go>,
      }}
    />
  )
}

function columns(me: string | undefined): Column<Request>[] {
  return [
    {
      id: 'who',
      header: 'Who asked',
      isRowHeader: true,
      cell: r => (
        <Go to={`/requests/${r.id}`}>
          <PersonName person={r.beneficiary} />
        </Go>
      ),
      width: 170,
    },
    { id: 'what', header: 'For what', cell: r => firstOf(r), width: 300 },
    { id: 'long', header: 'How long', cell: lengthOf, width: 110 },
    { id: 'mine', header: 'My decision', cell: r => <Mine request={r} me={me} />, width: 170 },
    { id: 'when', header: 'When', cell: r => <Instant at={lastVote(r, me)?.at} />, width: 180 },
    { id: 'status', header: 'Status now', cell: r => <StatusOf status={r.status} />, width: 130 },
    { id: 'asked', header: 'Asked', cell: r => <Instant at={r.createdAt} />, extra: true },
    { id: 'ticket', header: 'Ticket', cell: r => r.ticket || '–', extra: true },
    { id: 'why', header: 'Why', cell: r => r.justification, extra: true },
    { id: 'comment', header: 'My comment', cell: r => lastVote(r, me)?.comment || '–', extra: true },
  ]
}

function narrow(me: string | undefined): Column<Request>[] {
  return [
    {
      id: 'who',
      header: 'Request',
      cell: r => (
        <SpaceBetween size="xxs">
          <Go to={`/requests/${r.id}`}>{personText(r.beneficiary)}</Go>
          <span className="asis">{firstOf(r)}</span>
          <Box color="text-body-secondary" fontSize="body-s">
            {lengthOf(r)} · <Instant at={lastVote(r, me)?.at} />
          </Box>
        </SpaceBetween>
      ),
      minWidth: 180,
    },
    {
      id: 'mine',
      header: 'Decision, status',
      cell: r => (
        <SpaceBetween size="xxs">
          <Mine request={r} me={me} />
          <StatusOf status={r.status} />
        </SpaceBetween>
      ),
      minWidth: 130,
    },
  ]
}

/** votes are one's own, the void ones too: what was decided is history. */
const votes = (r: Request, me: string | undefined) =>
  r.targets.flatMap(t => (t.votes ?? []).filter(v => v.voter.id === me))

function lastVote(r: Request, me: string | undefined) {
  return votes(r, me).sort((a, b) => Date.parse(b.at) - Date.parse(a.at))[0]
}

/** Mine is what somebody decided, of several targets how many which way. */
function Mine({ request: r, me }: { request: Request; me: string | undefined }) {
  const all = votes(r, me)
  const yes = all.filter(v => v.approve).length
  const no = all.length - yes
  if (all.length === 0) return <span>–</span>
  const isVoid = r.targets.every(t => !voteOf(t, me))
  if (isVoid) return <StatusIndicator type="stopped">Void</StatusIndicator>
  if (no === 0)
    return (
      <StatusIndicator type="success">
        Approved{r.targets.length > 1 ? ` ${yes} of ${r.targets.length}` : ''}
      </StatusIndicator>
    )
  if (yes === 0)
    return (
      <StatusIndicator type="error">
        Rejected{r.targets.length > 1 ? ` ${no} of ${r.targets.length}` : ''}
      </StatusIndicator>
    )
  return (
    <StatusIndicator type="info">
      Approved {yes}, rejected {no}
    </StatusIndicator>
  )
}
