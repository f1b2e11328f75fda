import Box from '@cloudscape-design/components/box'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import { useQuery } from '@tanstack/react-query'
import { answer, api } from '../../api/client'
import { Asked } from '../../parts/Asked'
import { Instant } from '../../parts/Instant'
import { Go } from '../../parts/Names'
import { alarmKinds } from '../../words/alarms'

const few = 5

/** OpenAlarms are the newest of the alarms that are open. */
export function OpenAlarms() {
  const alarms = useQuery({
    queryKey: ['alarms', 'newest'],
    queryFn: () => answer(api.GET('/api/v1/alarms', { params: { query: { limit: few } } })),
  })
  return (
    <Container
      header={
        <Header variant="h2" actions={<Go to="/alarms">All alarms</Go>}>
          Open alarms
        </Header>
      }
    >
      <Asked query={alarms} what="the alarms">
        {({ items, nextCursor }) =>
          items.length === 0 ? (
            <StatusIndicator type="success">Nothing is wrong that TEAM knows of.</StatusIndicator>
          ) : (
            <SpaceBetween size="s">
              {items.map(a => (
                <div key={a.id}>
                  <StatusIndicator type={a.severity === 'critical' ? 'error' : 'warning'}>
                    {alarmKinds[a.kind] ?? a.kind}
                  </StatusIndicator>{' '}
                  <Box display="inline" color="text-body-secondary">
                    since <Instant at={a.openedAt} />
                  </Box>
                  <div>{a.sentence}</div>
                </div>
              ))}
              {nextCursor && <Box color="text-body-secondary">There are more.</Box>}
            </SpaceBetween>
          )
        }
      </Asked>
    </Container>
  )
}
