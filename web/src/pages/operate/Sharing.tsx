// Sharing is which elevations are, and were, on one assignment: while one of them is active the access stays.

import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import Modal from '@cloudscape-design/components/modal'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import { useQuery } from '@tanstack/react-query'
import { answer, api, type Schemas } from '../../api/client'
import { useMe } from '../../api/me'
import { Asked, Nothing } from '../../parts/Asked'
import { Countdown, Instant } from '../../parts/Instant'
import { DeliveryOf, Go, personText, RoleName, roleText, StatusOf } from '../../parts/Names'
import { useAct } from '../../parts/useAct'
import { phaseWords } from '../../words/phases'

type Elevation = Schemas['Elevation']

export function Sharing({ assignment: a, close }: { assignment: Schemas['Assignment']; close: () => void }) {
  const phase = phaseWords[a.phase]
  const elevations = useQuery({
    queryKey: ['elevations', 'of-assignment', a.id],
    queryFn: async () => {
      const query = {
        scope: 'all' as const,
        user: a.user.id,
        account: a.accountId,
        permissionSet: a.permissionSetArn,
        limit: 20,
      }
      const { items } = await answer(api.GET('/api/v1/elevations', { params: { query } }))
      return items.filter(e => e.assignmentId === a.id)
    },
  })
  return (
    <Modal
      visible
      size="large"
      onDismiss={close}
      closeAriaLabel="Close"
      header={roleText(a)}
      footer={
        <Box float="right">
          <Button variant="primary" onClick={close}>
            Close
          </Button>
        </Box>
      }
    >
      <SpaceBetween size="l">
        {a.problem && (
          <Alert type="error" header={`The last of ${a.tries} tries failed`}>
            {a.problem} {a.dueAt && <Retried at={a.dueAt} />}
          </Alert>
        )}
        <KeyValuePairs
          columns={3}
          items={[
            { label: 'Who', value: personText(a.user) },
            { label: 'Role', value: <RoleName role={a} /> },
            { label: 'Phase', value: <StatusIndicator type={phase.look}>{phase.label}</StatusIndicator> },
            { label: 'TEAM is about', value: phase.about },
            { label: 'AWS last showed', value: phase.aws },
            { label: 'Read from AWS', value: <Instant at={a.seenAt} relative /> },
          ]}
        />
        <Box variant="h3">Access by this assignment</Box>
        <Asked query={elevations} what="what shares it">
          {all =>
            all.length === 0 ? (
              <Nothing title="None">No elevation is or was on it that is among the newest 20.</Nothing>
            ) : (
              <SpaceBetween size="m">
                {all.map(e => (
                  <One key={e.id} elevation={e} />
                ))}
              </SpaceBetween>
            )
          }
        </Asked>
      </SpaceBetween>
    </Modal>
  )
}

function Retried({ at }: { at: string }) {
  return (
    <>
      TEAM tries again by itself, next <Instant at={at} relative />.
    </>
  )
}

function One({ elevation: e }: { elevation: Elevation }) {
  const { administrator } = useMe()
  const retry = useAct<void, unknown>({
    call: () => api.POST('/api/v1/elevations/{id}/retry', { params: { path: { id: e.id } } }),
    done: () => `TEAM tries again: ${roleText(e)}.`,
    makesOld: ['elevations', 'assignments', 'requests'],
  })
  return (
    <SpaceBetween size="xxs">
      <SpaceBetween direction="horizontal" size="s" alignItems="center">
        <DeliveryOf state={e.state} />
        {e.state === 'ended' && <StatusOf status={e.status} />}
        <Go to={`/requests/${e.requestId}`}>Its request</Go>
        <span>
          asked for <Instant at={e.startAt} />
        </span>
        {e.state === 'active' && e.endsAt && (
          <span>
            ends in <Countdown until={e.endsAt} />
          </span>
        )}
        {administrator && e.status === 'error' && (
          <Button onClick={() => retry.run()} loading={retry.running} ariaLabel={`Try again: ${roleText(e)}`}>
            Try again
          </Button>
        )}
      </SpaceBetween>
      {(e.reason || e.detail) && (
        <Box color="text-body-secondary">
          {e.reason && `Reason: ${e.reason}. `}
          {e.detail}
        </Box>
      )}
      {retry.dialog}
    </SpaceBetween>
  )
}
