import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard'
import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import Modal from '@cloudscape-design/components/modal'
import Multiselect from '@cloudscape-design/components/multiselect'
import Select from '@cloudscape-design/components/select'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import { answer, api, ProblemError, type Schemas } from '../../api/client'
import { useKeyFor } from '../../api/key'
import { Instant } from '../../parts/Instant'
import { ProblemBox } from '../../parts/ProblemBox'
import { useAct } from '../../parts/useAct'

const day = 86_400

const lifetimes = [1, 7, 30, 90].map(days => ({
  value: String(days * day),
  label: days === 1 ? '1 day' : `${days} days`,
}))

const scopes = [
  { value: 'read', label: 'read', description: 'Read what you may read' },
  { value: 'request', label: 'request', description: 'Ask for access, extend, release, cancel' },
  { value: 'revoke', label: 'revoke', description: "End others' access, where you may" },
  { value: 'operate', label: 'operate', description: 'Have the directory read; for administrators' },
]

/** Issue makes a token, and shows its secret this once. */
export function Issue({ close }: { close: () => void }) {
  const keyFor = useKeyFor()
  const [label, setLabel] = useState('')
  const [lifetime, setLifetime] = useState(lifetimes[2])
  const [chosen, setChosen] = useState<readonly { value?: string }[]>([{ value: 'read' }])
  const [issued, setIssued] = useState<Schemas['IssuedToken']>()
  const act = useAct({
    call: (body: Schemas['NewToken']) =>
      answer(api.POST('/api/v1/tokens', { body, params: { header: { 'Idempotency-Key': keyFor(body) } } })),
    onDone: setIssued,
    makesOld: ['tokens'],
    quiet: true,
  })
  if (issued) return <Shown token={issued} close={close} />
  const refused = act.error instanceof ProblemError ? act.error : undefined
  const wrongLabel = refused?.field('label')
  const wrongScopes = refused?.field('scopes') ?? (chosen.length === 0 ? 'Choose at least one.' : undefined)
  const send = () => {
    if (chosen.length === 0) return
    act.run({
      ...(label.trim() && { label: label.trim() }),
      lifetimeSeconds: Number(lifetime?.value),
      scopes: chosen.map(s => s.value ?? ''),
    })
  }
  return (
    <>
      <Modal
        visible={!act.dialog}
        header="Issue a token"
        onDismiss={close}
        closeAriaLabel="Cancel"
        footer={
          <Box float="right">
            <SpaceBetween direction="horizontal" size="xs">
              <Button variant="link" onClick={close}>
                Cancel
              </Button>
              <Button variant="primary" loading={act.running} onClick={send}>
                Issue
              </Button>
            </SpaceBetween>
          </Box>
        }
      >
        <SpaceBetween size="m">
          <FormField label="What it is for – optional" errorText={wrongLabel} stretch>
            <Input value={label} onChange={e => setLabel(e.detail.value)} placeholder="Script on my laptop" />
          </FormField>
          <FormField label="Works for">
            <Select
              options={lifetimes}
              selectedOption={lifetime ?? null}
              onChange={e => setLifetime(lifetimes.find(l => l.value === e.detail.selectedOption.value))}
            />
          </FormField>
          <FormField label="What it may do" errorText={wrongScopes} stretch>
            <Multiselect
              options={scopes}
              selectedOptions={scopes.filter(s => chosen.some(c => c.value === s.value))}
              onChange={e => setChosen(e.detail.selectedOptions)}
              deselectAriaLabel={o => `Remove ${o.label}`}
              placeholder="Choose"
            />
          </FormField>
          {act.error !== null && !wrongLabel && !refused?.field('scopes') && <ProblemBox error={act.error} />}
        </SpaceBetween>
      </Modal>
      {act.dialog}
    </>
  )
}

function Shown({ token, close }: { token: Schemas['IssuedToken']; close: () => void }) {
  return (
    <Modal
      visible
      header="Your token"
      onDismiss={close}
      closeAriaLabel="Close"
      footer={
        <Box float="right">
          <Button variant="primary" onClick={close}>
            I have kept it
          </Button>
        </Box>
      }
    >
      <SpaceBetween size="m">
        {token.secret ? (
          <>
            <Alert type="warning">It is shown this once and kept nowhere. Whoever has it acts in your name.</Alert>
            <CopyToClipboard
              variant="inline"
              textToCopy={token.secret}
              textToDisplay={<code className="typed">{token.secret}</code>}
              copyButtonAriaLabel="Copy the token"
              copySuccessText="Copied"
              copyErrorText="Your browser did not copy it"
            />
          </>
        ) : (
          <Alert type="warning">
            The token was issued by an earlier try, whose answer did not arrive. It is not shown again: revoke it and
            issue another.
          </Alert>
        )}
        <div>
          It works until <Instant at={token.expiresAt} />.
        </div>
      </SpaceBetween>
    </Modal>
  )
}
