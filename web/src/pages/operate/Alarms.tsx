// Alarms are what somebody has to know of.

import SegmentedControl from '@cloudscape-design/components/segmented-control'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import { answer, api, type Schemas } from '../../api/client'
import { Instant } from '../../parts/Instant'
import { type Column, type Filter, ListTable } from '../../parts/ListTable'
import { Go } from '../../parts/Names'
import { useSearchWord } from '../../parts/SearchBox'
import { alarmKinds } from '../../words/alarms'

type Alarm = Schemas['Alarm']

const filters: Filter[] = [
  {
    parameter: 'severity',
    label: 'Severity',
    values: [
      { value: 'critical', label: 'Critical' },
      { value: 'warning', label: 'Warning' },
    ],
  },
  {
    parameter: 'kind',
    label: 'Kind',
    values: Object.entries(alarmKinds).map(([value, label]) => ({ value, label })),
  },
  { parameter: 'subject', label: 'Subject' },
]

/** Concerning leads to what an alarm is about, where it has a page. */
function Concerning({ alarm }: { alarm: Alarm }) {
  switch (alarm.kind) {
    case 'identity-waiting':
      return <Go to="/people/identities">Identities</Go>
    case 'sync-failing':
      return <Go to="/directory?tab=reading">How the directory is read</Go>
    case 'recovery':
      return <Go to="/deployment">Deployment</Go>
    case 'removal-failing':
    case 'unusable':
      return <Go to="/assignments?problem=true">Failing assignments</Go>
    case 'activation-failed':
    case 'removed-outside':
    case 'ownership-assumed':
      return <Go to="/assignments?scope=all">Assignments</Go>
  }
  return <code>{alarm.subject}</code>
}

const columns: Column<Alarm>[] = [
  {
    id: 'severity',
    header: 'Severity',
    narrow: true,
    cell: a =>
      a.closedAt ? (
        <StatusIndicator type="success">Over</StatusIndicator>
      ) : (
        <StatusIndicator type={a.severity === 'critical' ? 'error' : 'warning'}>
          {a.severity === 'critical' ? 'Critical' : 'Warning'}
        </StatusIndicator>
      ),
    minWidth: 110,
  },
  {
    id: 'kind',
    header: 'What',
    cell: a => <div className="wrapped">{alarmKinds[a.kind] ?? a.kind}</div>,
    minWidth: 180,
  },
  {
    id: 'sentence',
    header: 'What is wrong, and what to do',
    cell: a => <div className="wrapped">{a.sentence}</div>,
    minWidth: 230,
    narrow: true,
  },
  { id: 'concerns', header: 'Concerns', cell: a => <Concerning alarm={a} />, minWidth: 160 },
  { id: 'opened', header: 'Since', cell: a => <Instant at={a.openedAt} />, minWidth: 165 },
  { id: 'seen', header: 'Last seen', cell: a => <Instant at={a.lastSeen} relative />, minWidth: 120 },
  { id: 'times', header: 'Times', cell: a => a.times.toLocaleString('en'), minWidth: 80 },
  { id: 'closed', header: 'Over since', cell: a => <Instant at={a.closedAt} />, extra: true },
  { id: 'subject', header: 'Subject', cell: a => <code>{a.subject}</code>, extra: true },
]

export default function Alarms() {
  const [state, setState] = useSearchWord('state')
  return (
    <ListTable<Alarm>
      name="alarms"
      title="Alarms"
      description={
        <>
          An alarm is open until what it says is over; TEAM closes it by itself. The log, the metrics and{' '}
          <Go to="/audit/events?kind=alarm.*">the events</Go> say the same.
        </>
      }
      queryKey={['alarms']}
      load={(q, signal) => answer(api.GET('/api/v1/alarms', { params: { query: q as never }, signal }))}
      fixed={{ state: state || 'open' }}
      columns={columns}
      trackBy={a => a.id}
      filters={filters}
      dated="Since"
      sorts={[{ column: 'opened', ascending: 'opened', descending: '-opened' }]}
      defaultSort="-opened"
      exported="/api/v1/alarms/export"
      labelOf={a => a.sentence}
      above={
        <SegmentedControl
          label="Which alarms"
          selectedId={state || 'open'}
          options={[
            { id: 'open', text: 'Open' },
            { id: 'closed', text: 'Over' },
            { id: 'all', text: 'All' },
          ]}
          onChange={e => setState(e.detail.selectedId === 'open' ? undefined : e.detail.selectedId)}
        />
      }
      empty={{ title: 'No alarms', text: state ? 'None is as you filter by.' : 'Nothing is wrong that TEAM knows of.' }}
    />
  )
}
