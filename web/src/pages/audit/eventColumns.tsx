import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import type { Schemas } from '../../api/client'
import { Instant } from '../../parts/Instant'
import type { Column } from '../../parts/ListTable'
import { Go } from '../../parts/Names'
import { actorText, eventDetail, eventTitle } from '../../words/events'
import type { Names } from './names'

type Event = Schemas['Event']

/** eventColumns are the columns of a list of events. open shows one whole. */
export function eventColumns(names: Names, open: (e: Event) => void): Column<Event>[] {
  return [
    { id: 'sequence', header: 'No.', width: 90, cell: e => e.sequence },
    { id: 'at', width: 150, header: 'When', narrow: true, cell: e => <Instant at={e.at} /> },
    {
      id: 'kind',
      header: 'What',
      isRowHeader: true,
      narrow: true,
      width: 230,
      cell: e => (
        <Button variant="inline-link" ariaLabel={`${eventTitle(e)}: open event ${e.sequence}`} onClick={() => open(e)}>
          {eventTitle(e)}
        </Button>
      ),
    },
    { id: 'actor', width: 150, header: 'Who', narrow: true, cell: e => actorText(e.actor) },
    {
      id: 'user',
      width: 140,
      header: 'About person',
      cell: e => (e.subject.user ? names.person(e.subject.user) : '–'),
    },
    {
      id: 'account',
      width: 140,
      header: 'About account',
      cell: e => (e.subject.account ? names.account(e.subject.account) : '–'),
    },
    { id: 'detail', width: 240, header: 'In short', cell: e => eventDetail(e) || '–' },
    {
      id: 'request',
      header: 'Request',
      extra: true,
      cell: e => (e.subject.request ? <Go to={`/requests/${e.subject.request}`}>{e.subject.request}</Go> : '–'),
    },
    {
      id: 'word',
      header: 'Kind in the log',
      extra: true,
      cell: e => (
        <Box variant="code" fontSize="body-s">
          {e.kind}
        </Box>
      ),
    },
  ]
}
