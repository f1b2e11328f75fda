import { answer, api, type Schemas } from '../../api/client'
import { personFilter } from '../../parts/filters'
import { Instant } from '../../parts/Instant'
import { type Column, type Filter, ListTable } from '../../parts/ListTable'
import { Go } from '../../parts/Names'
import { SearchBox, useSearchWord } from '../../parts/SearchBox'

type Group = Schemas['Group']

const filters: Filter[] = [personFilter('member', 'Member')]

const columns: Column<Group>[] = [
  { id: 'name', header: 'Group', cell: g => g.displayName, minWidth: 200 },
  {
    id: 'members',
    header: 'Members',
    cell: g => (
      <Go to={`/directory?tab=users&group=${g.id}`} ariaLabel={`Members of ${g.displayName}: ${g.members}`}>
        {g.members.toLocaleString('en')}
      </Go>
    ),
    minWidth: 100,
  },
  { id: 'membersRead', header: 'Members read', cell: g => <Instant at={g.membersRead} relative />, minWidth: 130 },
  { id: 'read', header: 'Read', cell: g => <Instant at={g.readAt} relative />, minWidth: 120 },
  { id: 'id', header: 'Id', cell: g => <code>{g.id}</code>, extra: true },
]

export function Groups() {
  const [q] = useSearchWord('q')
  return (
    <ListTable<Group>
      name="directory-groups"
      variant="container"
      title="Groups"
      queryKey={['directory', 'groups']}
      load={(query, signal) =>
        answer(api.GET('/api/v1/directory/groups', { params: { query: query as never }, signal }))
      }
      fixed={{ q: q || undefined }}
      columns={columns}
      trackBy={g => g.id}
      filters={filters}
      exported="/api/v1/directory/groups/export"
      labelOf={g => g.displayName}
      above={<SearchBox label="Search groups" placeholder="Name" />}
      empty={{ title: 'No groups', text: 'None holds all of these words.' }}
    />
  )
}
