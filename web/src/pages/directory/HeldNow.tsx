import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useQuery } from '@tanstack/react-query'
import { answer, api } from '../../api/client'
import { Asked, Nothing } from '../../parts/Asked'
import { Countdown } from '../../parts/Instant'
import { DeliveryOf, Go, PersonName, RoleName } from '../../parts/Names'

const few = 20

/** HeldNow is the access that TEAM gave and that has not ended: of a person, or to an account. */
export function HeldNow(of: { user?: string; account?: string }) {
  const held = useQuery({
    queryKey: ['elevations', 'held', of.user, of.account],
    queryFn: () =>
      answer(
        api.GET('/api/v1/elevations', {
          params: { query: { scope: 'all', status: ['in progress'], total: true, limit: few, ...of } },
        }),
      ),
  })
  return (
    <Container
      header={
        <Header
          variant="h2"
          counter={held.data?.total === undefined ? undefined : `(${held.data.total})`}
          description="Given by TEAM, and confirmed by AWS. Standing access that TEAM did not give is not here."
        >
          Held just now
        </Header>
      }
    >
      <Asked query={held} what="what is held">
        {({ items, nextCursor }) =>
          items.length === 0 ? (
            <Nothing title="Nothing">
              {of.user ? 'They hold no access just now.' : 'Nobody holds access to it just now.'}
            </Nothing>
          ) : (
            <SpaceBetween size="s">
              {items.map(e => (
                <SpaceBetween key={e.id} direction="horizontal" size="s" alignItems="center">
                  <DeliveryOf state={e.state} />
                  <Go to={`/requests/${e.requestId}`}>
                    <RoleName role={e} />
                  </Go>
                  <PersonName person={e.user} />
                  {e.state === 'active' && e.endsAt && <Countdown until={e.endsAt} />}
                </SpaceBetween>
              ))}
              {nextCursor && (
                <Go
                  to={`/audit/elevations?status=in+progress${of.user ? `&user=${of.user}` : ''}${of.account ? `&account=${of.account}` : ''}`}
                >
                  All of it
                </Go>
              )}
            </SpaceBetween>
          )
        }
      </Asked>
    </Container>
  )
}
