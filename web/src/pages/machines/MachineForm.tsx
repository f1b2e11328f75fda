// MachineForm makes a machine client, or changes one from the version that was read.

import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Checkbox from '@cloudscape-design/components/checkbox'
import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import Modal from '@cloudscape-design/components/modal'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import { answer, api, newKey, ProblemError, type Schemas } from '../../api/client'
import { DirectorySelect } from '../../parts/DirectorySelect'
import { personText } from '../../parts/Names'
import { ProblemBox } from '../../parts/ProblemBox'
import { suggestUsers } from '../../parts/suggest'
import { useAct } from '../../parts/useAct'
import { scopeLabels, scopes } from './scopes'

type Machine = Schemas['Machine']

interface Props {
  /** was is the machine that is changed, with the ETag of its version; without, a new one is made. */
  was?: { body: Machine; etag: string }
  /** now is how it is on the server, once somebody else changed it meanwhile. */
  now?: Machine
  close: () => void
  done: (m: Machine) => void
}

export function MachineForm({ was, now, close, done }: Props) {
  const [name, setName] = useState(was?.body.name ?? '')
  const [description, setDescription] = useState(was?.body.description ?? '')
  const [owner, setOwner] = useState(
    was && { value: was.body.ownerId, label: personText(was.body.owner), description: was.body.owner.userName },
  )
  const [chosen, choose] = useState<string[]>(was?.body.scopes ?? ['read', 'request'])
  const [key, setKey] = useState(newKey)
  const changed = () => setKey(newKey()) // another intention
  const act = useAct<void, Machine>({
    call: () => {
      const body = { name: name.trim(), description: description.trim(), ownerId: owner?.value ?? '', scopes: chosen }
      return was
        ? answer(
            api.PUT('/api/v1/machines/{id}', {
              params: { path: { id: was.body.id }, header: { 'If-Match': was.etag } },
              body,
            }),
          )
        : answer(api.POST('/api/v1/machines', { params: { header: { 'Idempotency-Key': key } }, body }))
    },
    done: m => (was ? `${m.name} is changed.` : `${m.name} is made. Give it a token, or a keyless way to be known by.`),
    onDone: done,
    makesOld: ['machines', 'tokens'],
    quiet: true,
  })
  const problem = act.error instanceof ProblemError ? act.error : undefined
  const stale = problem?.code === 'stale' && now && now.version !== was?.body.version ? now : undefined
  const named = problem && ['name', 'ownerId', 'scopes', 'description'].some(f => problem.field(f))
  return (
    <>
      <Modal
        visible
        size="medium"
        header={was ? `Change ${was.body.name}` : 'Make a machine'}
        onDismiss={close}
        closeAriaLabel="Cancel"
        footer={
          <Box float="right">
            <SpaceBetween direction="horizontal" size="xs">
              <Button variant="link" onClick={close}>
                Cancel
              </Button>
              <Button variant="primary" loading={act.running} onClick={() => act.run()}>
                {was ? 'Change it' : 'Make it'}
              </Button>
            </SpaceBetween>
          </Box>
        }
      >
        <SpaceBetween size="l">
          <FormField
            label="Name"
            description="Letters, digits, dots, dashes and underscores. Policies name it by this."
            errorText={problem?.field('name')}
          >
            <Input
              value={name}
              placeholder="deploy-bot"
              onChange={e => {
                setName(e.detail.value)
                changed()
              }}
            />
          </FormField>
          <FormField label="What for – optional" errorText={problem?.field('description')}>
            <Input
              value={description}
              onChange={e => {
                setDescription(e.detail.value)
                changed()
              }}
            />
          </FormField>
          <FormField
            label="Who answers for it"
            description="While this person is not enabled the machine is nobody. They never decide on what it asks for."
            errorText={problem?.field('ownerId')}
          >
            <DirectorySelect
              label="Who answers for it"
              placeholder="Search people"
              selected={owner}
              suggest={suggestUsers}
              kind="users"
              onChange={o => {
                setOwner({ ...o, description: o.description })
                changed()
              }}
            />
          </FormField>
          <FormField label="What it may do at most" errorText={problem?.field('scopes')}>
            <SpaceBetween size="xs">
              {scopes.map(s => (
                <Checkbox
                  key={s.id}
                  checked={chosen.includes(s.id)}
                  description={s.means}
                  onChange={e => {
                    choose(scopes.map(o => o.id).filter(id => (id === s.id ? e.detail.checked : chosen.includes(id))))
                    changed()
                  }}
                >
                  {s.label}
                </Checkbox>
              ))}
            </SpaceBetween>
          </FormField>
          {act.error !== null && act.error !== undefined && !named && <ProblemBox error={act.error} />}
          {stale && <Changed from={stale} />}
        </SpaceBetween>
      </Modal>
      {act.dialog}
    </>
  )
}

/** Changed is the other side of a conflict: how somebody else left it. */
function Changed({ from: m }: { from: Machine }) {
  return (
    <Alert type="info" header={`Now it is version ${m.version}`}>
      <ul>
        <li>Name: {m.name}</li>
        <li>What for: {m.description || 'nothing said'}</li>
        <li>Answers for it: {personText(m.owner)}</li>
        <li>May: {scopeLabels(m.scopes)}</li>
      </ul>
      Yours stands above. Cancel and open the form again to begin from theirs.
    </Alert>
  )
}
