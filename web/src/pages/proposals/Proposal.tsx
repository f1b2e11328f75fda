// One proposed change: what it says and does, and agreeing to it, refusing it, or taking it back.

import Alert from '@cloudscape-design/components/alert'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import ContentLayout from '@cloudscape-design/components/content-layout'
import ExpandableSection from '@cloudscape-design/components/expandable-section'
import Header from '@cloudscape-design/components/header'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { answer, api, type Schemas } from '../../api/client'
import { useMe } from '../../api/me'
import { Asked } from '../../parts/Asked'
import { Confirm } from '../../parts/Confirm'
import { Instant } from '../../parts/Instant'
import { Go, PersonName } from '../../parts/Names'
import { ProblemBox, Reasons } from '../../parts/ProblemBox'
import { useAct } from '../../parts/useAct'
import { etagOf, kindWords, policyPath } from '../../words/policy'
import { Shown } from '../policies/Compared'
import { Difference, Effect } from '../policies/Effect'
import { ProposalState, whatOf } from './Proposals'

type Read = Schemas['Proposal']

export default function Proposal() {
  const { id } = useParams({ strict: false }) as { id: string }
  const proposal = useQuery({
    queryKey: ['proposals', 'one', id],
    queryFn: () => answer(api.GET('/api/v1/proposals/{id}', { params: { path: { id } } })),
  })
  return (
    <ContentLayout
      header={
        <Header
          variant="h1"
          description="What widens access takes effect when a second administrator agrees."
          actions={proposal.data?.state === 'proposed' && <Acts p={proposal.data} />}
        >
          {proposal.data ? whatOf(proposal.data) : 'Proposed change'}
        </Header>
      }
    >
      <Asked query={proposal} what="the proposed change">
        {p => <Details p={p} readAt={proposal.dataUpdatedAt} />}
      </Asked>
    </ContentLayout>
  )
}

const old = ['proposals', 'policies', 'settings', 'me', 'requestable']

function Acts({ p }: { p: Read }) {
  const me = useMe()
  const [refusing, setRefusing] = useState(false)
  const path = { id: p.id }
  const agree = useAct<void, Schemas['PolicyOutcome']>({
    call: () =>
      answer(api.POST('/api/v1/proposals/{id}/agree', { params: { path, header: { 'If-Match': etagOf(p.version) } } })),
    done: () => 'Agreed: it is in force. For 24 hours neither you nor who proposed it can gain by it.',
    makesOld: old,
  })
  const refuse = useAct<string, Read>({
    call: comment => answer(api.POST('/api/v1/proposals/{id}/refuse', { params: { path }, body: { comment } })),
    done: () => 'Refused. Nothing changes.',
    onDone: () => setRefusing(false),
    makesOld: old,
    quiet: true,
  })
  const withdraw = useAct<void, Read>({
    call: () => answer(api.POST('/api/v1/proposals/{id}/withdraw', { params: { path } })),
    done: () => 'Taken back. Nothing changes.',
    makesOld: old,
  })
  if (!me.administrator) return null
  const own = p.author.id === me.id
  return (
    <>
      <SpaceBetween direction="horizontal" size="xs">
        {own ? (
          <Button loading={withdraw.running} onClick={() => withdraw.run()}>
            Withdraw
          </Button>
        ) : (
          <Button onClick={() => setRefusing(true)}>Refuse</Button>
        )}
        <Button
          variant="primary"
          loading={agree.running}
          onClick={() => agree.run()}
          disabled={own}
          disabledReason="You proposed it: another administrator has to agree. Nobody widens access alone."
        >
          Agree
        </Button>
      </SpaceBetween>
      {agree.dialog}
      {withdraw.dialog}
      {refuse.dialog}
      {refusing && (
        <Confirm
          title={`Refuse: ${whatOf(p)}`}
          verb="Refuse"
          comment={{ label: 'Why', optional: true, hint: 'Whoever proposed it reads it.' }}
          running={refuse.running}
          error={refuse.error}
          onConfirm={comment => refuse.run(comment)}
          onCancel={() => setRefusing(false)}
        >
          It will not take effect. Who proposed it can propose another.
        </Confirm>
      )}
    </>
  )
}

function Details({ p, readAt }: { p: Read; readAt: number }) {
  const me = useMe()
  const body = p.eligibility ?? p.approver ?? p.settings
  const waits = p.state === 'proposed'
  return (
    <SpaceBetween size="l">
      {waits && p.author.id === me.id && (
        <Alert type="info">
          You proposed this, so another administrator has to agree. Until then all stays as it is; this page says so
          when they did.
        </Alert>
      )}
      <Container header={<Header variant="h2">The proposal</Header>}>
        <KeyValuePairs
          columns={4}
          minColumnWidth={160}
          items={[
            { label: 'State', value: <ProposalState state={p.state} /> },
            {
              label: 'Proposed by',
              value: (
                <>
                  <PersonName person={p.author} />
                  {p.byMachine && ', through a machine client of theirs'}
                </>
              ),
            },
            { label: 'Proposed', value: <Instant at={p.createdAt} /> },
            {
              label: kindWords[p.kind].label,
              value:
                p.policyId && (p.baseVersion > 0 || p.state === 'agreed' || p.kind === 'settings') ? (
                  <Go to={policyPath({ kind: p.kind, id: p.policyId })}>
                    {`${p.name}${p.baseVersion > 0 ? `, from version ${p.baseVersion}` : ''}`}
                  </Go>
                ) : (
                  `${p.name}, a new one`
                ),
            },
            ...(waits
              ? []
              : [
                  { label: 'Decided by', value: <PersonName person={p.decidedBy} /> },
                  { label: 'Decided', value: <Instant at={p.decidedAt} /> },
                ]),
          ]}
        />
      </Container>
      <Container header={<Header variant="h2">{waits ? 'What agreeing would do' : 'What it was about'}</Header>}>
        {waits ? <EffectOf id={p.id} readAt={readAt} /> : <WasAbout p={p} />}
      </Container>
      {body && (
        <ExpandableSection variant="container" headerText="All that it says" headingTagOverride="h2">
          <Shown kind={p.kind} body={body} />
        </ExpandableSection>
      )}
    </SpaceBetween>
  )
}

function WasAbout({ p }: { p: Read }) {
  return (
    <SpaceBetween size="m">
      {(p.widening ?? []).length > 0 && <Reasons reasons={p.widening ?? []} />}
      {(p.difference ?? []).length > 0 && <Difference lines={p.difference ?? []} />}
    </SpaceBetween>
  )
}

/**
 * EffectOf asks anew whenever the proposal was read anew and waits still: what it does depends on all policies, and of one
 * that was decided meanwhile there is nothing to say.
 */
function EffectOf({ id, readAt }: { id: string; readAt: number }) {
  const preview = useQuery({
    queryKey: ['effect', id, readAt],
    queryFn: () => answer(api.GET('/api/v1/proposals/{id}/preview', { params: { path: { id } } })),
    placeholderData: before => before,
  })
  if (preview.error && !preview.data) {
    return <ProblemBox error={preview.error} again={() => void preview.refetch()} />
  }
  return (
    <Asked query={preview} what="what it would do">
      {f => <Effect preview={f} proposed />}
    </Asked>
  )
}
