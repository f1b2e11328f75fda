// The event log, for auditors and administrators: everything that happened, the newest first.

import { useState } from 'react'
import { answer, api, type Schemas } from '../../api/client'
import { accountFilter, personFilter } from '../../parts/filters'
import { type Filter, ListTable } from '../../parts/ListTable'
import { eventKinds, eventTitle } from '../../words/events'
import { EventData } from './EventData'
import { eventColumns } from './eventColumns'
import { useNames } from './names'

type Event = Schemas['Event']

const filters: Filter[] = [
  { parameter: 'kind', label: 'Kind', several: true, values: eventKinds },
  personFilter('user', 'About person'),
  accountFilter('account', 'About account'),
  { parameter: 'request', label: 'Request' },
]

export default function Events() {
  const [open, setOpen] = useState<Event>()
  const names = useNames()
  return (
    <>
      <ListTable<Event>
        name="audit.events"
        title="Events"
        description={
          <>
            The log of everything that happened, the newest first. Nobody can change it unnoticed:{' '}
            <code>team verify</code> shows it.
          </>
        }
        queryKey={['events', 'all']}
        load={async ({ cursor, ...q }, signal) => {
          const list = await answer(
            api.GET('/api/v1/events', {
              params: { query: { ...q, sort: '-sequence', ...(cursor && { before: Number(cursor) }) } },
              signal,
            }),
          )
          return { items: list.items, nextCursor: list.more ? String(list.cursor) : undefined }
        }}
        columns={eventColumns(names, setOpen)}
        trackBy={e => String(e.sequence)}
        labelOf={e => `${eventTitle(e)}, event ${e.sequence}`}
        filters={filters}
        dated="Happened"
        exported="/api/v1/events/export"
        empty={{ title: 'Nothing happened yet' }}
      />
      {open && <EventData event={open} names={names} onClose={() => setOpen(undefined)} />}
    </>
  )
}
