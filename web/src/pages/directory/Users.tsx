import StatusIndicator from '@cloudscape-design/components/status-indicator'
import { answer, api, type Schemas } from '../../api/client'
import { Instant } from '../../parts/Instant'
import { type Column, type Filter, ListTable } from '../../parts/ListTable'
import { Go, personText } from '../../parts/Names'
import { SearchBox, useSearchWord } from '../../parts/SearchBox'
import { nameOfGroup, suggestGroups } from '../../parts/suggest'

type User = Schemas['User']

const filters: Filter[] = [
  {
    parameter: 'enabled',
    label: 'Enabled',
    values: [
      { value: 'true', label: 'Yes' },
      { value: 'false', label: 'No' },
    ],
  },
  { parameter: 'group', label: 'Group', suggest: suggestGroups, name: nameOfGroup },
]

const columns: Column<User>[] = [
  { id: 'name', header: 'User', cell: u => <Go to={`/reach?person=${u.id}`}>{personText(u)}</Go>, minWidth: 180 },
  { id: 'userName', header: 'User name', cell: u => u.userName || '–', minWidth: 150 },
  { id: 'email', header: 'E-mail', cell: u => u.email || '–', minWidth: 200 },
  {
    id: 'state',
    header: 'State',
    cell: u =>
      u.enabled ? (
        <StatusIndicator type="success">Enabled</StatusIndicator>
      ) : (
        <StatusIndicator type="stopped">Disabled</StatusIndicator>
      ),
    minWidth: 110,
  },
  {
    id: 'groups',
    header: 'Groups',
    cell: u => (
      <Go to={`/directory?tab=groups&member=${u.id}`} ariaLabel={`Groups of ${personText(u)}`}>
        Show
      </Go>
    ),
    minWidth: 90,
  },
  { id: 'read', header: 'Read', cell: u => <Instant at={u.readAt} relative />, minWidth: 120 },
  { id: 'id', header: 'Id', cell: u => <code>{u.id}</code>, extra: true },
]

export function Users() {
  const [q] = useSearchWord('q')
  return (
    <ListTable<User>
      name="directory-users"
      variant="container"
      title="Users"
      queryKey={['directory', 'users']}
      load={(query, signal) =>
        answer(api.GET('/api/v1/directory/users', { params: { query: query as never }, signal }))
      }
      fixed={{ q: q || undefined }}
      columns={columns}
      trackBy={u => u.id}
      filters={filters}
      exported="/api/v1/directory/users/export"
      labelOf={personText}
      above={<SearchBox label="Search users" placeholder="Name, user name or e-mail" />}
      empty={{ title: 'No users', text: 'None holds all of these words.' }}
    />
  )
}
