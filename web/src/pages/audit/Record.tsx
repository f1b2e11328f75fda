// Record is the verifiable record of a request, for auditors and administrators: what each decision rests on, who voted
// and how surely it was them, the events in the log, and how to verify that they are as they were written.
// The page of a request shows it in a tab. What was done in AWS meanwhile will have a tab of its own beside it.

import Box from '@cloudscape-design/components/box'
import Container from '@cloudscape-design/components/container'
import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useQuery } from '@tanstack/react-query'
import { answer, api, type Schemas } from '../../api/client'
import { Asked } from '../../parts/Asked'
import { RecordEvents } from './RecordEvents'
import { RecordTarget } from './RecordTarget'

// A request has some dozens of events. Should one have more than the API answers at once, the list of events has them.
const most = 1000

export function Record({ request }: { request: Schemas['Request'] }) {
  const events = useQuery({
    queryKey: ['requests', request.id, 'events'],
    queryFn: ({ signal }) =>
      answer(api.GET('/api/v1/events', { params: { query: { request: request.id, limit: most } }, signal })),
  })
  return (
    <Asked query={events} what="the record">
      {({ items, more }) => (
        <SpaceBetween size="l">
          {request.targets.map(t => (
            <RecordTarget key={t.id} target={t} events={items} />
          ))}
          <RecordEvents request={request.id} events={items} more={more} />
          <Verify events={items} />
        </SpaceBetween>
      )}
    </Asked>
  )
}

const command = 'team verify --config /etc/team/team.yaml kept/*.checkpoint'

function Verify({ events }: { events: Schemas['Event'][] }) {
  const last = events.at(-1)?.sequence
  return (
    <Container header={<Header variant="h2">How to verify it</Header>}>
      <SpaceBetween size="s">
        <Box>
          Each event is hashed together with all before it. <code>team verify</code> reads the whole log, computes the
          hashes anew, and compares them with copies of the checkpoint: who changed an event, or left one out, cannot
          make them fit.
        </Box>
        <div className="team-command">
          <code>{command}</code>
          <CopyToClipboard
            variant="icon"
            copyButtonAriaLabel="Copy the command"
            copyErrorText="Could not be copied"
            copySuccessText="Copied"
            textToCopy={command}
          />
        </div>
        <Box>
          Use copies that were kept where nobody who can write the database can write
          {last !== undefined && <>, and of which at least one was made after event {last}, the last one here</>}. The
          events here say what the log says; <b>Export</b> gives them as a file to keep.
        </Box>
      </SpaceBetween>
    </Container>
  )
}
