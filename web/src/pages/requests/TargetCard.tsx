import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useQuery } from '@tanstack/react-query'
import { answer, api, type Schemas } from '../../api/client'
import { Instant } from '../../parts/Instant'
import { Go, RoleName, StatusOf } from '../../parts/Names'
import { useAct } from '../../parts/useAct'
import { serverNow } from '../../words/clock'
import { HoldActions } from './HoldActions'
import { heldBy } from './held'
import { Story } from './Story'
import { storyOf, targetText } from './story'
import { UseIt } from './UseIt'

interface Props {
  request: Schemas['Request']
  target: Schemas['Target']
  /** mine: the reader is who has the access. */
  mine: boolean
  mayRetry: boolean
}

/** TargetCard is one thing that was asked for: what became of it, and what can be done about it now. */
export function TargetCard({ request: r, target: t, mine, mayRetry }: Props) {
  const held = mine ? heldBy(r, t) : undefined
  // The page's own heading names the only target and its state.
  const alone = r.targets.length === 1
  const failed = t.elevation?.state === 'ended' && t.elevation.reason === 'failed'
  return (
    <Container
      header={
        <Header
          variant="h2"
          description={alone ? undefined : <StatusOf status={t.status} />}
          actions={
            held ? (
              <HoldActions held={held} />
            ) : failed && mayRetry && t.elevation ? (
              <Retry id={t.elevation.id} />
            ) : undefined
          }
        >
          {alone ? 'What became of it' : <RoleName role={t} />}
        </Header>
      }
    >
      <SpaceBetween size="m">
        {t.extends && <Extended id={t.extends} />}
        <Story chapters={storyOf(r, t)} label={`What happened to ${targetText(t)}`} />
        {t.elevation?.activatedAt && <Residual id={t.elevation.id} />}
        {held && <UseIt held={held} />}
      </SpaceBetween>
    </Container>
  )
}

function Retry({ id }: { id: string }) {
  const act = useAct({
    call: () => answer(api.POST('/api/v1/elevations/{id}/retry', { params: { path: { id } } })),
    done: () => 'It is tried again on the same decision.',
    makesOld: ['requests', 'elevations', 'me'],
  })
  return (
    <>
      <Button iconName="refresh" onClick={() => act.run()} loading={act.running}>
        Try again
      </Button>
      {act.dialog}
    </>
  )
}

const elevation = (id: string) => ({
  queryKey: ['elevations', id],
  queryFn: () => answer(api.GET('/api/v1/elevations/{id}', { params: { path: { id } } })),
})

/** Extended leads from an extension to what it extends. */
function Extended({ id }: { id: string }) {
  const of = useQuery(elevation(id)).data
  if (!of) return null
  return (
    <div>
      It extends <Go to={`/requests/${of.requestId}`}>an earlier request</Go>
      {of.endsAt && (
        <>
          , which ends at <Instant at={of.endsAt} />
        </>
      )}
      .
    </div>
  )
}

/** Residual says until when credentials that were taken may still work. */
function Residual({ id }: { id: string }) {
  const until = useQuery(elevation(id)).data?.residualUntil
  if (!until || Date.parse(until) < serverNow()) return null
  return (
    <div>
      Credentials taken at the last moment may work until <Instant at={until} />.
    </div>
  )
}
