// Changes that wait, or waited, for a second administrator.

import StatusIndicator from '@cloudscape-design/components/status-indicator'
import { answer, api, type Schemas } from '../../api/client'
import { ask } from '../../api/directory'
import { useMe } from '../../api/me'
import { Instant } from '../../parts/Instant'
import { type Column, type Filter, ListTable, type Page, type Query } from '../../parts/ListTable'
import { Go, PersonName } from '../../parts/Names'
import { kindWords, proposalWords } from '../../words/policy'

type Proposal = Schemas['Proposal']

/** whatOf a proposal it does: "Change: Developers". */
export function whatOf(p: Proposal): string {
  const name = p.kind === 'settings' ? 'the settings' : p.name
  if (p.delete) return `Delete ${name}`
  return p.baseVersion === 0 && p.kind !== 'settings' ? `Add ${name}` : `Change ${name}`
}

export function ProposalState({ state }: { state: Proposal['state'] }) {
  const word = proposalWords[state]
  return (
    <span title={word.means}>
      <StatusIndicator type={word.look}>{word.label}</StatusIndicator>
    </span>
  )
}

const columns: Column<Proposal>[] = [
  {
    id: 'what',
    header: 'Change',
    isRowHeader: true,
    minWidth: 120,
    width: 270,
    cell: p => <Go to={`/proposals/${p.id}`}>{whatOf(p)}</Go>,
  },
  { id: 'state', header: 'State', cell: p => <ProposalState state={p.state} />, minWidth: 90, width: 115 },
  { id: 'kind', header: 'Kind', cell: p => kindWords[p.kind].label, minWidth: 80, width: 105 },
  {
    id: 'author',
    header: 'Proposed by',
    minWidth: 130,
    cell: p => (
      <>
        <PersonName person={p.author} />
        {p.byMachine && ' (a machine of theirs)'}
      </>
    ),
  },
  { id: 'created', header: 'Proposed', cell: p => <Instant at={p.createdAt} relative />, minWidth: 110, width: 180 },
  {
    id: 'widening',
    header: 'What it widens',
    minWidth: 120,
    width: 230,
    cell: p => (p.widening ?? []).map(r => r.text).join(' ') || 'nothing',
  },
  { id: 'decidedBy', header: 'Decided by', cell: p => <PersonName person={p.decidedBy} />, extra: true, minWidth: 120 },
  { id: 'decidedAt', header: 'Decided', cell: p => <Instant at={p.decidedAt} />, extra: true, minWidth: 120 },
]

const filters: Filter[] = [
  {
    parameter: 'state',
    label: 'State',
    values: [
      ...Object.entries(proposalWords).map(([value, w]) => ({ value, label: w.label })),
      { value: 'all', label: 'Any' },
    ],
  },
  {
    parameter: 'kind',
    label: 'Kind',
    values: Object.entries(kindWords).map(([value, w]) => ({ value, label: w.label })),
  },
  {
    parameter: 'author',
    label: 'Proposed by',
    suggest: async typed =>
      (await ask('users', { q: typed || undefined, limit: 20 })).map(t => ({ value: t.id, label: t.name })),
  },
]

const load = (query: Query, signal: AbortSignal): Promise<Page<Proposal>> =>
  answer(api.GET('/api/v1/proposals', { params: { query: query as never }, signal }))

export default function Proposals() {
  const me = useMe()
  return (
    <ListTable<Proposal>
      name="proposals"
      title="Proposed changes"
      description="What widens access takes effect when a second administrator agrees. Without a filter: those that wait."
      queryKey={['proposals', 'list']}
      load={load}
      columns={columns}
      trackBy={p => p.id}
      labelOf={whatOf}
      filters={filters}
      sorts={[{ column: 'created', ascending: 'created', descending: '-created' }]}
      defaultSort="-created"
      exported="/api/v1/proposals/export"
      empty={{
        title: 'No change is like that',
        text: me.administrator
          ? 'What you or others propose appears here by itself. Filter by the state “Any” to see those that were decided.'
          : 'Filter by the state “Any” to see those that were decided.',
      }}
    />
  )
}
