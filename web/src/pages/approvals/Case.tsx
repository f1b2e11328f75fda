// Case is the card of one request in the queue: who, what, why, for how long, what they did before, and the decision on it.

import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { answer, api, type Schemas } from '../../api/client'
import { Asked } from '../../parts/Asked'
import { Instant } from '../../parts/Instant'
import { Go, PersonName, personText, roleText, StatusOf } from '../../parts/Names'
import { serverNow } from '../../words/clock'
import { Decision } from './Decision'
import { decidableOf, firstOf, lengthOf, roleShort, settledText } from './words'

type Request = Schemas['Request']

interface Props {
  id: string
  onDecided: (r: Request) => void
  /** leave goes back to the list, where it is not beside the card. */
  leave?: () => void
  /** next opens what waits next, if anything does. */
  next?: () => void
}

export function Case({ id, onDecided, leave, next }: Props) {
  const request = useQuery({
    queryKey: ['requests', id],
    queryFn: () => answer(api.GET('/api/v1/requests/{id}', { params: { path: { id } } })),
  })
  const top = useRef<HTMLDivElement>(null)
  const shown = request.data?.id
  // Who opens a card with the keyboard, or hears the page, goes on in it.
  useEffect(() => {
    if (shown && leave) top.current?.focus({ preventScroll: true })
  }, [shown, leave])
  return (
    <div ref={top} tabIndex={-1} className="case">
      <SpaceBetween size="s">
        {leave && (
          <Button iconName="arrow-left" onClick={leave}>
            All that waits
          </Button>
        )}
        <Asked query={request} what="the request">
          {r => <CaseOf request={r} onDecided={onDecided} next={next} />}
        </Asked>
      </SpaceBetween>
    </div>
  )
}

function CaseOf({ request: r, onDecided, next }: { request: Request } & Pick<Props, 'onDecided' | 'next'>) {
  const open = decidableOf(r)
  return (
    <Container
      header={
        <Header
          variant="h2"
          description={
            <>
              asks for <strong>{lengthOf(r)}</strong> · asked <Instant at={r.createdAt} relative />
            </>
          }
          actions={<Go to={`/requests/${r.id}`}>Whole request</Go>}
        >
          <PersonName person={r.beneficiary} />
        </Header>
      }
    >
      <SpaceBetween size="l">
        {open.length === 0 && <Settled request={r} next={next} />}
        <div>
          <Box variant="awsui-key-label">Why</Box>
          <div className="asis">{r.justification}</div>
        </div>
        <KeyValuePairs columns={2} items={facts(r)} />
        {open.length > 0 && <Decision key={r.id} request={r} onDecided={onDecided} />}
        <Before recent={r.recent} who={personText(r.beneficiary)} />
      </SpaceBetween>
    </Container>
  )
}

function facts(r: Request) {
  const later = Date.parse(r.startAt) > serverNow()
  const items = [
    { label: 'Begins', value: later ? <Instant at={r.startAt} /> : 'As soon as it is agreed' },
    {
      label: 'Lasts',
      value: r.kind === 'extension' ? `${lengthOf(r)} than agreed before` : `${lengthOf(r)} from when AWS confirms it`,
    },
    { label: 'Ticket', value: r.ticket || '–' },
  ]
  if (r.machine) items.push({ label: 'Asked by the machine', value: personText(r.filedBy) })
  else if (r.filedBy.id !== r.beneficiary.id) items.push({ label: 'Asked by', value: personText(r.filedBy) })
  return items
}

/** Settled says what became of a request that there is nothing left to decide on. */
export function Settled({ request: r, next }: { request: Request; next?: () => void }) {
  return (
    <Alert
      type="info"
      header="Nothing left for you to decide here"
      action={next && <Button onClick={next}>Next that waits</Button>}
    >
      <ul>
        {r.targets.map(t => (
          <li key={t.id}>
            {roleShort(t)}: {settledText(t)}
          </li>
        ))}
      </ul>
    </Alert>
  )
}

/** Before is what the same person asked for lately, and how that went. */
function Before({ recent, who }: { recent: Schemas['EarlierTarget'][] | undefined; who: string }) {
  if (!recent) return null
  return (
    <div>
      <Box variant="awsui-key-label">{who} before</Box>
      {recent.length === 0 ? (
        <div>Nothing for these accounts or permission sets.</div>
      ) : (
        <ul className="recent">
          {recent.map(b => (
            <li key={b.requestId + b.accountId + b.permissionSetArn}>
              <Go to={`/requests/${b.requestId}`}>{roleText(b)}</Go> <StatusOf status={b.status} />{' '}
              <Instant at={b.endedAt ?? b.createdAt} relative />
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}

/** titleOf names a request for people who cannot see its card: "Rita Moreau: ReadOnly in prod, 2 h". */
export const titleOf = (r: Request) => `${personText(r.beneficiary)}: ${firstOf(r)}, ${lengthOf(r)}`
