import Badge from '@cloudscape-design/components/badge'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { answer, api, type Schemas } from '../../api/client'
import { Instant } from '../../parts/Instant'
import { type Column, type Filter, ListTable } from '../../parts/ListTable'
import { SearchBox, useSearchWord } from '../../parts/SearchBox'
import { duration } from '../../words/clock'

type Set = Schemas['PermissionSet']

const filters: Filter[] = [
  {
    parameter: 'inManagementAccount',
    label: 'In the management account',
    values: [
      { value: 'true', label: 'Yes' },
      { value: 'false', label: 'No' },
    ],
  },
]

const nameOfPolicy = (arn: string) => arn.slice(arn.lastIndexOf('/') + 1)

const columns: Column<Set>[] = [
  {
    id: 'name',
    header: 'Permission set',
    cell: p => (
      <SpaceBetween direction="horizontal" size="xs">
        <span>{p.name}</span>
        {p.inManagementAccount && (
          <span title="It is provisioned in the management account, so that TEAM cannot assign it anywhere.">
            <Badge color="severity-medium">in management account</Badge>
          </span>
        )}
      </SpaceBetween>
    ),
    minWidth: 200,
  },
  { id: 'description', header: 'Description', cell: p => p.description || '–', minWidth: 220 },
  {
    id: 'session',
    header: 'Session',
    cell: p => (
      <span title="Credentials taken at the last moment live on for so long after the end.">
        {duration(p.sessionDurationSeconds)}
      </span>
    ),
    minWidth: 90,
  },
  {
    id: 'managed',
    header: 'AWS managed policies',
    cell: p => p.managedPolicies?.map(nameOfPolicy).join(', ') || '–',
    minWidth: 200,
  },
  {
    id: 'customer',
    header: 'Customer managed policies',
    cell: p => p.customerPolicies?.join(', ') || '–',
    minWidth: 180,
  },
  { id: 'read', header: 'Read', cell: p => <Instant at={p.readAt} relative />, minWidth: 120 },
  { id: 'arn', header: 'ARN', cell: p => <code>{p.arn}</code>, extra: true },
]

export function PermissionSets() {
  const [q] = useSearchWord('q')
  return (
    <ListTable<Set>
      name="directory-permission-sets"
      variant="container"
      title="Permission sets"
      queryKey={['directory', 'permission-sets']}
      load={(query, signal) =>
        answer(api.GET('/api/v1/directory/permission-sets', { params: { query: query as never }, signal }))
      }
      fixed={{ q: q || undefined }}
      columns={columns}
      trackBy={p => p.arn}
      filters={filters}
      exported="/api/v1/directory/permission-sets/export"
      labelOf={p => p.name}
      above={<SearchBox label="Search permission sets" placeholder="Name or description" />}
      empty={{ title: 'No permission sets', text: 'None holds all of these words.' }}
    />
  )
}
