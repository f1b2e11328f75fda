// Active is the access that somebody may end: by whom it is held, until when, and what outlives it.

import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import { answer, api, type Schemas } from '../../api/client'
import { useMe } from '../../api/me'
import { Countdown, Instant } from '../../parts/Instant'
import { type Column, ListTable } from '../../parts/ListTable'
import { AccountName, DeliveryOf, Go, PersonName, personText, RoleName, roleText, setText } from '../../parts/Names'
import { useWide } from '../../parts/useWide'
import '../approvals/approvals.css'
import { accountFilter, permissionSetFilter, userFilter } from '../approvals/filters'
import { canRevoke, Revoke } from './Revoke'

type Elevation = Schemas['Elevation']

export default function Active() {
  const me = useMe()
  const wide = useWide(688)
  const [revoking, setRevoking] = useState<string>()
  const sees = me.administrator || me.auditor
  return (
    <>
      <ListTable<Elevation>
        name={wide ? 'active' : 'active.narrow'}
        title="Active access"
        description="Access that you may end. It ends by itself when its time is over."
        queryKey={['elevations', 'revocable']}
        load={(query, signal) =>
          answer(api.GET('/api/v1/elevations', { params: { query: { total: true, ...query } as never }, signal }))
        }
        fixed={{ scope: 'revocable' }}
        defaultSort="ends"
        exported="/api/v1/elevations/export"
        sorts={[{ column: 'ends', ascending: 'ends', descending: '-ends' }]}
        columns={columns(wide, me.id, setRevoking)}
        trackBy={e => e.id}
        labelOf={e => `${personText(e.user)}: ${roleText(e)}`}
        filters={[accountFilter, permissionSetFilter, ...(sees ? [userFilter] : [])]}
        empty={{
          title: 'There is no active access that you may end',
          text: 'What is given on requests that you may decide on appears here while it lasts.',
        }}
      />
      {revoking && <Revoke elevation={revoking} close={() => setRevoking(undefined)} />}
    </>
  )
}

function columns(wide: boolean, me: string, revoke: (id: string) => void): Column<Elevation>[] {
  const ends: Column<Elevation> = {
    id: 'ends',
    header: 'Ends in',
    cell: e =>
      e.state === 'active' && e.endsAt ? <Countdown until={e.endsAt} over="now" /> : <DeliveryOf state={e.state} />,
    width: 120,
  }
  const act: Column<Elevation> = {
    id: 'revoke',
    header: 'Revoke',
    cell: e =>
      canRevoke(e) && (
        <span className="thumb">
          <Button
            variant={wide ? 'inline-link' : 'normal'}
            ariaLabel={`Revoke ${roleText(e)} of ${personText(e.user)}`}
            disabled={e.user.id === me}
            disabledReason="It is your own: release it on Home."
            onClick={() => revoke(e.id)}
          >
            Revoke
          </Button>
        </span>
      ),
    width: wide ? 110 : 120,
  }
  if (!wide) {
    return [
      {
        id: 'who',
        header: 'Who holds what',
        cell: e => (
          <SpaceBetween size="xxs">
            <Go to={`/requests/${e.requestId}`}>{personText(e.user)}</Go>
            <span className="asis">
              <RoleName role={e} />
            </span>
            <span>
              <DeliveryOf state={e.state} /> {e.endsAt && <Countdown until={e.endsAt} over="" />}
            </span>
          </SpaceBetween>
        ),
        minWidth: 190,
      },
      act,
    ]
  }
  return [
    {
      id: 'who',
      header: 'Who',
      isRowHeader: true,
      cell: e => (
        <Go to={`/requests/${e.requestId}`}>
          <PersonName person={e.user} />
        </Go>
      ),
      width: 170,
    },
    { id: 'set', header: 'Permission set', cell: setText, width: 190 },
    {
      id: 'account',
      header: 'Account',
      cell: e => <AccountName id={e.accountId} name={e.accountName} />,
      minWidth: 220,
    },
    ends,
    { id: 'since', header: 'Since', cell: e => <Instant at={e.activatedAt} />, extra: true },
    { id: 'until', header: 'Until', cell: e => <Instant at={e.endsAt} />, width: 180 },
    { id: 'residual', header: 'Credentials may live until', cell: e => <Instant at={e.residualUntil} />, extra: true },
    { id: 'extensions', header: 'Extensions', cell: e => e.extensions, extra: true },
    act,
  ]
}
