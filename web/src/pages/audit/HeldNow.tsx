// HeldNow is the access that there is now, by permission set or account, the most first.

import Box from '@cloudscape-design/components/box'
import Header from '@cloudscape-design/components/header'
import Table from '@cloudscape-design/components/table'
import { colorChartsPaletteCategorical1 } from '@cloudscape-design/design-tokens'
import type { Schemas } from '../../api/client'
import { Nothing } from '../../parts/Asked'
import { Go } from '../../parts/Names'
import './audit.css'

interface Props {
  title: string
  by: 'permissionSet' | 'account'
  of: Schemas['Holding'][]
}

export function HeldNow({ title, by, of }: Props) {
  const most = Math.max(1, ...of.map(h => h.elevations))
  const list = (id: string) => `/audit/elevations?${new URLSearchParams({ status: 'in progress', [by]: id })}`
  return (
    <Table
      variant="container"
      header={<Header variant="h2">{title}</Header>}
      items={of}
      trackBy="id"
      ariaLabels={{ tableLabel: title }}
      columnDefinitions={[
        {
          id: 'name',
          header: by === 'account' ? 'Account' : 'Permission set',
          isRowHeader: true,
          cell: h => <Go to={list(h.id)}>{h.name || h.id}</Go>,
        },
        {
          id: 'elevations',
          header: 'Active',
          cell: h => (
            <div className="team-bar">
              <div
                className="team-bar-length"
                style={{ width: `${(60 * h.elevations) / most}%`, background: colorChartsPaletteCategorical1 }}
              />
              <span>{h.elevations.toLocaleString('en')}</span>
            </div>
          ),
        },
        { id: 'people', header: 'People', cell: h => h.people.toLocaleString('en') },
      ]}
      empty={
        <Nothing title="Nobody holds anything">
          <Box color="inherit">Access is counted here while AWS confirms it.</Box>
        </Nothing>
      }
    />
  )
}
