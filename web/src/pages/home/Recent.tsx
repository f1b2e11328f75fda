import Box from '@cloudscape-design/components/box'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import List from '@cloudscape-design/components/list'
import { useQuery } from '@tanstack/react-query'
import { answer, api, type Schemas } from '../../api/client'
import { Asked, Nothing } from '../../parts/Asked'
import { Instant } from '../../parts/Instant'
import { Go, StatusOf } from '../../parts/Names'
import { firstOf, lengthOf } from '../approvals/words'
import { AskAgain } from '../requests/AskAgain'

const shown = 6

/** Recent are somebody's last requests, each to ask for again. */
export function Recent() {
  const mine = useQuery({
    queryKey: ['requests', 'mine', 'last'],
    queryFn: () => answer(api.GET('/api/v1/requests', { params: { query: { scope: 'mine', limit: shown } } })),
  })
  return (
    <Container
      header={
        <Header variant="h2" actions={<Go to="/requests">All my requests</Go>}>
          Your last requests
        </Header>
      }
    >
      <Asked query={mine} what="your requests">
        {({ items }) =>
          items.length === 0 ? (
            <First />
          ) : (
            <List ariaLabel="Your last requests" items={items} disablePaddings renderItem={recentItem} />
          )
        }
      </Asked>
    </Container>
  )
}

const recentItem = (r: Schemas['Request']) => ({
  id: r.id,
  content: <Go to={`/requests/${r.id}`}>{r.kind === 'extension' ? `More time: ${firstOf(r)}` : firstOf(r)}</Go>,
  secondaryContent: (
    <Box color="text-body-secondary">
      <StatusOf status={r.status} /> {lengthOf(r)} · asked <Instant at={r.createdAt} relative />
    </Box>
  ),
  actions: <AskAgain request={r} />,
})

/** First is for people who never asked: that they can, or why not and what to do about it. */
function First() {
  const some = useQuery({
    queryKey: ['requestable', 'any'],
    queryFn: () => answer(api.GET('/api/v1/me/requestable', { params: { query: { limit: 1 } } })),
  })
  return (
    <Asked query={some} what="what you may ask for">
      {({ items }) =>
        items.length > 0 ? (
          <Nothing title="You have not asked for anything yet" action={<Go to="/ask">Ask for access</Go>}>
            Choose a role in an account, say for how long and what for; access ends by itself.
          </Nothing>
        ) : (
          <Nothing title="There is nothing you may ask for yet">
            No eligibility policy names you or a group of yours. Ask an administrator of TEAM for one, and say which
            accounts and roles you need.
          </Nothing>
        )
      }
    </Asked>
  )
}
