// Identities are whom people at sign-in providers stand for. What waits is for an administrator to say.

import Alert from '@cloudscape-design/components/alert'
import Button from '@cloudscape-design/components/button'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import SegmentedControl from '@cloudscape-design/components/segmented-control'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator'
import { useState } from 'react'
import { answer, api, type Schemas } from '../../api/client'
import { useMe } from '../../api/me'
import { Confirm } from '../../parts/Confirm'
import { personFilter } from '../../parts/filters'
import { Instant } from '../../parts/Instant'
import { type Column, type Filter, ListTable } from '../../parts/ListTable'
import { PersonName, personText } from '../../parts/Names'
import { useSearchWord } from '../../parts/SearchBox'
import { useAct } from '../../parts/useAct'

type Identity = Schemas['Identity']
type Answer = 'confirm' | 'refuse'

const filters: Filter[] = [personFilter()]

const states: { id: string; text: string; look: StatusIndicatorProps.Type }[] = [
  { id: 'waiting', text: 'Waiting', look: 'pending' },
  { id: 'linked', text: 'Linked', look: 'success' },
  { id: 'refused', text: 'Refused', look: 'error' },
  { id: 'replaced', text: 'Replaced', look: 'stopped' },
]

export default function Identities() {
  const me = useMe()
  const [state, setState] = useSearchWord('state')
  const [asked, ask] = useState<{ identity: Identity; answer: Answer }>()
  const shown = state || 'waiting'
  return (
    <>
      <ListTable<Identity>
        name="identities"
        title="Identities"
        description="Which user of IAM Identity Center somebody at a sign-in provider stands for. Where the names alone do not settle it, an administrator says."
        queryKey={['identities']}
        load={(q, signal) => answer(api.GET('/api/v1/identities', { params: { query: q as never }, signal }))}
        fixed={{ state: shown }}
        columns={[
          ...columns,
          ...(me.administrator ? [actions(me.id, (identity, answer) => ask({ identity, answer }))] : []),
        ]}
        trackBy={i => i.id}
        filters={filters}
        exported="/api/v1/identities/export"
        labelOf={nameOf}
        above={
          <SegmentedControl
            label="Which identities"
            selectedId={shown}
            options={[...states.map(({ id, text }) => ({ id, text })), { id: 'all', text: 'All' }]}
            onChange={e => setState(e.detail.selectedId === 'waiting' ? undefined : e.detail.selectedId)}
          />
        }
        empty={
          shown === 'waiting'
            ? { title: 'Nothing waits', text: 'Everybody who signed in stands for exactly one user.' }
            : { title: 'None', text: 'None is as you filter by.' }
        }
      />
      {asked && <Decide {...asked} close={() => ask(undefined)} />}
    </>
  )
}

const nameOf = (i: Identity) => `${i.userName || i.email || i.subject} at ${i.provider}`

function Said({ identity: i }: { identity: Identity }) {
  return (
    <span title={[i.email, i.externalId, i.subject].filter(Boolean).join(' · ')}>
      {i.userName || i.email || i.subject}
    </span>
  )
}

const columns: Column<Identity>[] = [
  { id: 'said', header: 'At the provider', cell: i => <Said identity={i} />, minWidth: 160, narrow: true },
  { id: 'provider', header: 'Provider', cell: i => i.provider, minWidth: 110 },
  { id: 'user', header: 'Stands for', cell: i => <PersonName person={i.user} />, minWidth: 150, narrow: true },
  {
    id: 'state',
    header: 'State',
    cell: i => {
      const s = states.find(one => one.id === i.state)
      return <StatusIndicator type={s?.look ?? 'info'}>{s?.text ?? i.state}</StatusIndicator>
    },
    minWidth: 110,
  },
  { id: 'why', header: 'Why it waits', cell: i => <div className="wrapped">{i.why || '–'}</div>, minWidth: 260 },
  { id: 'created', header: 'Since', cell: i => <Instant at={i.createdAt} />, minWidth: 165 },
  { id: 'decided', header: 'Decided by', cell: i => <PersonName person={i.decidedBy} />, minWidth: 140 },
  { id: 'decidedAt', header: 'Decided', cell: i => <Instant at={i.decidedAt} />, extra: true },
  { id: 'email', header: 'E-mail said then', cell: i => i.email || '–', extra: true },
  { id: 'external', header: 'External id said then', cell: i => i.externalId || '–', extra: true },
  { id: 'subject', header: 'Subject', cell: i => <code>{i.subject}</code>, extra: true },
]

function actions(me: string, ask: (i: Identity, a: Answer) => void): Column<Identity> {
  return {
    id: 'actions',
    header: 'Actions',
    narrow: true,
    minWidth: 170,
    cell: i => {
      if (i.user.id === me) return 'Another administrator says'
      return (
        <SpaceBetween direction="horizontal" size="xs">
          {(i.state === 'waiting' || i.state === 'refused') && (
            <Button variant="inline-link" ariaLabel={`Confirm ${nameOf(i)}`} onClick={() => ask(i, 'confirm')}>
              Confirm
            </Button>
          )}
          {i.state === 'waiting' && (
            <Button variant="inline-link" ariaLabel={`Refuse ${nameOf(i)}`} onClick={() => ask(i, 'refuse')}>
              Refuse
            </Button>
          )}
        </SpaceBetween>
      )
    },
  }
}

function Decide({ identity: i, answer: which, close }: { identity: Identity; answer: Answer; close: () => void }) {
  const who = personText(i.user)
  const act = useAct({
    call: () => {
      const params = { path: { id: i.id } }
      return which === 'confirm'
        ? api.POST('/api/v1/identities/{id}/confirm', { params })
        : api.POST('/api/v1/identities/{id}/refuse', { params })
    },
    done: () => (which === 'confirm' ? `${nameOf(i)} stands for ${who}.` : `${nameOf(i)} does not stand for ${who}.`),
    onDone: close,
    makesOld: ['identities', 'sign-ins', 'alarms'],
    quiet: true,
  })
  return (
    <>
      <Confirm
        title={which === 'confirm' ? `Is this ${who}?` : `This is not ${who}?`}
        verb={which === 'confirm' ? `Yes, it is ${who}` : `No, it is not ${who}`}
        running={act.running}
        error={act.error}
        onConfirm={() => act.run()}
        onCancel={close}
      >
        {which === 'confirm' ? (
          <Alert type="warning" header={`Whoever this is may do in TEAM all that ${who} may`}>
            They may ask, decide and change what {who} may. Ask {who} by a way that you know to be theirs, not by what
            the sign-in says. Who stood for {who} at this provider before does so no longer, and their sign-ins end.
            TEAM lets them in 24 hours after you confirm, so that a mistake can be noticed.
          </Alert>
        ) : (
          <p>They are not let in as {who}. It can still be confirmed later.</p>
        )}
        {i.why && <p>Why it waits: {i.why}</p>}
        <KeyValuePairs
          columns={2}
          items={[
            { label: 'User name at the provider', value: i.userName || '–' },
            { label: 'E-mail at the provider', value: i.email || '–' },
            { label: 'External id at the provider', value: i.externalId || '–' },
            { label: 'Subject', value: <code>{i.subject}</code> },
            { label: 'User in IAM Identity Center', value: [who, i.user.userName].filter(Boolean).join(' · ') },
            { label: 'Provider', value: i.provider },
          ]}
        />
      </Confirm>
      {act.dialog}
    </>
  )
}
