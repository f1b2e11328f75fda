// Protected accounts: matched only by name, with at least two approvers, no approval-free path, and no machines.

import Badge from '@cloudscape-design/components/badge'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import FormField from '@cloudscape-design/components/form-field'
import Header from '@cloudscape-design/components/header'
import Modal from '@cloudscape-design/components/modal'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Table from '@cloudscape-design/components/table'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { answer, api, type Schemas } from '../../api/client'
import { useMe } from '../../api/me'
import { Asked } from '../../parts/Asked'
import { AccountName, Go } from '../../parts/Names'
import { ProblemBox } from '../../parts/ProblemBox'
import { PickThings } from '../../parts/Things'
import { useAct } from '../../parts/useAct'
import { etagOf, policyPath } from '../../words/policy'
import { draftOf } from '../policies/ChangeForm'
import { Effect } from '../policies/Effect'
import type { Settings } from '../policies/members'

type Account = Schemas['ProtectedAccount']

interface Props {
  settings: { body: Settings; version: number }
}

export function ProtectedAccounts({ settings }: Props) {
  const me = useMe()
  const [adding, setAdding] = useState(false)
  const [chosen, choose] = useState<Account[]>([])
  const [removing, setRemoving] = useState(false)
  const accounts = useQuery({
    queryKey: ['settings', 'protected'],
    queryFn: () => answer(api.GET('/api/v1/protected-accounts')),
  })
  const listed = settings.body.protectedAccounts
  const close = () => {
    setAdding(false)
    setRemoving(false)
    choose([])
  }
  return (
    <Asked query={accounts} what="the protected accounts">
      {list => (
        <>
          <Table<Account>
            variant="container"
            wrapLines
            items={list.items}
            trackBy="id"
            {...(me.administrator && {
              selectionType: 'multi' as const,
              selectedItems: chosen,
              onSelectionChange: (e: { detail: { selectedItems: Account[] } }) => choose(e.detail.selectedItems),
              isItemDisabled: (a: Account) => !a.reasons.includes('listed'),
            })}
            header={
              <Header
                variant="h2"
                counter={`(${list.items.length})`}
                description="Matched only by name, with at least two approvers, never without approval, and never for machines."
                actions={
                  me.administrator && (
                    <SpaceBetween direction="horizontal" size="xs">
                      <Button disabled={chosen.length === 0} onClick={() => setRemoving(true)}>
                        Protect no longer
                      </Button>
                      <Button variant="primary" onClick={() => setAdding(true)}>
                        Protect accounts
                      </Button>
                    </SpaceBetween>
                  )
                }
              >
                Protected accounts
              </Header>
            }
            ariaLabels={{
              tableLabel: 'Protected accounts',
              selectionGroupLabel: 'Choose',
              itemSelectionLabel: (_, a) => a.name ?? a.id,
              allItemsSelectionLabel: () => 'Choose all',
            }}
            empty={<Box textAlign="center">No account is protected.</Box>}
            columnDefinitions={[
              {
                id: 'account',
                header: 'Account',
                isRowHeader: true,
                minWidth: 160,
                cell: a => (
                  <>
                    <AccountName id={a.id} name={a.name} />{' '}
                    {a.state && a.state !== 'ACTIVE' && <Badge>{a.state.toLowerCase()}</Badge>}
                  </>
                ),
              },
              {
                id: 'why',
                header: 'Why',
                minWidth: 120,
                cell: a => a.reasons.map(r => (r === 'own' ? 'TEAM runs in it' : 'listed')).join(', '),
              },
              {
                id: 'policies',
                header: 'Policies that name it',
                minWidth: 160,
                cell: a =>
                  a.policies.length === 0
                    ? 'none: nobody can ask for access to it'
                    : a.policies.map((p, i) => (
                        <span key={`${p.kind} ${p.id}`}>
                          {i > 0 && ', '}
                          <Go to={policyPath(p)}>{p.name}</Go>
                        </span>
                      )),
              },
            ]}
          />
          {adding && <Change settings={settings} listed={listed} onClose={close} />}
          {removing && <Change settings={settings} listed={listed} without={chosen.map(a => a.id)} onClose={close} />}
        </>
      )}
    </Asked>
  )
}

interface ChangeProps extends Props {
  listed: string[]
  /** without are those to protect no longer; undefined: some are to be added. */
  without?: string[]
  onClose: () => void
}

/** Change shows what it would do to protect other accounts, and does it. */
function Change({ settings, listed, without, onClose }: ChangeProps) {
  const navigate = useNavigate()
  const [added, setAdded] = useState<string[]>([])
  const accounts = without
    ? listed.filter(id => !without.includes(id))
    : [...listed, ...added.filter(id => !listed.includes(id))]
  const changes = without !== undefined || added.length > 0
  const preview = useQuery({
    queryKey: ['settings', 'protecting', settings.version, accounts],
    queryFn: () =>
      answer(
        api.POST('/api/v1/policies/preview', {
          body: draftOf('settings', undefined, settings.version, { ...settings.body, protectedAccounts: accounts }),
        }),
      ),
    enabled: changes,
    placeholderData: before => before,
  })
  const act = useAct<void, Schemas['PolicyOutcome']>({
    call: () =>
      answer(
        api.PUT('/api/v1/protected-accounts', {
          params: { header: { 'If-Match': etagOf(settings.version) } },
          body: { accounts },
        }),
      ),
    done: o => (o.proposal ? 'Proposed. A second administrator has to agree.' : 'Saved, and in force.'),
    onDone: o => {
      onClose()
      if (o.proposal && !o.applied) void navigate({ to: `/proposals/${o.proposal.id}` })
    },
    makesOld: ['settings', 'policies', 'proposals', 'me'],
    quiet: true,
  })
  if (act.dialog) return act.dialog
  const waits = preview.data?.waits
  return (
    <Modal
      visible
      size="large"
      header={without ? 'Protect accounts no longer' : 'Protect accounts'}
      onDismiss={onClose}
      closeAriaLabel="Cancel"
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onClose} disabled={act.running}>
              Cancel
            </Button>
            <Button
              variant="primary"
              loading={act.running}
              disabled={!changes || !preview.data}
              onClick={() => act.run()}
            >
              {waits ? 'Propose' : without ? 'Protect no longer' : 'Protect'}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        {!without && (
          <FormField label="Accounts to protect" stretch>
            <PickThings kind="accounts" label="Accounts to protect" ids={added} onChange={setAdded} />
          </FormField>
        )}
        {act.error !== null && act.error !== undefined && <ProblemBox error={act.error} />}
        {changes && (
          <Asked query={preview} what="what it would do">
            {p => <Effect preview={p} />}
          </Asked>
        )}
      </SpaceBetween>
    </Modal>
  )
}
