// SignIns are where people are signed in to TEAM. Administrators end them: somebody has left, or lost a device.

import Button from '@cloudscape-design/components/button'
import SegmentedControl from '@cloudscape-design/components/segmented-control'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
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
import { ago, duration, instant } from '../../words/clock'

type SignIn = Schemas['SignIn']

const filters: Filter[] = [personFilter()]

const kinds: Record<string, string> = { browser: 'Browser', cli: 'Command line', operator: 'By an operator' }

export default function SignIns() {
  const { administrator } = useMe()
  const [state, setState] = useSearchWord('state')
  const [ending, end] = useState<{ one: SignIn; all: boolean }>()
  return (
    <>
      <ListTable<SignIn>
        name="sign-ins"
        title="Sign-ins"
        description="Who is signed in to TEAM. It is not access in AWS: ending a sign-in ends no access."
        queryKey={['sign-ins', 'all']}
        load={(q, signal) => answer(api.GET('/api/v1/sign-ins', { params: { query: q as never }, signal }))}
        fixed={{ scope: 'all', state: state || 'open' }}
        columns={[...columns, ...(administrator ? [actions(end)] : [])]}
        trackBy={s => s.id}
        filters={filters}
        exported="/api/v1/sign-ins/export"
        labelOf={nameOf}
        above={
          <SegmentedControl
            label="Which sign-ins"
            selectedId={state || 'open'}
            options={[
              { id: 'open', text: 'Open' },
              { id: 'all', text: 'All, also over' },
            ]}
            onChange={e => setState(e.detail.selectedId === 'open' ? undefined : e.detail.selectedId)}
          />
        }
        empty={{ title: 'No sign-ins', text: 'Nobody is signed in whom you filter by.' }}
      />
      {ending && <End ending={ending} close={() => end(undefined)} />}
    </>
  )
}

/** nameOf tells sign-ins apart for those who do not see the row. */
const nameOf = (s: SignIn) => `the sign-in of ${personText(s.user)} since ${instant(s.startedAt)}`

const columns: Column<SignIn>[] = [
  { id: 'user', header: 'Who', cell: s => <PersonName person={s.user} />, minWidth: 140, narrow: true },
  {
    id: 'kind',
    header: 'With',
    cell: s => (
      <span title={s.userAgent}>
        {kinds[s.kind] ?? s.kind}
        {s.current && ' (this one)'}
      </span>
    ),
    minWidth: 120,
  },
  {
    id: 'state',
    header: 'State',
    cell: s =>
      s.endReason || s.endedAt ? (
        <StatusIndicator type="stopped">{s.endReason || 'Over'}</StatusIndicator>
      ) : (
        <StatusIndicator type="success">Open</StatusIndicator>
      ),
    minWidth: 110,
  },
  { id: 'seen', header: 'Last seen', cell: s => <Instant at={s.lastSeenAt} relative />, minWidth: 130, narrow: true },
  { id: 'started', header: 'Since', cell: s => <Instant at={s.startedAt} />, minWidth: 165 },
  { id: 'expires', header: 'At the latest until', cell: s => <Instant at={s.expiresAt} />, minWidth: 165 },
  { id: 'proofs', header: 'Shown by', cell: s => <Proofs proofs={s.proofs} />, minWidth: 180 },
  { id: 'address', header: 'From', cell: s => s.address || '–', minWidth: 120 },
  {
    id: 'idle',
    header: 'Ends when unused for',
    cell: s => (s.idleAfterSeconds ? duration(s.idleAfterSeconds) : '–'),
    extra: true,
  },
  { id: 'provider', header: 'Provider', cell: s => s.provider, extra: true },
  { id: 'agent', header: 'Program', cell: s => s.userAgent || '–', extra: true },
  { id: 'ended', header: 'Over since', cell: s => <Instant at={s.endedAt} />, extra: true },
]

function Proofs({ proofs }: { proofs: Schemas['Proof'][] }) {
  return (
    <>
      {proofs.map(p => `${p.kind === 'passkey' ? 'Passkey' : p.provider || 'Provider'}, ${ago(p.at)}`).join(' · ') ||
        '–'}
    </>
  )
}

function actions(end: (e: { one: SignIn; all: boolean }) => void): Column<SignIn> {
  return {
    id: 'actions',
    header: 'Actions',
    narrow: true,
    minWidth: 150,
    cell: s =>
      s.endReason || s.endedAt ? (
        '–'
      ) : (
        <SpaceBetween direction="horizontal" size="xs">
          <Button variant="inline-link" ariaLabel={`End ${nameOf(s)}`} onClick={() => end({ one: s, all: false })}>
            End
          </Button>
          <Button
            variant="inline-link"
            ariaLabel={`End all sign-ins of ${personText(s.user)}`}
            onClick={() => end({ one: s, all: true })}
          >
            End all
          </Button>
        </SpaceBetween>
      ),
  }
}

function End({ ending: { one, all }, close }: { ending: { one: SignIn; all: boolean }; close: () => void }) {
  const who = personText(one.user)
  const act = useAct<void, number>({
    call: async () => {
      if (all) return (await answer(api.POST('/api/v1/sign-ins/end', { body: { userId: one.user.id } }))).ended
      await api.POST('/api/v1/sign-ins/{id}/end', { params: { path: { id: one.id } } })
      return 1
    },
    done: n => (n === 1 ? `A sign-in of ${who} is over.` : `${n} sign-ins of ${who} are over.`),
    onDone: close,
    makesOld: ['sign-ins'],
    quiet: true,
  })
  return (
    <>
      <Confirm
        title={all ? `End all sign-ins of ${who}?` : `End this sign-in of ${who}?`}
        verb={all ? 'End all' : 'End it'}
        running={act.running}
        error={act.error}
        onConfirm={() => act.run()}
        onCancel={close}
      >
        <p>
          {all
            ? `${who} is signed out of TEAM everywhere, browsers and command lines, at once.`
            : `${who} is signed out of TEAM there at once.`}{' '}
          They can sign in again while their provider lets them. Their access in AWS goes on until its end: revoke it
          where that is meant. Their tokens go on too.
        </p>
        {one.current && <p>This is the sign-in you are using.</p>}
      </Confirm>
      {act.dialog}
    </>
  )
}
