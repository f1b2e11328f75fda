// RecordEvents are the events of a request, each with its place in the log.

import Alert from '@cloudscape-design/components/alert'
import ButtonDropdown from '@cloudscape-design/components/button-dropdown'
import Header from '@cloudscape-design/components/header'
import Table from '@cloudscape-design/components/table'
import { useState } from 'react'
import type { Schemas } from '../../api/client'
import { Nothing } from '../../parts/Asked'
import { download } from '../../parts/download'
import { Go } from '../../parts/Names'
import { useWide } from '../../parts/useWide'
import { EventData } from './EventData'
import { eventColumns } from './eventColumns'
import { useNames } from './names'

interface Props {
  request: string
  events: Schemas['Event'][]
  more: boolean
}

export function RecordEvents({ request, events, more }: Props) {
  const [open, setOpen] = useState<Schemas['Event']>()
  const names = useNames()
  const wide = useWide(688)
  const shown = ['sequence', 'at', 'kind', ...(wide ? ['actor', 'detail'] : [])]
  return (
    <>
      <Table
        variant="container"
        items={events}
        trackBy={e => String(e.sequence)}
        ariaLabels={{ tableLabel: 'Events of this request' }}
        columnDefinitions={eventColumns(names, setOpen).filter(c => shown.includes(c.id))}
        wrapLines
        header={
          <Header
            variant="h2"
            counter={`(${events.length}${more ? '+' : ''})`}
            description={
              <>
                In the order of the log, each with its number there.{' '}
                <Go to={`/audit/events?request=${request}`} variant="primary">
                  In the list of events
                </Go>
              </>
            }
            actions={
              <ButtonDropdown
                items={[
                  { id: 'csv', text: 'CSV, for spreadsheets' },
                  { id: 'json', text: 'JSON, for programs' },
                ]}
                onItemClick={e =>
                  download('/api/v1/events/export', [
                    ['request', request],
                    ['format', e.detail.id],
                  ])
                }
              >
                Export
              </ButtonDropdown>
            }
          >
            Events
          </Header>
        }
        footer={more && <Alert type="info">There are more: the list of events has all of them.</Alert>}
        empty={<Nothing title="No events">The log has nothing about this request that you may see.</Nothing>}
      />
      {open && <EventData event={open} names={names} onClose={() => setOpen(undefined)} />}
    </>
  )
}
