import Box from '@cloudscape-design/components/box'
import ExpandableSection from '@cloudscape-design/components/expandable-section'
import Table from '@cloudscape-design/components/table'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { answer, api, type Schemas } from '../../api/client'
import { Asked } from '../../parts/Asked'
import { Instant } from '../../parts/Instant'

type Event = Schemas['Event']

/** RequestEvents are the entries of the verifiable log about a request. They are read when somebody opens them. */
export function RequestEvents({ id }: { id: string }) {
  const [open, setOpen] = useState(false)
  return (
    <ExpandableSection
      variant="container"
      headerText="Entries of the log"
      headerDescription="Each change, in the order of the verifiable log."
      expanded={open}
      onChange={e => setOpen(e.detail.expanded)}
    >
      {open && <Entries id={id} />}
    </ExpandableSection>
  )
}

function Entries({ id }: { id: string }) {
  const events = useQuery({
    queryKey: ['requests', id, 'events'],
    queryFn: () => answer(api.GET('/api/v1/events', { params: { query: { request: id, limit: 1000 } } })),
  })
  return (
    <Asked query={events} what="the entries">
      {list => (
        <Table<Event>
          variant="embedded"
          items={list.items}
          trackBy={e => String(e.sequence)}
          wrapLines
          ariaLabels={{ tableLabel: 'Entries of the log' }}
          columnDefinitions={[
            { id: 'sequence', header: 'No.', cell: e => e.sequence },
            { id: 'at', header: 'When', cell: e => <Instant at={e.at} /> },
            { id: 'kind', header: 'What', cell: e => <code>{e.kind}</code>, isRowHeader: true },
            { id: 'actor', header: 'By', cell: e => e.actor.name || e.actor.id },
            { id: 'data', header: 'Particulars', cell: e => <Particulars data={e.data} /> },
          ]}
          empty={<Box textAlign="center">There is none that you may see.</Box>}
        />
      )}
    </Asked>
  )
}

function Particulars({ data }: { data: Event['data'] }) {
  const all = Object.entries(data ?? {}).filter(([, v]) => v !== '' && v !== null)
  return (
    <>
      {all.map(([k, v]) => (
        <div key={k}>
          {k}: {typeof v === 'string' ? v : JSON.stringify(v)}
        </div>
      ))}
    </>
  )
}
