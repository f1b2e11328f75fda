// A request: what was asked, what became of it, and what can be done about it. Everybody who may see it sees the same
// page; what they may do is decided by the server.

import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import ContentLayout from '@cloudscape-design/components/content-layout'
import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Tabs from '@cloudscape-design/components/tabs'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { answer, api, type Schemas } from '../../api/client'
import { useMe } from '../../api/me'
import { Asked } from '../../parts/Asked'
import { Confirm } from '../../parts/Confirm'
import { StatusOf } from '../../parts/Names'
import { useAct } from '../../parts/useAct'
import { Decision } from '../approvals/Decision'
import { Record } from '../audit/Record'
import { AskedFor } from './AskedFor'
import { RequestEvents } from './RequestEvents'
import { targetText } from './story'
import { TargetCard } from './TargetCard'

type Request = Schemas['Request']

export default function RequestPage() {
  const { id } = useParams({ strict: false }) as { id: string }
  const request = useQuery({
    queryKey: ['requests', id],
    queryFn: () => answer(api.GET('/api/v1/requests/{id}', { params: { path: { id } } })),
  })
  return (
    <Asked query={request} what="the request">
      {r => <Whole key={r.id} request={r} />}
    </Asked>
  )
}

/** titleOf names a request by what it asks for. */
function titleOf(r: Request): string {
  const [first] = r.targets
  const what = r.targets.length === 1 && first ? targetText(first) : `${r.targets.length} roles`
  return r.kind === 'extension' ? `More time: ${what}` : what
}

/** cancellable says whether there is something that was not given yet. */
const cancellable = (r: Request) =>
  r.targets.some(t => t.decision === 'pending' || (!t.extends && t.elevation?.state === 'scheduled'))

function Whole({ request: r }: { request: Request }) {
  const me = useMe()
  const navigate = useNavigate()
  const { tab } = useSearch({ strict: false }) as { tab?: string }
  const [cancelling, setCancelling] = useState(false)
  const mine = r.beneficiary.id === me.id || r.filedBy.id === me.id
  const cancel = useAct({
    call: () => answer(api.POST('/api/v1/requests/{id}/cancel', { params: { path: { id: r.id } } })),
    done: () => 'Cancelled.',
    onDone: () => setCancelling(false),
    makesOld: ['requests', 'elevations', 'me'],
    quiet: true,
  })
  // Auditors and administrators have the record instead of the entries alone.
  const sees = me.auditor || me.administrator
  const whole = (
    <SpaceBetween size="l">
      {r.decidable && r.decidable.length > 0 && (
        <Container header={<Header variant="h2">Your decision</Header>}>
          <Decision request={r} />
        </Container>
      )}
      <AskedFor request={r} />
      {r.targets.map(t => (
        <TargetCard
          key={t.id}
          request={r}
          target={t}
          mine={r.beneficiary.id === me.id}
          mayRetry={mine || me.administrator}
        />
      ))}
      {!sees && <RequestEvents id={r.id} />}
    </SpaceBetween>
  )
  return (
    <ContentLayout
      header={
        <Header
          variant="h1"
          description={<StatusOf status={r.status} />}
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              <CopyToClipboard
                variant="button"
                copyButtonText="Copy link"
                textToCopy={`${window.location.origin}/requests/${r.id}`}
                copySuccessText="Copied"
                copyErrorText="Your browser did not copy it"
              />
              {mine && cancellable(r) && <Button onClick={() => setCancelling(true)}>Cancel the request</Button>}
              {r.beneficiary.id === me.id && (
                <Button onClick={() => void navigate({ to: '/ask', search: { again: r.id } as never })}>
                  Ask again
                </Button>
              )}
            </SpaceBetween>
          }
        >
          {titleOf(r)}
        </Header>
      }
    >
      {sees ? (
        <Tabs
          activeTabId={tab === 'record' ? 'record' : 'request'}
          onChange={e =>
            void navigate({
              to: '.',
              search: ((before: object) => ({ ...before, tab: e.detail.activeTabId })) as never,
              replace: true,
            })
          }
          ariaLabel="What is shown of the request"
          // What was done in AWS meanwhile will be a tab between the two.
          tabs={[
            { id: 'request', label: 'Request', content: whole },
            { id: 'record', label: 'Record', content: <Record request={r} /> },
          ]}
        />
      ) : (
        whole
      )}
      {cancelling && (
        <Confirm
          title="Cancel the request?"
          verb="Cancel the request"
          running={cancel.running}
          error={cancel.error}
          onConfirm={() => cancel.run()}
          onCancel={() => setCancelling(false)}
        >
          <p>What was not given yet will not be. Nobody has to decide any more.</p>
        </Confirm>
      )}
    </ContentLayout>
  )
}
