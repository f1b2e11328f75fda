import Box from '@cloudscape-design/components/box'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import List from '@cloudscape-design/components/list'
import type { Me } from '../../api/me'
import { Nothing } from '../../parts/Asked'
import { Countdown, Instant } from '../../parts/Instant'
import { DeliveryOf, Go, RoleName, roleText } from '../../parts/Names'
import { HoldActions } from '../requests/HoldActions'

type Elevation = Me['holds'][number]

/** Holding is the access that somebody has now, what ends next first. */
export function Holding({ holds }: { holds: Elevation[] }) {
  const soonest = [...holds].sort((a, b) => (a.endsAt ?? '~').localeCompare(b.endsAt ?? '~'))
  return (
    <Container
      header={
        <Header variant="h2" {...(holds.length > 0 && { counter: `(${holds.length})` })}>
          What you hold
        </Header>
      }
    >
      {soonest.length === 0 ? (
        <Nothing title="You hold no access just now">What you ask for appears here, with its end.</Nothing>
      ) : (
        <List
          ariaLabel="What you hold"
          items={soonest}
          disablePaddings
          renderItem={e => ({
            id: e.id,
            content: (
              <Go to={`/requests/${e.requestId}`} ariaLabel={roleText(e)}>
                <RoleName role={e} />
              </Go>
            ),
            secondaryContent: <Until elevation={e} />,
            actions: <HoldActions held={e} />,
          })}
        />
      )}
    </Container>
  )
}

function Until({ elevation: e }: { elevation: Elevation }) {
  if (e.state !== 'active' || !e.endsAt) return <DeliveryOf state={e.state} />
  return (
    <Box>
      <DeliveryOf state={e.state} /> <Countdown until={e.endsAt} over="ends now" /> left, until{' '}
      <Instant at={e.endsAt} />
    </Box>
  )
}
