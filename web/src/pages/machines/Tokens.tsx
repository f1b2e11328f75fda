// Tokens of a machine client: issued with their secret shown once, rotated, revoked.

import Badge from '@cloudscape-design/components/badge'
import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Toggle from '@cloudscape-design/components/toggle'
import { useState } from 'react'
import { answer, api, type Schemas } from '../../api/client'
import { useMe } from '../../api/me'
import { Confirm } from '../../parts/Confirm'
import { Instant } from '../../parts/Instant'
import { type Column, ListTable } from '../../parts/ListTable'
import { PersonName } from '../../parts/Names'
import { useSearchWord } from '../../parts/SearchBox'
import { useAct } from '../../parts/useAct'
import { instant, serverNow } from '../../words/clock'
import { IssueToken } from './IssueToken'
import { scopeLabels } from './scopes'

type Token = Schemas['Token']
type Machine = Schemas['Machine']

const nameOf = (t: Token) => t.label || `the token of ${instant(t.issuedAt)}`

const works = (t: Token) => !t.revokedAt && Date.parse(t.expiresAt) > serverNow()

export function Tokens({ machine }: { machine: Machine }) {
  const me = useMe()
  const [all, setAll] = useSearchWord('tokens')
  const [issuing, issue] = useState<{ instead?: Token }>()
  const [revoking, revoke] = useState<Token>()
  const revokes = me.administrator || me.id === machine.ownerId
  return (
    <>
      <ListTable<Token>
        name="machine-tokens"
        variant="container"
        title="Tokens"
        description="A token is the secret by which the machine is known. It is shown once, when it is issued."
        queryKey={['tokens', machine.id]}
        load={(q, signal) => answer(api.GET('/api/v1/tokens', { params: { query: q as never }, signal }))}
        fixed={{
          scope: me.administrator || me.auditor ? 'all' : 'mine',
          machine: machine.id,
          state: all ? 'all' : undefined,
        }}
        columns={[
          ...columns,
          ...(revokes ? [actions(me.administrator && machine.enabled, t => issue({ instead: t }), revoke)] : []),
        ]}
        trackBy={t => t.id}
        labelOf={nameOf}
        above={
          <Toggle checked={Boolean(all)} onChange={e => setAll(e.detail.checked ? 'all' : undefined)}>
            Also those that work no more
          </Toggle>
        }
        actions={
          me.administrator && (
            <Button onClick={() => issue({})} disabled={!machine.enabled}>
              Issue a token
            </Button>
          )
        }
        empty={{
          title: 'No token',
          text: 'Without one, the machine is known only by the keyless ways below.',
        }}
      />
      {issuing && <IssueToken machine={machine} instead={issuing.instead} close={() => issue(undefined)} />}
      {revoking && <Revoke token={revoking} close={() => revoke(undefined)} />}
    </>
  )
}

const columns: Column<Token>[] = [
  {
    id: 'label',
    header: 'What for',
    narrow: true,
    cell: t => (
      <>
        {t.label || '–'} {t.keyless && <Badge>keyless</Badge>}
      </>
    ),
    minWidth: 160,
  },
  {
    id: 'ends',
    header: 'Works until',
    cell: t =>
      t.revokedAt ? (
        <>
          revoked <Instant at={t.revokedAt} relative />
        </>
      ) : works(t) ? (
        <Instant at={t.expiresAt} />
      ) : (
        <>
          expired <Instant at={t.expiresAt} relative />
        </>
      ),
    minWidth: 170,
  },
  { id: 'used', header: 'Last used', cell: t => <Instant at={t.lastUsedAt} relative />, minWidth: 120 },
  { id: 'scopes', header: 'May', cell: t => scopeLabels(t.scopes), minWidth: 160 },
  { id: 'issued', header: 'Issued', cell: t => <Instant at={t.issuedAt} />, minWidth: 165 },
  {
    id: 'by',
    header: 'By',
    cell: t => (t.issuedBy ? <PersonName person={t.issuedBy} /> : 'an operator at the database'),
    minWidth: 140,
  },
  { id: 'id', header: 'Id', cell: t => <code>{t.id}</code>, extra: true },
]

function actions(rotates: boolean, rotate: (t: Token) => void, revoke: (t: Token) => void): Column<Token> {
  return {
    id: 'actions',
    header: 'Actions',
    narrow: true,
    minWidth: 150,
    cell: t =>
      works(t) ? (
        <SpaceBetween direction="horizontal" size="xs">
          {rotates && !t.keyless && (
            <Button variant="inline-link" ariaLabel={`Rotate ${nameOf(t)}`} onClick={() => rotate(t)}>
              Rotate
            </Button>
          )}
          <Button variant="inline-link" ariaLabel={`Revoke ${nameOf(t)}`} onClick={() => revoke(t)}>
            Revoke
          </Button>
        </SpaceBetween>
      ) : (
        '–'
      ),
  }
}

/** useRevoke revokes a token. */
export function useRevoke(onDone: () => void) {
  return useAct<Token, unknown>({
    call: t => api.POST('/api/v1/tokens/{id}/revoke', { params: { path: { id: t.id } } }),
    done: (_, t) => `Revoked: ${nameOf(t)}.`,
    onDone,
    makesOld: ['tokens'],
    quiet: true,
  })
}

function Revoke({ token, close }: { token: Token; close: () => void }) {
  const act = useRevoke(close)
  return (
    <>
      <Confirm
        title={`Revoke ${nameOf(token)}?`}
        verb="Revoke it"
        running={act.running}
        error={act.error}
        onConfirm={() => act.run(token)}
        onCancel={close}
      >
        <p>It works no more, at once and for ever. Access that was asked for with it goes on until its end.</p>
      </Confirm>
      {act.dialog}
    </>
  )
}
