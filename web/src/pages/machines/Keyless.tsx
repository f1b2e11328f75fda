// Keyless ways: the machine is known by an ID token of an issuer that the settings trust, without a secret of TEAM's.

import AttributeEditor from '@cloudscape-design/components/attribute-editor'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import FormField from '@cloudscape-design/components/form-field'
import Header from '@cloudscape-design/components/header'
import Input from '@cloudscape-design/components/input'
import Modal from '@cloudscape-design/components/modal'
import Select from '@cloudscape-design/components/select'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import Table from '@cloudscape-design/components/table'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { answer, api, ProblemError, type Schemas } from '../../api/client'
import { useMe } from '../../api/me'
import { Nothing } from '../../parts/Asked'
import { Confirm } from '../../parts/Confirm'
import { Instant } from '../../parts/Instant'
import { PersonName } from '../../parts/Names'
import { ProblemBox } from '../../parts/ProblemBox'
import { useAct } from '../../parts/useAct'

type Way = Schemas['Keyless']
type Machine = Schemas['Machine']

export function Keyless({ machine }: { machine: Machine }) {
  const me = useMe()
  const [adding, add] = useState(false)
  const [removing, remove] = useState<Way>()
  const ways = useQuery({
    queryKey: ['machines', machine.id, 'keyless'],
    queryFn: () => answer(api.GET('/api/v1/machines/{id}/keyless', { params: { path: { id: machine.id } } })),
  })
  const removes = me.administrator || me.id === machine.ownerId
  return (
    <>
      <Table<Way>
        variant="container"
        items={ways.data?.items ?? []}
        loading={ways.isPending}
        loadingText="Loading keyless ways…"
        trackBy="id"
        wrapLines
        header={
          <Header
            variant="h2"
            description="ID tokens by which it is known without a secret: a pipeline’s, a cluster’s. All claims of a way must be in the token."
            actions={me.administrator && <Button onClick={() => add(true)}>Add a way</Button>}
          >
            Keyless ways
          </Header>
        }
        ariaLabels={{ tableLabel: 'Keyless ways' }}
        filter={ways.error && <ProblemBox error={ways.error} again={() => void ways.refetch()} />}
        empty={<Nothing title="No keyless way">It is known by its tokens only.</Nothing>}
        columnDefinitions={[
          {
            id: 'issuer',
            header: 'Issuer',
            cell: w => (
              <SpaceBetween size="xxs">
                <span>{w.issuer}</span>
                {!w.trusted && <StatusIndicator type="warning">Not trusted by the settings</StatusIndicator>}
              </SpaceBetween>
            ),
            minWidth: 140,
          },
          { id: 'claims', header: 'Claims', cell: w => <Claims way={w} />, minWidth: 260 },
          { id: 'by', header: 'Added by', cell: w => <PersonName person={w.addedBy} />, minWidth: 130 },
          { id: 'at', header: 'Since', cell: w => <Instant at={w.addedAt} />, minWidth: 165 },
          ...(removes
            ? [
                {
                  id: 'actions',
                  header: 'Actions',
                  minWidth: 110,
                  cell: (w: Way) => (
                    <Button
                      variant="inline-link"
                      ariaLabel={`Remove the way by ${w.issuer}: ${claimText(w)}`}
                      onClick={() => remove(w)}
                    >
                      Remove
                    </Button>
                  ),
                },
              ]
            : []),
        ]}
      />
      {adding && <Add machine={machine} close={() => add(false)} />}
      {removing && <Remove machine={machine} way={removing} close={() => remove(undefined)} />}
    </>
  )
}

const claimText = (w: Way) =>
  Object.entries(w.claims)
    .map(([k, v]) => `${k}=${v}`)
    .join(', ')

function Claims({ way }: { way: Way }) {
  return (
    <>
      {Object.entries(way.claims).map(([name, value]) => (
        <div key={name}>
          <code className="secret">
            {name}={String(value)}
          </code>
        </div>
      ))}
    </>
  )
}

interface Claim {
  name: string
  value: string
}

function Add({ machine, close }: { machine: Machine; close: () => void }) {
  const [issuer, setIssuer] = useState<string>()
  const [claims, setClaims] = useState<Claim[]>([{ name: 'sub', value: '' }])
  const settings = useQuery({ queryKey: ['settings'], queryFn: () => answer(api.GET('/api/v1/settings')) })
  const act = useAct({
    call: () =>
      api.POST('/api/v1/machines/{id}/keyless', {
        params: { path: { id: machine.id } },
        body: {
          issuer: issuer ?? '',
          claims: Object.fromEntries(claims.filter(c => c.name.trim()).map(c => [c.name.trim(), c.value])),
        },
      }),
    done: () => `${machine.name} is known by an ID token of ${issuer}.`,
    onDone: close,
    makesOld: ['machines'],
    quiet: true,
  })
  const problem = act.error instanceof ProblemError ? act.error : undefined
  const issuers = settings.data?.trustedIssuers ?? []
  const change = (at: number, to: Partial<Claim>) => setClaims(claims.map((c, i) => (i === at ? { ...c, ...to } : c)))
  return (
    <>
      <Modal
        visible
        size="medium"
        header={`Let ${machine.name} be known without a secret`}
        onDismiss={close}
        closeAriaLabel="Cancel"
        footer={
          <Box float="right">
            <SpaceBetween direction="horizontal" size="xs">
              <Button variant="link" onClick={close}>
                Cancel
              </Button>
              <Button variant="primary" loading={act.running} onClick={() => act.run()}>
                Add it
              </Button>
            </SpaceBetween>
          </Box>
        }
      >
        <SpaceBetween size="l">
          <FormField
            label="Issuer"
            description="One that the settings trust; adding one there widens access, so that a second administrator agrees."
            errorText={problem?.field('issuer')}
          >
            <Select
              selectedOption={issuer ? { value: issuer, label: issuer } : null}
              options={issuers.map(i => ({ value: i.name, label: i.name, description: i.issuer }))}
              placeholder="Choose"
              statusType={settings.isPending ? 'loading' : settings.error ? 'error' : 'finished'}
              loadingText="Loading the trusted issuers…"
              errorText="The settings could not be read."
              empty="The settings trust no issuer yet."
              onChange={e => setIssuer(e.detail.selectedOption.value)}
            />
          </FormField>
          <FormField
            label="Claims"
            description="Compared letter by letter. Name one that nobody else’s token has, as sub, and the id of the repository beside its name: a name can be given to another."
            errorText={problem?.field('claims')}
          >
            <AttributeEditor<Claim>
              items={claims}
              addButtonText="Add a claim"
              removeButtonText="Remove"
              removeButtonAriaLabel={c => `Remove the claim ${c.name}`}
              onAddButtonClick={() => setClaims([...claims, { name: '', value: '' }])}
              onRemoveButtonClick={e => setClaims(claims.filter((_, i) => i !== e.detail.itemIndex))}
              empty="No claim: at least one is needed."
              definition={[
                {
                  label: 'Claim',
                  control: (c, i) => (
                    <Input
                      value={c.name}
                      ariaLabel="Claim"
                      placeholder="sub"
                      onChange={e => change(i, { name: e.detail.value })}
                    />
                  ),
                },
                {
                  label: 'Is exactly',
                  control: (c, i) => (
                    <Input
                      value={c.value}
                      ariaLabel={`Value of the claim ${c.name}`}
                      placeholder="repo:example/shop:environment:production"
                      onChange={e => change(i, { value: e.detail.value })}
                    />
                  ),
                },
              ]}
            />
          </FormField>
          {act.error !== null && act.error !== undefined && <ProblemBox error={act.error} />}
        </SpaceBetween>
      </Modal>
      {act.dialog}
    </>
  )
}

function Remove({ machine, way, close }: { machine: Machine; way: Way; close: () => void }) {
  const act = useAct({
    call: () =>
      api.DELETE('/api/v1/machines/{id}/keyless/{way}', { params: { path: { id: machine.id, way: way.id } } }),
    done: () => `${machine.name} is not known by these claims any more.`,
    onDone: close,
    makesOld: ['machines', 'tokens'],
    quiet: true,
  })
  return (
    <>
      <Confirm
        title="Remove this keyless way?"
        verb="Remove it"
        running={act.running}
        error={act.error}
        onConfirm={() => act.run()}
        onCancel={close}
      >
        <p>
          {machine.name} is not known any more by ID tokens of {way.issuer} with {claimText(way)}. The tokens that came
          by it are revoked.
        </p>
      </Confirm>
      {act.dialog}
    </>
  )
}
