// Reading is how the directory is read from AWS, part by part.

import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import ColumnLayout from '@cloudscape-design/components/column-layout'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import ProgressBar from '@cloudscape-design/components/progress-bar'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import { answer, api, type Schemas } from '../../api/client'
import { useMe } from '../../api/me'
import { Asked } from '../../parts/Asked'
import { Instant } from '../../parts/Instant'
import { useAct } from '../../parts/useAct'
import { useReading } from './useReading'

type Part = Schemas['DirectoryPart']

const names: Record<string, string> = {
  instance: 'IAM Identity Center instance',
  units: 'Organizational units',
  accounts: 'Accounts',
  permission_sets: 'Permission sets',
  users: 'Users',
  groups: 'Groups',
  memberships: 'Group memberships',
  account_tags: 'Account tags',
}

const nameOf = (part: string) => names[part] ?? part.replaceAll(/[_-]/g, ' ')

export function Reading() {
  const { administrator } = useMe()
  const reading = useReading()
  const sync = useAct<void, Schemas['DirectorySyncAnswer']>({
    call: () => answer(api.POST('/api/v1/directory/sync', {})),
    done: a =>
      a.asked.length > 0 ? `Being read now: ${a.asked.map(nameOf).join(', ')}.` : 'All of it is being read already.',
    makesOld: ['directory'],
  })
  return (
    <Container
      header={
        <Header
          variant="h2"
          description="TEAM reads it again and again by itself. Until a part was read anew, what was read before stays in use; before access is given AWS is asked live."
          actions={
            administrator && (
              <Button onClick={() => sync.run()} loading={sync.running}>
                Read it now
              </Button>
            )
          }
        >
          How it is read
        </Header>
      }
    >
      <Asked query={reading} what="how the directory is read">
        {status => (
          <ColumnLayout columns={4} variant="text-grid" minColumnWidth={200}>
            {status.parts.map(p => (
              <One key={p.part} part={p} />
            ))}
          </ColumnLayout>
        )}
      </Asked>
      {sync.dialog}
    </Container>
  )
}

function One({ part: p }: { part: Part }) {
  const current = p.complete && !p.failing && !p.running
  return (
    <SpaceBetween size="xxs">
      <Box variant="h3" padding="n">
        {nameOf(p.part)}
      </Box>
      {p.failing ? (
        <StatusIndicator type="error">Cannot be read just now</StatusIndicator>
      ) : p.running ? (
        <ProgressBar
          value={p.entries > 0 ? Math.min(100, Math.round((100 * p.seen) / p.entries)) : 0}
          label={`${p.seen.toLocaleString('en')} read${p.entries > 0 ? ` of about ${p.entries.toLocaleString('en')}` : ''}`}
          ariaLabel={`Reading ${nameOf(p.part)}`}
        />
      ) : p.complete ? (
        <StatusIndicator type="success">
          {p.entries.toLocaleString('en')} read <Instant at={p.complete} relative />
        </StatusIndicator>
      ) : (
        <StatusIndicator type="pending">Not read yet</StatusIndicator>
      )}
      {!current && <Box color="text-body-secondary">{p.sentence}</Box>}
      {p.notes && p.notes.length > 0 && (
        <Alert type="info">
          <ul>
            {p.notes.map(n => (
              <li key={n}>{n}</li>
            ))}
          </ul>
        </Alert>
      )}
    </SpaceBetween>
  )
}
