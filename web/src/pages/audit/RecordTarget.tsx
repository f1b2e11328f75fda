// RecordTarget is why a target was decided as it was.

import Box from '@cloudscape-design/components/box'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import Table from '@cloudscape-design/components/table'
import type { Schemas } from '../../api/client'
import { Nothing } from '../../parts/Asked'
import { Instant } from '../../parts/Instant'
import { Go, PersonName, personText, roleText, StatusOf } from '../../parts/Names'
import { absolute, duration, instant } from '../../words/clock'
import './audit.css'
import { type Moment, momentsOf, type PolicyRef, policyPath, proofText } from './evidence'

type Target = Schemas['Target']

function Policies({ of }: { of: PolicyRef[] }) {
  return (
    <ul className="team-plain">
      {of.map(p => (
        <li key={`${p.kind} ${p.id}`}>
          <Go to={policyPath(p)} variant="primary">
            {p.name || p.id}
          </Go>
          , version {p.version}{' '}
          <Box display="inline" color="text-body-secondary">
            ({p.kind === 'settings' ? 'settings' : `${p.kind} policy`})
          </Box>
        </li>
      ))}
    </ul>
  )
}

function Evaluated({ moment: m }: { moment: Moment }) {
  return (
    <div>
      <Box variant="h3">
        {m.what}{' '}
        <Box display="inline" color="text-body-secondary" fontSize="body-s" fontWeight="normal">
          <time dateTime={m.event.at} title={absolute(m.event.at)}>
            {instant(m.event.at)}
          </time>
          , event {m.event.sequence}
        </Box>
      </Box>
      {m.same && <Box color="text-body-secondary">The same policies in the same versions as before.</Box>}
      {!m.same && m.reasons.length > 0 && (
        <ul className="team-plain">
          {m.reasons.map(r => (
            <li key={`${r.code} ${r.text}`}>{r.text}</li>
          ))}
        </ul>
      )}
      {!m.same && m.policies.length > 0 && (
        <>
          <Box color="text-body-secondary">The versions in force then:</Box>
          <Policies of={m.policies} />
        </>
      )}
    </div>
  )
}

function Votes({ votes }: { votes: Schemas['Vote'][] }) {
  return (
    <Table
      variant="embedded"
      items={votes}
      trackBy={v => `${v.voter.id} ${v.at}`}
      ariaLabels={{ tableLabel: 'Votes' }}
      wrapLines
      header={
        <Header variant="h3" counter={`(${votes.length})`}>
          Votes
        </Header>
      }
      columnDefinitions={[
        { id: 'who', minWidth: 120, header: 'Who', isRowHeader: true, cell: v => <PersonName person={v.voter} /> },
        {
          id: 'vote',
          header: 'Vote',
          minWidth: 130,
          cell: v => (
            <>
              <StatusIndicator type={v.approve ? 'success' : 'error'}>
                {v.approve ? 'Approve' : 'Reject'}
              </StatusIndicator>
              {v.void && <Box color="text-status-warning">does not count any more</Box>}
            </>
          ),
        },
        { id: 'stage', header: 'Stage', cell: v => v.stage },
        { id: 'at', header: 'When', cell: v => <Instant at={v.at} /> },
        {
          id: 'proofs',
          header: 'Shown by then',
          minWidth: 180,
          cell: v =>
            v.proofs && v.proofs.length > 0
              ? v.proofs.map(p => <div key={`${p.kind} ${p.at}`}>{proofText(p, at => instant(at))}</div>)
              : 'nothing besides the sign-in',
        },
        { id: 'comment', minWidth: 160, header: 'Comment', cell: v => v.comment || '–' },
      ]}
      empty={<Nothing title="No votes">Nobody voted: policy decided by itself, or it did not come to that.</Nothing>}
    />
  )
}

export function RecordTarget({ target: t, events }: { target: Target; events: Schemas['Event'][] }) {
  const moments = momentsOf(events, t.id)
  const e = t.elevation
  return (
    <Container
      header={
        <Header variant="h2" description={`Target ${t.id}`}>
          {roleText(t)}
        </Header>
      }
    >
      <SpaceBetween size="l">
        <KeyValuePairs
          columns={4}
          items={[
            { label: 'Status', value: <StatusOf status={t.status} /> },
            {
              label: 'Decision',
              value: t.decidedAt ? (
                <>
                  {t.decision}, <Instant at={t.decidedAt} />
                </>
              ) : (
                t.decision
              ),
            },
            {
              label: 'Access confirmed by AWS',
              value: e?.activatedAt ? (
                <>
                  <Instant at={e.activatedAt} />, for {duration(e.durationSeconds)}
                </>
              ) : (
                'never'
              ),
            },
            {
              label: e?.endedAt ? 'Confirmed over' : 'Ends',
              value: (
                <>
                  <Instant at={e?.endedAt ?? e?.endsAt} />
                  {e?.reason && `, ${e.reason}`}
                  {e?.endedBy && ` by ${personText(e.endedBy)}`}
                </>
              ),
            },
          ]}
        />
        {moments.map(m => (
          <Evaluated key={m.event.sequence} moment={m} />
        ))}
        {moments.length === 0 && t.policies && t.policies.length > 0 && (
          <div>
            <Box variant="h3">What the last evaluation rested on</Box>
            <Policies of={t.policies} />
          </div>
        )}
        <Votes votes={t.votes ?? []} />
      </SpaceBetween>
    </Container>
  )
}
