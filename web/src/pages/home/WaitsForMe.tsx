import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import List from '@cloudscape-design/components/list'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useQuery } from '@tanstack/react-query'
import { answer, api, type Schemas } from '../../api/client'
import type { Me } from '../../api/me'
import { Asked } from '../../parts/Asked'
import { Countdown } from '../../parts/Instant'
import { Go, PersonName } from '../../parts/Names'
import { firstOf, lengthOf } from '../approvals/words'

const shown = 5

const counted = (w: { count: number; more?: boolean }) => `(${w.count}${w.more ? '+' : ''})`

/** WaitsForMe is what others wait for somebody to decide. Who has nothing to decide is not told so. */
export function WaitsForMe({ me }: { me: Me }) {
  const proposals = me.proposalsForMe
  return (
    <SpaceBetween size="l">
      {me.waitingForMe.count > 0 && <Decisions waiting={me.waitingForMe} />}
      {proposals && proposals.count > 0 && (
        <Container
          header={
            <Header variant="h2" counter={counted(proposals)}>
              Proposed changes
            </Header>
          }
        >
          Changes of policies or settings wait for a second administrator. <Go to="/proposals">Look at them</Go>
        </Container>
      )}
    </SpaceBetween>
  )
}

function Decisions({ waiting }: { waiting: Me['waitingForMe'] }) {
  const list = useQuery({
    queryKey: ['requests', 'decidable', 'first'],
    queryFn: () => answer(api.GET('/api/v1/requests', { params: { query: { scope: 'decidable', limit: shown } } })),
  })
  return (
    <Container
      header={
        <Header variant="h2" counter={counted(waiting)} actions={<Go to="/approvals">Decide</Go>}>
          Waits for you
        </Header>
      }
    >
      <Asked query={list} what="what waits for you">
        {({ items }) => <List ariaLabel="Waits for you" items={items} disablePaddings renderItem={waitingItem} />}
      </Asked>
    </Container>
  )
}

const waitingItem = (r: Schemas['Request']) => ({
  id: r.id,
  content: (
    <Go to={`/requests/${r.id}`}>
      <PersonName person={r.beneficiary} />: {firstOf(r)}
    </Go>
  ),
  secondaryContent: (
    <>
      {lengthOf(r)} · expires in <Countdown until={r.expiresAt} over="a moment" />
    </>
  ),
})
