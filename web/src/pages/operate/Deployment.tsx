// Deployment says how TEAM itself stands: its version, clock, log and directory, and what it has AWS do.

import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import ContentLayout from '@cloudscape-design/components/content-layout'
import Header from '@cloudscape-design/components/header'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { answer, api, type Schemas } from '../../api/client'
import { useMe } from '../../api/me'
import { Asked } from '../../parts/Asked'
import { Confirm } from '../../parts/Confirm'
import { Instant } from '../../parts/Instant'
import { Go } from '../../parts/Names'
import { useAct } from '../../parts/useAct'
import { instant } from '../../words/clock'
import { OpenAlarms } from './OpenAlarms'
import { Queue } from './Queue'

type State = Schemas['Deployment']

export default function Deployment() {
  const deployment = useQuery({ queryKey: ['deployment'], queryFn: () => answer(api.GET('/api/v1/deployment')) })
  return (
    <ContentLayout
      header={
        <Header
          variant="h1"
          description="How TEAM stands, and what it has AWS do just now."
          actions={
            <Button
              iconName="refresh"
              ariaLabel="Load the deployment again"
              onClick={() => void deployment.refetch()}
            />
          }
        >
          Deployment
        </Header>
      }
    >
      <SpaceBetween size="l">
        <Asked query={deployment} what="the deployment">
          {d => (
            <SpaceBetween size="l">
              <Held deployment={d} />
              <Facts deployment={d} />
            </SpaceBetween>
          )}
        </Asked>
        <Queue />
        <OpenAlarms />
        <Verifying />
      </SpaceBetween>
    </ContentLayout>
  )
}

/** Held is why nobody is given anything, and what ends that. */
function Held({ deployment: d }: { deployment: State }) {
  if (d.recovery) return <Recovery recovery={d.recovery} />
  if (d.held) {
    return (
      <Alert type="warning" header="Grants and decisions wait">
        {d.held} They go on by themselves when that is over. Access goes on being ended.
      </Alert>
    )
  }
  return (
    <Alert type="success" header="TEAM gives and ends access">
      Nothing holds up grants or decisions.
    </Alert>
  )
}

function Recovery({ recovery }: { recovery: Schemas['Recovery'] }) {
  const { administrator } = useMe()
  const [asking, ask] = useState(false)
  const release = useAct({
    call: () => api.POST('/api/v1/deployment/recovery/release', {}),
    done: () => 'Recovery mode is over: grants and decisions go on.',
    onDone: () => ask(false),
    makesOld: ['deployment', 'me', 'alarms'],
    quiet: true,
  })
  return (
    <>
      <Alert
        type="error"
        header={`Recovery mode since ${instant(recovery.since)}`}
        action={administrator && <Button onClick={() => ask(true)}>End recovery mode</Button>}
      >
        {recovery.reason} Nobody is given anything and nobody decides until an administrator ends recovery mode; access
        goes on being ended.
      </Alert>
      {asking && (
        <Confirm
          title="End recovery mode?"
          verb="End recovery mode"
          running={release.running}
          error={release.error}
          onConfirm={() => release.run()}
          onCancel={() => {
            release.reset()
            ask(false)
          }}
        >
          <p>TEAM then gives access and takes decisions again, by the policies and settings in this database.</p>
          <ul>
            <li>Look at the policies, settings and proposed changes: they may be older than what was last agreed.</li>
            <li>Look at the assignments: what TEAM cannot account for stands in the alarms.</li>
            <li>Tokens were revoked and sign-ins ended; people sign in again, machines need new tokens.</li>
          </ul>
        </Confirm>
      )}
      {release.dialog}
    </>
  )
}

// From the promise about time: beyond it TEAM takes no grants.
const mostMillisOff = 30_000

function Facts({ deployment: d }: { deployment: State }) {
  const off = Math.abs(d.clockAheadMillis)
  const clock =
    off < 1000
      ? 'as AWS’s, to the second'
      : `${(off / 1000).toFixed(1)} s ${d.clockAheadMillis > 0 ? 'ahead of' : 'behind'} AWS’s`
  return (
    <Container header={<Header variant="h2">This deployment</Header>}>
      <KeyValuePairs
        columns={3}
        items={[
          { label: 'Version', value: d.version },
          { label: 'AWS', value: d.sandbox ? 'Simulated: a demo' : 'Real' },
          { label: 'Identity store', value: d.identityStoreId ? <code>{d.identityStoreId}</code> : 'Not read yet' },
          {
            label: 'Clock of the replica that answered',
            value: (
              <SpaceBetween size="xxs">
                <Instant at={d.now} />
                <StatusIndicator type={off > mostMillisOff ? 'error' : off > 5000 ? 'warning' : 'success'}>
                  {clock}
                </StatusIndicator>
              </SpaceBetween>
            ),
          },
          {
            label: 'Event log',
            value: (
              <>
                {d.events.toLocaleString('en')} events · <Go to="/audit/events">look at them</Go>
              </>
            ),
          },
          { label: 'Directory', value: <Go to="/directory?tab=reading">How current it is</Go> },
        ]}
      />
    </Container>
  )
}

function Verifying() {
  return (
    <Container header={<Header variant="h2">Verify the event log</Header>}>
      <SpaceBetween size="s">
        <Box>
          Every event is in a tree of hashes. Whoever can write the database could make up another log: so compare it
          with a checkpoint that was kept where they cannot write, on a machine that is not TEAM’s.
        </Box>
        <Box variant="code">team verify --config /etc/team/team.yaml kept/*.checkpoint</Box>
      </SpaceBetween>
    </Container>
  )
}
