import Box from '@cloudscape-design/components/box'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import KeyValuePairs, { type KeyValuePairsProps } from '@cloudscape-design/components/key-value-pairs'
import SpaceBetween from '@cloudscape-design/components/space-between'
import type { Schemas } from '../../api/client'
import { Instant } from '../../parts/Instant'
import { PersonName } from '../../parts/Names'
import { duration } from '../../words/clock'

/** AskedFor is the request as it was filed. */
export function AskedFor({ request: r }: { request: Schemas['Request'] }) {
  const extension = r.kind === 'extension'
  const pairs: KeyValuePairsProps.Item[] = [
    { label: 'For', value: <PersonName person={r.beneficiary} /> },
    { label: 'Asked', value: <Instant at={r.createdAt} /> },
    { label: extension ? 'More time' : 'How long', value: duration(r.durationSeconds) },
    { label: extension ? 'From the end at' : 'Start', value: startText(r) },
    { label: 'Ticket', value: r.ticket || '–' },
  ]
  if (r.filedBy.id !== r.beneficiary.id) {
    pairs.splice(1, 0, {
      label: r.machine ? 'Filed by the machine' : 'Filed by',
      value: <PersonName person={r.filedBy} />,
    })
  }
  return (
    <Container header={<Header variant="h2">What was asked</Header>}>
      <SpaceBetween size="m">
        <KeyValuePairs columns={3} items={pairs} />
        <div>
          <Box variant="awsui-key-label">Justification</Box>
          <div className="typed">{r.justification}</div>
        </div>
      </SpaceBetween>
    </Container>
  )
}

function startText(r: Schemas['Request']) {
  const now = r.kind === 'access' && Date.parse(r.startAt) <= Date.parse(r.createdAt)
  return now ? 'As soon as it is agreed' : <Instant at={r.startAt} />
}
