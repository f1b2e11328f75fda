// ReachList is the same as the picture, as a table: for screen readers, and for who rather reads.

import Table from '@cloudscape-design/components/table'
import type { Schemas } from '../../api/client'
import { Go } from '../../parts/Names'
import { duration } from '../../words/clock'
import { Approval } from './ReachMarks'

export interface Row {
  id: string
  who: string[]
  policies: Schemas['PolicyRef'][]
  accounts?: Schemas['Named'][]
  permissionSets: string[]
  approvalRequired: boolean
  maxDurationSeconds: number
}

export function ReachList({ rows, what }: { rows: Row[]; what: string }) {
  return (
    <Table<Row>
      variant="embedded"
      items={rows}
      trackBy="id"
      wrapLines
      ariaLabels={{ tableLabel: what }}
      columnDefinitions={[
        { id: 'who', header: 'Through', cell: r => r.who.join(', ') || '–', minWidth: 150 },
        {
          id: 'policies',
          header: 'Policies',
          minWidth: 150,
          cell: r =>
            r.policies.map((p, i) => (
              <span key={p.id}>
                {i > 0 && ', '}
                <Go to={`/policies/${p.kind}/${p.id}`}>{p.name}</Go>
              </span>
            )),
        },
        ...(rows.some(r => r.accounts)
          ? [
              {
                id: 'accounts',
                header: 'Accounts',
                minWidth: 200,
                cell: (r: Row) => r.accounts?.map(a => (a.name ? `${a.name} (${a.id})` : a.id)).join(', '),
              },
            ]
          : []),
        { id: 'sets', header: 'Permission sets', cell: r => r.permissionSets.join(', '), minWidth: 160 },
        { id: 'approval', header: 'Approval', cell: r => <Approval required={r.approvalRequired} />, minWidth: 130 },
        { id: 'longest', header: 'At most', cell: r => duration(r.maxDurationSeconds), minWidth: 90 },
      ]}
    />
  )
}
