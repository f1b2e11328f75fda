// One policy: what it says, what changed, what the linter says of it, and changing or deleting it.

import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import ContentLayout from '@cloudscape-design/components/content-layout'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Tabs from '@cloudscape-design/components/tabs'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { answer, api, type Schemas } from '../../api/client'
import { useMe } from '../../api/me'
import { Lost } from '../../app/Lost'
import { Asked } from '../../parts/Asked'
import { Instant } from '../../parts/Instant'
import { Go, PersonName } from '../../parts/Names'
import { etagOf, kindWords } from '../../words/policy'
import { ApproverFields } from './ApproverFields'
import { ChangeForm } from './ChangeForm'
import { Shown } from './Compared'
import { Deletion } from './Deletion'
import { EligibilityFields } from './EligibilityFields'
import { FindingItem } from './FindingItem'
import type { Approver, Eligibility } from './members'
import { Versions } from './Versions'

/** Read is a policy of either kind, as the API gives it. */
type Read =
  | ({ kind: 'eligibility' } & Schemas['EligibilityPolicy'])
  | ({ kind: 'approver' } & Schemas['ApproverPolicy'])

async function read(kind: Read['kind'], id: string): Promise<Read> {
  const params = { params: { path: { id } } }
  return kind === 'eligibility'
    ? { kind, ...(await answer(api.GET('/api/v1/policies/eligibility/{id}', params))) }
    : { kind, ...(await answer(api.GET('/api/v1/policies/approver/{id}', params))) }
}

/** bodyOf is what a change sends: all but what the server says of the version. */
function bodyOf<T extends { id: string; version: number; cooling?: unknown; kind: unknown }>(p: T) {
  const { id: _, version: __, cooling: ___, kind: ____, ...body } = p
  return body
}

export default function Policy() {
  const { kind, id } = useParams({ strict: false }) as { kind: string; id: string }
  if (kind !== 'eligibility' && kind !== 'approver') return <Lost />
  return <OnePolicy key={id} kind={kind} id={id} />
}

function OnePolicy({ kind, id }: { kind: Read['kind']; id: string }) {
  const me = useMe()
  const navigate = useNavigate()
  const [doing, setDoing] = useState<'editing' | 'deleting'>()
  const policy = useQuery({ queryKey: ['policies', kind, id], queryFn: () => read(kind, id) })
  const saved = (o: Schemas['PolicyOutcome']) => {
    setDoing(undefined)
    if (o.proposal && !o.applied) void navigate({ to: `/proposals/${o.proposal.id}` })
  }
  const p = policy.data
  return (
    <ContentLayout
      header={
        <Header
          variant="h1"
          description={`${kindWords[kind].label} policy${p ? `, version ${p.version}` : ''}. ${kindWords[kind].means}`}
          actions={
            me.administrator &&
            p &&
            !doing && (
              <SpaceBetween direction="horizontal" size="xs">
                <Button onClick={() => setDoing('deleting')}>Delete</Button>
                <Button variant="primary" onClick={() => setDoing('editing')}>
                  Edit
                </Button>
              </SpaceBetween>
            )
          }
        >
          {p?.name ?? 'Policy'}
        </Header>
      }
    >
      <Asked query={policy} what="the policy">
        {read => (
          <SpaceBetween size="l">
            <CoolingNotice cooling={read.cooling} />
            <Waiting kind={kind} id={id} />
            {doing === 'editing' && <Editing policy={read} onSaved={saved} onCancel={() => setDoing(undefined)} />}
            {doing === 'deleting' && (
              <Deletion
                kind={kind}
                id={id}
                version={read.version}
                name={read.name}
                onDeleted={o => {
                  if (o.applied) void navigate({ to: '/policies' })
                  else saved(o)
                }}
                onCancel={() => setDoing(undefined)}
              />
            )}
            {!doing && (
              <Tabs
                ariaLabel="About this policy"
                tabs={[
                  {
                    id: 'says',
                    label: 'What it says',
                    content: (
                      <Container>
                        <Shown kind={kind} body={read} />
                      </Container>
                    ),
                  },
                  { id: 'versions', label: 'Versions', content: <Versions kind={kind} id={id} /> },
                  { id: 'findings', label: 'Findings', content: <FindingsOf id={id} /> },
                ]}
              />
            )}
          </SpaceBetween>
        )}
      </Asked>
    </ContentLayout>
  )
}

/** CoolingNotice says who may not gain by the newest change yet. */
export function CoolingNotice({ cooling }: { cooling: Schemas['Cooling'][] | null | undefined }) {
  if (!cooling || cooling.length === 0) return null
  return (
    <Alert type="info">
      Who widened access by the newest change may not gain by it yet:{' '}
      {cooling.map((c, i) => (
        <span key={c.person.id}>
          {i > 0 && '; '}
          <PersonName person={c.person} /> until <Instant at={c.until} />
        </span>
      ))}
      .
    </Alert>
  )
}

/** Waiting tells of changes of this policy that wait for a second administrator. */
export function Waiting({ kind, id }: { kind: Schemas['PolicyRef']['kind']; id: string }) {
  const waiting = useQuery({
    queryKey: ['proposals', 'of', kind, id],
    queryFn: () => answer(api.GET('/api/v1/proposals', { params: { query: { kind, policy: id, limit: 20 } } })),
  })
  const items = waiting.data?.items ?? []
  if (items.length === 0) return null
  return (
    <Alert type="info" header="A change waits for a second administrator">
      {items.map(w => (
        <div key={w.id}>
          <Go to={`/proposals/${w.id}`}>{w.delete ? 'Deletion' : `Change of version ${w.baseVersion}`}</Go>, proposed by{' '}
          <PersonName person={w.author} /> <Instant at={w.createdAt} relative />
        </div>
      ))}
    </Alert>
  )
}

interface EditingProps {
  policy: Read
  onSaved: (o: Schemas['PolicyOutcome']) => void
  onCancel: () => void
}

function Editing({ policy: p, onSaved, onCancel }: EditingProps) {
  const params = (version: number) => ({ path: { id: p.id }, header: { 'If-Match': etagOf(version) } })
  const rest = { id: p.id, onSaved, onCancel }
  const version = async <B,>() => {
    const now = await read(p.kind, p.id)
    return { body: bodyOf(now) as B, version: now.version }
  }
  if (p.kind === 'eligibility') {
    return (
      <ChangeForm<Eligibility>
        {...rest}
        kind="eligibility"
        inForce={{ body: bodyOf(p), version: p.version }}
        reload={() => version<Eligibility>()}
        save={(policy, v) =>
          answer(api.PUT('/api/v1/policies/eligibility/{id}', { params: params(v), body: { policy } }))
        }
        fields={f => <EligibilityFields {...f} />}
      />
    )
  }
  return (
    <ChangeForm<Approver>
      {...rest}
      kind="approver"
      inForce={{ body: bodyOf(p), version: p.version }}
      reload={() => version<Approver>()}
      save={(policy, v) => answer(api.PUT('/api/v1/policies/approver/{id}', { params: params(v), body: { policy } }))}
      fields={f => <ApproverFields {...f} />}
    />
  )
}

function FindingsOf({ id }: { id: string }) {
  const lint = useQuery({
    queryKey: ['policies', 'lint', id],
    queryFn: () => answer(api.GET('/api/v1/policies/lint', { params: { query: { policy: id } } })),
  })
  return (
    <Container>
      <Asked query={lint} what="what the linter finds">
        {l =>
          l.items.length === 0 ? (
            <Box>The linter finds nothing about this policy.</Box>
          ) : (
            <SpaceBetween size="m">
              {l.items.map(f => (
                <FindingItem key={JSON.stringify([f.code, f.text])} finding={f} />
              ))}
            </SpaceBetween>
          )
        }
      </Asked>
    </Container>
  )
}
