// ReachOfAccount is who may ask for access to an account: whom the policies that reach it name, and for what.

import Badge from '@cloudscape-design/components/badge'
import Box from '@cloudscape-design/components/box'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useQuery } from '@tanstack/react-query'
import { answer, api, type Schemas } from '../../api/client'
import { Asked, Nothing } from '../../parts/Asked'
import { Go, personText, setText } from '../../parts/Names'
import { members } from '../../parts/suggest'
import { duration } from '../../words/clock'
import { Protected } from './AccountMarks'
import { Picture } from './Picture'
import type { Column, Edge, Item } from './picture'
import { ReachList, type Row } from './ReachList'
import { Approval, Legend } from './ReachMarks'
import { useNamed } from './useNamed'

type Listed = Schemas['ListedPolicy']

const most = 200

export function ReachOfAccount({ id, name, asList }: { id: string; name: string; asList: boolean }) {
  const policies = useQuery({
    queryKey: ['policies', 'reaching', id],
    queryFn: ({ signal }) =>
      answer(api.GET('/api/v1/policies', { params: { query: { account: id, limit: most } }, signal })),
  })
  const account = useQuery({
    queryKey: ['directory', 'accounts', 'one', id],
    queryFn: async ({ signal }) => {
      const found = await answer(
        api.GET('/api/v1/directory/accounts', { params: { query: { q: id, limit: 5 } }, signal }),
      )
      return found.items.find(a => a.id === id) ?? null
    },
  })
  const eligible = policies.data?.items.filter(p => p.eligibility) ?? []
  const named = useNamed(
    eligible.flatMap(p => p.eligibility?.principals.groups ?? []),
    eligible.flatMap(p => p.eligibility?.principals.users ?? []),
  )
  const deciding = policies.data?.items.filter(p => p.approver) ?? []
  return (
    <Container
      header={
        <Header
          variant="h2"
          info={account.data?.protected && <Protected />}
          description={<Legend />}
          actions={<Go to={`/policies/explain?account=${id}`}>Explain one question</Go>}
        >
          Who may ask for access to {name}
        </Header>
      }
    >
      <Asked query={policies} what="the policies that reach it">
        {({ nextCursor }) =>
          eligible.length === 0 ? (
            <Nothing title="Nobody">No eligibility policy in force reaches {name}.</Nothing>
          ) : (
            <SpaceBetween size="m">
              {asList ? (
                <ReachList rows={rows(eligible, named)} what={`Who may ask for access to ${name}`} />
              ) : (
                <Picture {...draw(eligible, named)} label={`Who may ask for access to ${name}`} />
              )}
              {nextCursor && (
                <Box color="text-body-secondary">There are more: only the first {most} policies are shown.</Box>
              )}
              <Box>
                Who decides, by:{' '}
                {deciding.length === 0
                  ? 'no approver policy reaches it, so that nobody can agree to a request.'
                  : deciding.map((p, i) => (
                      <span key={p.id}>
                        {i > 0 && ', '}
                        <Go to={`/policies/approver/${p.id}`}>{p.name}</Go>
                      </span>
                    ))}
              </Box>
              <Box color="text-body-secondary" fontSize="body-s">
                It is what the policies name. Whether one person may ask for one thing just now, and who would decide,
                is what Explain answers: it looks at their state, the account’s, and what was changed lately, too.
              </Box>
            </SpaceBetween>
          )
        }
      </Asked>
    </Container>
  )
}

type Named = ReturnType<typeof useNamed>

function draw(policies: Listed[], named: Named) {
  const edges: Edge[] = []
  const who = new Map<string, Item>()
  const sets = new Map<string, Item>()
  for (const p of policies) {
    const e = p.eligibility
    if (!e) continue
    for (const id of e.principals.groups ?? []) {
      const g = named.group(id)
      who.set(id, {
        id,
        text: g?.displayName ?? id,
        title: <Go to={`/directory?tab=users&group=${id}`}>{g?.displayName ?? id}</Go>,
        detail: <Box color="text-body-secondary">{g ? `Group, ${members(g.members)}` : 'Group'}</Box>,
      })
      edges.push({ from: id, to: p.id })
    }
    for (const id of e.principals.users ?? []) {
      const u = named.user(id)
      const text = u ? personText(u) : id
      who.set(id, {
        id,
        text,
        title: <Go to={`/reach?person=${id}`}>{text}</Go>,
        detail: <Box color="text-body-secondary">{u && !u.enabled ? 'Person, disabled' : 'Person'}</Box>,
      })
      edges.push({ from: id, to: p.id })
    }
    for (const arn of e.permissionSets) {
      const text = named.set(arn) ?? setText({ permissionSetArn: arn })
      sets.set(arn, { id: arn, text, title: text })
      edges.push({ from: p.id, to: arn, asked: e.approvalRequired })
    }
  }
  const byText = (a: Item, b: Item) => a.text.localeCompare(b.text)
  const columns: Column[] = [
    { title: 'Groups and people', empty: 'Nobody.', items: [...who.values()].sort(byText) },
    {
      title: 'Policies',
      empty: 'None.',
      items: policies.map(p => ({
        id: p.id,
        text: p.name,
        title: <Go to={`/policies/eligibility/${p.id}`}>{p.name}</Go>,
        detail: p.eligibility && <Terms of={p.eligibility} />,
      })),
    },
    { title: 'Permission sets', empty: 'None.', items: [...sets.values()].sort(byText) },
  ]
  return { columns, edges }
}

function Terms({ of }: { of: Schemas['EligibilityBody'] }) {
  return (
    <SpaceBetween direction="horizontal" size="xxs">
      <Approval required={of.approvalRequired} />
      <Badge>at most {duration(of.maxDurationSeconds)}</Badge>
      {of.emergency && <Badge color="severity-critical">emergency</Badge>}
      {of.machines && of.machines.length > 0 && <Badge>through machines too</Badge>}
    </SpaceBetween>
  )
}

function rows(policies: Listed[], named: Named): Row[] {
  return policies.flatMap(p => {
    const e = p.eligibility
    if (!e) return []
    return {
      id: p.id,
      who: [
        ...(e.principals.groups ?? []).map(id => named.group(id)?.displayName ?? id),
        ...(e.principals.users ?? []).map(id => {
          const u = named.user(id)
          return u ? personText(u) : id
        }),
      ],
      policies: [{ id: p.id, kind: p.kind, name: p.name, version: p.version }],
      permissionSets: e.permissionSets.map(arn => named.set(arn) ?? setText({ permissionSetArn: arn })),
      approvalRequired: e.approvalRequired,
      maxDurationSeconds: e.maxDurationSeconds,
    }
  })
}
