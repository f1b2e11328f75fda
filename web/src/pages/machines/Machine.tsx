// Machine is one machine client: who answers for it, what it may do, its tokens, and the ways in which it is known
// without a secret.

import Alert from '@cloudscape-design/components/alert'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import ContentLayout from '@cloudscape-design/components/content-layout'
import Header from '@cloudscape-design/components/header'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { api, type Schemas, withVersion } from '../../api/client'
import { useMe } from '../../api/me'
import { Asked } from '../../parts/Asked'
import { Confirm } from '../../parts/Confirm'
import { Instant } from '../../parts/Instant'
import { Go, PersonName } from '../../parts/Names'
import { useAct } from '../../parts/useAct'
import { Keyless } from './Keyless'
import { MachineForm } from './MachineForm'
import { Enabled } from './Machines'
import { scopeLabels } from './scopes'
import { Tokens } from './Tokens'

type Shown = Schemas['Machine']

export default function Machine() {
  const { id } = useParams({ strict: false }) as { id: string }
  const machine = useQuery({
    queryKey: ['machines', id],
    queryFn: () => withVersion(api.GET('/api/v1/machines/{id}', { params: { path: { id } } })),
  })
  return (
    <Asked query={machine} what="the machine">
      {m => <Page machine={m} />}
    </Asked>
  )
}

function Page({ machine }: { machine: { body: Shown; etag: string } }) {
  const m = machine.body
  const me = useMe()
  const [changing, change] = useState<{ body: Shown; etag: string }>()
  const [asking, ask] = useState(false)
  const manages = me.administrator
  const owns = me.id === m.ownerId
  return (
    <ContentLayout
      header={
        <Header
          variant="h1"
          description={m.description}
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              {manages && <Button onClick={() => change(machine)}>Change</Button>}
              {(m.enabled ? manages || owns : manages) && (
                <Button onClick={() => ask(true)}>{m.enabled ? 'Disable' : 'Enable'}</Button>
              )}
            </SpaceBetween>
          }
        >
          {m.name}
        </Header>
      }
    >
      <SpaceBetween size="l">
        {!m.enabled && (
          <Alert type="warning" header="Disabled">
            It is nobody: whatever it sends is refused
            {m.disabledAt && (
              <>
                , since <Instant at={m.disabledAt} />
              </>
            )}
            . Access that was given through it goes on until its end.
          </Alert>
        )}
        <Container header={<Header variant="h2">The machine</Header>}>
          <KeyValuePairs
            columns={3}
            items={[
              { label: 'State', value: <Enabled machine={m} /> },
              { label: 'Answers for it', value: <PersonName person={m.owner} /> },
              { label: 'May at most', value: scopeLabels(m.scopes) },
              {
                label: 'Made',
                value: (
                  <>
                    <Instant at={m.createdAt} /> by <PersonName person={m.createdBy} />
                  </>
                ),
              },
              { label: 'Id, for policies', value: <code>{m.id}</code> },
              { label: 'What it asked for', value: <Go to={`/audit/requests?machine=${m.id}`}>Its requests</Go> },
            ]}
          />
        </Container>
        <Tokens machine={m} />
        <Keyless machine={m} />
      </SpaceBetween>
      {changing && (
        <MachineForm was={changing} now={m} close={() => change(undefined)} done={() => change(undefined)} />
      )}
      {asking && <Switch machine={m} close={() => ask(false)} />}
    </ContentLayout>
  )
}

function Switch({ machine: m, close }: { machine: Shown; close: () => void }) {
  const [off] = useState(m.enabled) // what was asked for does not turn round while it is done
  const act = useAct({
    call: () => {
      const params = { path: { id: m.id } }
      return off
        ? api.POST('/api/v1/machines/{id}/disable', { params })
        : api.POST('/api/v1/machines/{id}/enable', { params })
    },
    done: () => `${m.name} is ${off ? 'disabled' : 'enabled'}.`,
    onDone: close,
    makesOld: ['machines', 'tokens'],
    quiet: true,
  })
  return (
    <>
      <Confirm
        title={`${off ? 'Disable' : 'Enable'} ${m.name}?`}
        verb={off ? 'Disable it' : 'Enable it'}
        running={act.running}
        error={act.error}
        onConfirm={() => act.run()}
        onCancel={close}
      >
        <p>
          {off
            ? 'It is nobody at once: its tokens and keyless ways do not work. Access that was given through it goes on until its end: revoke it where that is meant.'
            : 'Its tokens that were not revoked and have not expired work again, and its keyless ways.'}
        </p>
      </Confirm>
      {act.dialog}
    </>
  )
}
