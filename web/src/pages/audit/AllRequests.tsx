// All requests of everybody, for auditors and administrators.

import { answer, api, type Schemas } from '../../api/client'
import { accountFilter, permissionSetFilter, personFilter, statusFilter } from '../../parts/filters'
import { Instant } from '../../parts/Instant'
import { type Column, type Filter, ListTable } from '../../parts/ListTable'
import { Go, PersonName, personText, roleText, StatusOf, setText } from '../../parts/Names'
import { duration } from '../../words/clock'

type Request = Schemas['Request']

const filters: Filter[] = [
  statusFilter,
  personFilter(),
  accountFilter(),
  permissionSetFilter(),
  { parameter: 'ticket', label: 'Ticket' },
  personFilter('decider', 'Decided by'),
  { parameter: 'machine', label: 'Machine' },
]

/** asked is what a request asks for, in one line. */
function asked(r: Request): string {
  const [first, ...more] = r.targets
  if (!first) return r.id
  return `${setText(first)} in ${first.accountName || first.accountId}${more.length > 0 ? ` and ${more.length} more` : ''}`
}

/** deciders are those whose votes count or counted, each once. */
export function deciders(r: Request): string {
  const names = new Map(r.targets.flatMap(t => (t.votes ?? []).map(v => [v.voter.id, personText(v.voter)] as const)))
  return [...names.values()].join(', ')
}

/** policiesOf are the versions that the decisions rest on, each once. */
export function policiesOf(r: Request): string {
  return [
    ...new Set(r.targets.flatMap(t => (t.policies ?? []).map(p => `${p.name || p.id}, version ${p.version}`))),
  ].join('; ')
}

const columns: Column<Request>[] = [
  {
    id: 'access',
    header: 'Access',
    isRowHeader: true,
    narrow: true,
    width: 230,
    cell: r => <Go to={`/requests/${r.id}`}>{asked(r)}</Go>,
  },
  { id: 'status', width: 115, header: 'Status', narrow: true, cell: r => <StatusOf status={r.status} /> },
  { id: 'user', width: 130, header: 'Person', narrow: true, cell: r => <PersonName person={r.beneficiary} /> },
  { id: 'created', width: 150, header: 'Filed', cell: r => <Instant at={r.createdAt} /> },
  { id: 'duration', header: 'For', extra: true, cell: r => duration(r.durationSeconds) },
  { id: 'justification', width: 200, header: 'Justification', cell: r => r.justification },
  { id: 'ticket', width: 100, header: 'Ticket', cell: r => r.ticket || '–' },
  { id: 'deciders', header: 'Decided by', cell: r => deciders(r) || '–' },
  { id: 'start', header: 'Start asked for', extra: true, cell: r => <Instant at={r.startAt} /> },
  { id: 'filed', header: 'Filed by', extra: true, cell: r => <PersonName person={r.filedBy} /> },
  { id: 'kind', header: 'Kind', extra: true, cell: r => (r.kind === 'extension' ? 'Extension' : 'Access') },
  { id: 'policies', header: 'Policies', extra: true, cell: r => policiesOf(r) || '–' },
  { id: 'targets', header: 'All targets', extra: true, cell: r => r.targets.map(roleText).join('; ') },
  { id: 'id', header: 'Id', extra: true, cell: r => <code>{r.id}</code> },
]

export default function AllRequests() {
  return (
    <ListTable<Request>
      name="audit.requests"
      title="All requests"
      description="What everybody asked for, and what became of it. The record of a request is on its page."
      queryKey={['requests', 'all']}
      load={(q, signal) =>
        answer(api.GET('/api/v1/requests', { params: { query: { ...q, scope: 'all', total: true } }, signal }))
      }
      fixed={{ scope: 'all' }}
      columns={columns}
      trackBy={r => r.id}
      labelOf={asked}
      filters={filters}
      dated="Filed"
      sorts={[{ column: 'created', ascending: 'created', descending: '-created' }]}
      defaultSort="-created"
      exported="/api/v1/requests/export"
      empty={{ title: 'Nobody asked for anything yet', text: 'Requests are listed here as soon as they are filed.' }}
    />
  )
}
