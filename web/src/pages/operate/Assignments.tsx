// Assignments is what TEAM works on in AWS: what it is about to do, what AWS last showed, and what hinders.

import Button from '@cloudscape-design/components/button'
import SegmentedControl from '@cloudscape-design/components/segmented-control'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { answer, api, type Schemas } from '../../api/client'
import { accountFilter, permissionSetFilter, personFilter } from '../../parts/filters'
import { Instant } from '../../parts/Instant'
import { type Column, type Filter, ListTable } from '../../parts/ListTable'
import { AccountName, Go, PersonName, personText, roleText, setText } from '../../parts/Names'
import { phases, phaseWords } from '../../words/phases'
import { Sharing } from './Sharing'

type Assignment = Schemas['Assignment']

const filters: Filter[] = [
  { parameter: 'phase', label: 'Phase', values: phases.map(p => ({ value: p, label: phaseWords[p].label })) },
  personFilter(),
  accountFilter(),
  permissionSetFilter(),
]

const views = [
  { id: 'open', text: 'Being looked after', search: { scope: undefined, problem: undefined } },
  { id: 'failing', text: 'Failing', search: { scope: undefined, problem: 'true' } },
  { id: 'all', text: 'All there ever were', search: { scope: 'all', problem: undefined } },
]

export default function Assignments() {
  const search = useSearch({ strict: false }) as Record<string, string | undefined>
  const navigate = useNavigate()
  const [looked, look] = useState<Assignment>()
  const view = search.problem ? 'failing' : search.scope === 'all' ? 'all' : 'open'
  return (
    <>
      <ListTable<Assignment>
        name="assignments"
        title="Assignments"
        description="What TEAM made or is about to make in IAM Identity Center. What is due first is at the top."
        queryKey={['assignments', 'list']}
        load={(q, signal) => answer(api.GET('/api/v1/assignments', { params: { query: q as never }, signal }))}
        fixed={{ scope: view === 'all' ? 'all' : undefined, problem: search.problem }}
        columns={columns(look)}
        trackBy={a => a.id}
        filters={filters}
        exported="/api/v1/assignments/export"
        labelOf={a => `${personText(a.user)}: ${roleText(a)}`}
        above={
          <SegmentedControl
            label="Which assignments"
            selectedId={view}
            options={views.map(({ id, text }) => ({ id, text }))}
            onChange={e => {
              const to = views.find(v => v.id === e.detail.selectedId)?.search
              void navigate({ to: '.', search: ((before: object) => ({ ...before, ...to })) as never, replace: true })
            }}
          />
        }
        empty={
          view === 'failing'
            ? { title: 'Nothing fails', text: 'Every last try went well.' }
            : {
                title: 'No assignments',
                text: 'TEAM has nothing to do in AWS for what you filter by. What it is about to give or to take back appears here.',
              }
        }
      />
      {looked && <Sharing assignment={looked} close={() => look(undefined)} />}
    </>
  )
}

function columns(look: (a: Assignment) => void): Column<Assignment>[] {
  return [
    { id: 'user', header: 'Who', cell: a => <PersonName person={a.user} />, minWidth: 140, narrow: true },
    {
      id: 'role',
      header: 'Permission set',
      cell: a => (
        <Button
          variant="inline-link"
          onClick={() => look(a)}
          ariaLabel={`What shares ${roleText(a)} of ${personText(a.user)}`}
        >
          {setText(a)}
        </Button>
      ),
      minWidth: 160,
      narrow: true,
    },
    {
      id: 'account',
      header: 'Account',
      cell: a => <AccountName id={a.accountId} name={a.accountName} />,
      minWidth: 230,
    },
    {
      id: 'phase',
      header: 'Phase',
      cell: a => <StatusIndicator type={phaseWords[a.phase].look}>{phaseWords[a.phase].label}</StatusIndicator>,
      minWidth: 120,
      narrow: true,
    },
    { id: 'about', header: 'TEAM is about', cell: a => phaseWords[a.phase].about, minWidth: 150 },
    { id: 'aws', header: 'AWS last showed', cell: a => phaseWords[a.phase].aws, minWidth: 200 },
    {
      id: 'problem',
      header: 'Problem',
      cell: a =>
        a.problem ? (
          <div className="wrapped">
            <StatusIndicator type="error">{a.problem}</StatusIndicator>
          </div>
        ) : (
          '–'
        ),
      minWidth: 220,
    },
    { id: 'tries', header: 'Tries', cell: a => a.tries, minWidth: 70 },
    { id: 'due', header: 'Next look', cell: a => <Instant at={a.dueAt} relative />, minWidth: 120 },
    { id: 'seen', header: 'Read from AWS', cell: a => <Instant at={a.seenAt} relative />, minWidth: 130 },
    { id: 'since', header: 'In this phase since', cell: a => <Instant at={a.since} />, extra: true },
    {
      id: 'elevations',
      header: 'Access by it',
      cell: a => <Go to={`/audit/elevations?user=${a.user.id}&account=${a.accountId}`}>Show</Go>,
      extra: true,
    },
    { id: 'id', header: 'Id', cell: a => <code>{a.id}</code>, extra: true },
  ]
}
