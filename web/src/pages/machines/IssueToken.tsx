// IssueToken issues a token of a machine client and shows its secret, once. Instead of another one it rotates: the other
// is revoked after the new secret is where it belongs.

import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Checkbox from '@cloudscape-design/components/checkbox'
import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import Modal from '@cloudscape-design/components/modal'
import Select from '@cloudscape-design/components/select'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import { answer, api, newKey, ProblemError, type Schemas } from '../../api/client'
import { Instant } from '../../parts/Instant'
import { ProblemBox } from '../../parts/ProblemBox'
import { Secret } from '../../parts/Secret'
import { useAct } from '../../parts/useAct'
import { scopes } from './scopes'
import { useRevoke } from './Tokens'

type Token = Schemas['Token']
type Machine = Schemas['Machine']

const day = 86_400
const lifetimes = [1, 7, 30, 90].map(days => ({
  value: String(days * day),
  label: days === 1 ? '1 day' : `${days} days`,
}))

interface Props {
  machine: Machine
  instead?: Token
  close: () => void
}

export function IssueToken({ machine, instead, close }: Props) {
  const [issued, setIssued] = useState<Schemas['IssuedToken']>()
  return issued ? (
    <Issued token={issued} instead={instead} close={close} />
  ) : (
    <Form machine={machine} instead={instead} close={close} done={setIssued} />
  )
}

function Form({ machine, instead, close, done }: Props & { done: (t: Schemas['IssuedToken']) => void }) {
  const [label, setLabel] = useState(instead?.label ?? '')
  const [lifetime, setLifetime] = useState(lifetimes[2]?.value ?? '')
  const [chosen, choose] = useState(instead?.scopes.filter(s => machine.scopes.includes(s)) ?? machine.scopes)
  const [key, setKey] = useState(newKey)
  const changed = () => setKey(newKey()) // another intention
  const act = useAct<void, Schemas['IssuedToken']>({
    call: () =>
      answer(
        api.POST('/api/v1/tokens', {
          params: { header: { 'Idempotency-Key': key } },
          body: { machineId: machine.id, label: label.trim(), lifetimeSeconds: Number(lifetime), scopes: chosen },
        }),
      ),
    onDone: done,
    makesOld: ['tokens'],
    quiet: true,
  })
  const problem = act.error instanceof ProblemError ? act.error : undefined
  return (
    <>
      <Modal
        visible
        header={instead ? `Rotate ${instead.label || 'the token'}` : `Issue a token of ${machine.name}`}
        onDismiss={close}
        closeAriaLabel="Cancel"
        footer={
          <Box float="right">
            <SpaceBetween direction="horizontal" size="xs">
              <Button variant="link" onClick={close}>
                Cancel
              </Button>
              <Button variant="primary" loading={act.running} onClick={() => act.run()}>
                Issue it
              </Button>
            </SpaceBetween>
          </Box>
        }
      >
        <SpaceBetween size="l">
          {instead && (
            <Box>
              The new token works beside the old one, until you revoke that: put the new secret in its place first.
            </Box>
          )}
          <FormField
            label="What for – optional"
            description="So that it is known again."
            errorText={problem?.field('label')}
          >
            <Input
              value={label}
              placeholder="nightly pipeline"
              onChange={e => {
                setLabel(e.detail.value)
                changed()
              }}
            />
          </FormField>
          <FormField label="Works for" errorText={problem?.field('lifetimeSeconds')}>
            <Select
              selectedOption={lifetimes.find(l => l.value === lifetime) ?? null}
              options={lifetimes}
              onChange={e => {
                setLifetime(e.detail.selectedOption.value ?? '')
                changed()
              }}
            />
          </FormField>
          <FormField label="What it may be used for" errorText={problem?.field('scopes')}>
            <SpaceBetween size="xs">
              {scopes
                .filter(s => machine.scopes.includes(s.id))
                .map(s => (
                  <Checkbox
                    key={s.id}
                    checked={chosen.includes(s.id)}
                    description={s.means}
                    onChange={e => {
                      choose(machine.scopes.filter(id => (id === s.id ? e.detail.checked : chosen.includes(id))))
                      changed()
                    }}
                  >
                    {s.label}
                  </Checkbox>
                ))}
            </SpaceBetween>
          </FormField>
          {act.error !== null && act.error !== undefined && <ProblemBox error={act.error} />}
        </SpaceBetween>
      </Modal>
      {act.dialog}
    </>
  )
}

function Issued({ token, instead, close }: { token: Schemas['IssuedToken']; instead?: Token; close: () => void }) {
  const revoke = useRevoke(close)
  return (
    <>
      <Modal
        visible
        size="medium"
        header="The new token"
        onDismiss={close}
        closeAriaLabel="Close"
        footer={
          <Box float="right">
            <SpaceBetween direction="horizontal" size="xs">
              {instead && (
                <Button onClick={() => revoke.run(instead)} loading={revoke.running}>
                  The new one is in place: revoke the old one
                </Button>
              )}
              <Button variant="primary" onClick={close}>
                {instead ? 'Revoke the old one later' : 'I have kept it'}
              </Button>
            </SpaceBetween>
          </Box>
        }
      >
        <SpaceBetween size="m">
          {token.secret ? (
            <>
              <Alert type="warning" header="It is shown this once">
                TEAM keeps no copy. Put it where the machine finds its secrets, and nowhere else. Whoever has it is the
                machine.
              </Alert>
              <Secret text={token.secret} what="the token" />
            </>
          ) : (
            <Alert type="warning" header="Its secret was shown already">
              This token was issued by a call before, whose answer was lost. Revoke it, and issue another.
            </Alert>
          )}
          <Box>
            It works until <Instant at={token.expiresAt} />.
          </Box>
          {revoke.error !== null && revoke.error !== undefined && <ProblemBox error={revoke.error} />}
        </SpaceBetween>
      </Modal>
      {revoke.dialog}
    </>
  )
}
