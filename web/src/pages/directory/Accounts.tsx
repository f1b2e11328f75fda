import Badge from '@cloudscape-design/components/badge'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { answer, api, type Schemas } from '../../api/client'
import { Instant } from '../../parts/Instant'
import { type Column, type Filter, ListTable } from '../../parts/ListTable'
import { Go } from '../../parts/Names'
import { SearchBox, useSearchWord } from '../../parts/SearchBox'
import { AccountState, Protected } from './AccountMarks'

type Account = Schemas['Account']

const filters: Filter[] = [
  {
    parameter: 'state',
    label: 'State',
    values: ['ACTIVE', 'SUSPENDED', 'PENDING_ACTIVATION', 'PENDING_CLOSURE', 'CLOSED'].map(value => ({ value })),
  },
  {
    parameter: 'protected',
    label: 'Protected',
    values: [
      { value: 'true', label: 'Yes' },
      { value: 'false', label: 'No' },
    ],
  },
  { parameter: 'ou', label: 'Organizational unit', suggest: units, name: nameOfUnit },
  { parameter: 'tag', label: 'Tag (key, or key=value)' },
]

async function units(q: string) {
  const { items } = await answer(api.GET('/api/v1/directory/ous', { params: { query: { q, limit: 20 } } }))
  return items.map(o => ({ value: o.id, label: o.path.join(' / ') }))
}

// The search finds ids too.
async function nameOfUnit(id: string) {
  return (await units(id)).find(u => u.value === id)?.label
}

const columns: Column<Account>[] = [
  {
    id: 'name',
    header: 'Account',
    cell: a => (
      <SpaceBetween direction="horizontal" size="xs">
        <Go to={`/reach?account=${a.id}`}>{a.name}</Go>
        {a.protected && <Protected />}
      </SpaceBetween>
    ),
    minWidth: 180,
  },
  { id: 'id', header: 'Id', cell: a => a.id, minWidth: 130 },
  { id: 'state', header: 'State', cell: a => <AccountState state={a.state} />, minWidth: 120 },
  { id: 'path', header: 'Organizational unit', cell: a => a.ouPath.join(' / ') || '–', minWidth: 200 },
  { id: 'tags', header: 'Tags', cell: a => <Tags tags={a.tags} />, minWidth: 180 },
  { id: 'read', header: 'Read', cell: a => <Instant at={a.readAt} relative />, minWidth: 120 },
]

function Tags({ tags }: { tags: Account['tags'] }) {
  const all = Object.entries(tags ?? {})
  if (all.length === 0) return <>–</>
  return (
    <SpaceBetween direction="horizontal" size="xxs">
      {all.map(([k, v]) => (
        <Badge key={k}>{`${k}=${v}`}</Badge>
      ))}
    </SpaceBetween>
  )
}

export function Accounts() {
  const [q] = useSearchWord('q')
  return (
    <ListTable<Account>
      name="directory-accounts"
      variant="container"
      title="Accounts"
      queryKey={['directory', 'accounts']}
      load={(query, signal) =>
        answer(api.GET('/api/v1/directory/accounts', { params: { query: query as never }, signal }))
      }
      fixed={{ q: q || undefined }}
      columns={columns}
      trackBy={a => a.id}
      filters={filters}
      exported="/api/v1/directory/accounts/export"
      labelOf={a => a.name}
      above={<SearchBox label="Search accounts" placeholder="Name, id, e-mail, unit or tag" />}
      empty={{ title: 'No accounts', text: 'None holds all of these words.' }}
    />
  )
}
