// Machines are the programs that ask for access, or propose changes of policies.

import Button from '@cloudscape-design/components/button'
import SegmentedControl from '@cloudscape-design/components/segmented-control'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { answer, api, type Schemas } from '../../api/client'
import { useMe } from '../../api/me'
import { Instant } from '../../parts/Instant'
import { type Column, ListTable } from '../../parts/ListTable'
import { Go, PersonName } from '../../parts/Names'
import { useSearchWord } from '../../parts/SearchBox'
import { MachineForm } from './MachineForm'
import { scopeLabels } from './scopes'

type Machine = Schemas['Machine']

const columns: Column<Machine>[] = [
  { id: 'name', header: 'Name', cell: m => <Go to={`/machines/${m.id}`}>{m.name}</Go>, minWidth: 150 },
  { id: 'state', header: 'State', cell: m => <Enabled machine={m} />, minWidth: 110 },
  { id: 'owner', header: 'Answers for it', cell: m => <PersonName person={m.owner} />, minWidth: 140 },
  { id: 'scopes', header: 'May', cell: m => scopeLabels(m.scopes), minWidth: 200 },
  { id: 'description', header: 'What for', cell: m => m.description || '–', minWidth: 220 },
  { id: 'created', header: 'Since', cell: m => <Instant at={m.createdAt} />, minWidth: 165 },
  { id: 'createdBy', header: 'Made by', cell: m => <PersonName person={m.createdBy} />, extra: true },
  { id: 'id', header: 'Id', cell: m => <code>{m.id}</code>, extra: true },
]

export function Enabled({ machine }: { machine: Machine }) {
  return machine.enabled ? (
    <StatusIndicator type="success">Enabled</StatusIndicator>
  ) : (
    <StatusIndicator type="stopped">Disabled</StatusIndicator>
  )
}

export default function Machines() {
  const me = useMe()
  const navigate = useNavigate()
  const [scope, setScope] = useSearchWord('scope')
  const [making, make] = useState(false)
  const sees = me.administrator || me.auditor
  const shown = sees && scope !== 'mine' ? 'all' : 'mine'
  return (
    <>
      <ListTable<Machine>
        name="machines"
        title="Machines"
        description="Programs that ask for access for people, or propose changes of policies. They never decide."
        queryKey={['machines', 'list']}
        load={(q, signal) => answer(api.GET('/api/v1/machines', { params: { query: q as never }, signal }))}
        fixed={{ scope: shown }}
        columns={columns}
        trackBy={m => m.id}
        exported="/api/v1/machines/export"
        labelOf={m => m.name}
        above={
          sees && (
            <SegmentedControl
              label="Which machines"
              selectedId={shown}
              options={[
                { id: 'all', text: 'All' },
                { id: 'mine', text: 'That I answer for' },
              ]}
              onChange={e => setScope(e.detail.selectedId === 'mine' ? 'mine' : undefined)}
            />
          )
        }
        actions={
          me.administrator && (
            <Button variant="primary" onClick={() => make(true)}>
              Make a machine
            </Button>
          )
        }
        empty={{
          title: 'No machines',
          text: me.administrator
            ? 'Make one for a pipeline or an agent that is to ask for access on behalf of people.'
            : 'An administrator makes them.',
        }}
      />
      {making && (
        <MachineForm
          close={() => make(false)}
          done={m => {
            make(false)
            void navigate({ to: '/machines/$id', params: { id: m.id } })
          }}
        />
      )}
    </>
  )
}
