// ReachOfPerson is what a person may ask for: through which groups, by which policies, where and as what.

import Badge from '@cloudscape-design/components/badge'
import Box from '@cloudscape-design/components/box'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useQueries, useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { answer, api, type Schemas } from '../../api/client'
import { Asked, Nothing } from '../../parts/Asked'
import { Go } from '../../parts/Names'
import { members } from '../../parts/suggest'
import { duration } from '../../words/clock'
import { Picture } from './Picture'
import type { Column, Edge } from './picture'
import { ReachList, type Row } from './ReachList'
import { Approval, Legend } from './ReachMarks'

type Block = Schemas['RequestableBlock']
type Policy = Schemas['EligibilityPolicy']
type Group = Schemas['Group']

const most = 1000 // accounts, over all blocks

export function ReachOfPerson({ id, name, asList }: { id: string; name: string; asList: boolean }) {
  const requestable = useQuery({
    queryKey: ['requestable', 'of', id],
    queryFn: ({ signal }) =>
      answer(api.GET('/api/v1/me/requestable', { params: { query: { user: id, limit: most } }, signal })),
  })
  const groups = useQuery({
    queryKey: ['directory', 'groups', 'of', id],
    queryFn: ({ signal }) =>
      answer(api.GET('/api/v1/directory/groups', { params: { query: { member: id, limit: 500 } }, signal })),
  })
  const refs = eligibilityOf(requestable.data?.items ?? [])
  const policies = useQueries({
    queries: refs.map(id => ({
      queryKey: ['policies', 'eligibility', id, 'shown'],
      queryFn: () => answer(api.GET('/api/v1/policies/eligibility/{id}', { params: { path: { id } } })),
    })),
  })
  const known = policies.flatMap(p => (p.data ? [p.data] : []))
  return (
    <Container
      header={
        <Header
          variant="h2"
          description={<Legend />}
          actions={<Go to={`/policies/explain?user=${id}`}>Explain one question</Go>}
        >
          What {name} may ask for
        </Header>
      }
    >
      <Asked query={requestable} what="what they may ask for">
        {({ items, nextCursor }) =>
          items.length === 0 ? (
            <Nothing title="Nothing">
              No policy in force lets {name} ask for anything, or the directory knows no such enabled user.
            </Nothing>
          ) : (
            <SpaceBetween size="m">
              {asList ? (
                <ReachList rows={rows(items, known, groups.data?.items ?? [], id)} what="What they may ask for" />
              ) : (
                <Picture
                  {...draw(id, name, items, known, groups.data?.items ?? [])}
                  label={`What ${name} may ask for`}
                />
              )}
              {nextCursor && (
                <Box color="text-body-secondary">There is more: only the first {most} accounts are shown.</Box>
              )}
            </SpaceBetween>
          )
        }
      </Asked>
    </Container>
  )
}

const eligibilityOf = (blocks: Block[]) => [
  ...new Set(blocks.flatMap(b => b.policies.filter(p => p.kind === 'eligibility').map(p => p.id))),
]

/** through are the groups of somebody that a policy names. */
function through(p: Policy | undefined, groups: Group[]): Group[] {
  return groups.filter(g => p?.principals.groups?.includes(g.id))
}

const direct = (p: Policy | undefined, user: string) => Boolean(p?.principals.users?.includes(user))

function draw(user: string, name: string, all: Block[], known: Policy[], groups: Group[]) {
  const refs = all.flatMap(b => b.policies.filter(p => p.kind === 'eligibility'))
  const policies = [...new Map(refs.map(r => [r.id, r])).values()].sort((a, b) => a.name.localeCompare(b.name))
  const edges: Edge[] = []
  const used = new Map<string, Group>()
  let named = false
  for (const ref of policies) {
    const p = known.find(k => k.id === ref.id)
    for (const g of through(p, groups)) {
      used.set(g.id, g)
      edges.push({ from: g.id, to: ref.id })
    }
    if (direct(p, user)) {
      named = true
      edges.push({ from: 'direct', to: ref.id })
    }
  }
  for (const g of used.keys()) edges.push({ from: user, to: g })
  if (named) edges.push({ from: user, to: 'direct' })
  // Beside the policies that give them, so that lines cross seldom.
  const place = (b: Block) => Math.min(...b.policies.map(r => policies.findIndex(p => p.id === r.id)))
  const blocks = [...all].sort((a, b) => place(a) - place(b))
  blocks.forEach((b, i) => {
    for (const p of b.policies) edges.push({ from: p.id, to: `block-${i}`, asked: b.approvalRequired })
  })
  const whoFor = (policy: string) => {
    const p = known.find(k => k.id === policy)
    return [...(direct(p, user) ? ['their own name'] : []), ...through(p, groups).map(g => g.displayName)]
  }
  const columns: Column[] = [
    { title: 'Person', empty: '', items: [{ id: user, title: name, text: name }] },
    {
      title: 'Through',
      empty: 'Their groups are not known yet.',
      items: [
        ...(named ? [{ id: 'direct', title: 'Named themselves', text: 'Named themselves' }] : []),
        ...[...used.values()].map(g => ({
          id: g.id,
          text: g.displayName,
          title: <Go to={`/directory?tab=users&group=${g.id}`}>{g.displayName}</Go>,
          detail: <Box color="text-body-secondary">{members(g.members)}</Box>,
        })),
      ],
    },
    {
      title: 'Policies',
      empty: 'None.',
      items: policies.map(p => ({
        id: p.id,
        text: p.name,
        title: <Go to={`/policies/eligibility/${p.id}`}>{p.name}</Go>,
        detail: (
          <>
            <Box color="text-body-secondary">version {p.version}</Box>
            <Words>through {whoFor(p.id).join(', ')}</Words>
          </>
        ),
      })),
    },
    {
      title: 'Accounts and permission sets',
      empty: 'None.',
      items: blocks.map((b, i) => ({
        id: `block-${i}`,
        text: b.permissionSets.map(s => s.name).join(', '),
        title: <Names all={b.permissionSets} />,
        detail: (
          <>
            <Where block={b} />
            <Words>by {b.policies.map(p => p.name).join(', ')}</Words>
          </>
        ),
      })),
    },
  ]
  return { columns, edges }
}

/** Words say what the lines show, where there is no room for lines. */
function Words({ children }: { children: ReactNode }) {
  return (
    <div className="picture-words">
      <Box color="text-body-secondary">{children}</Box>
    </div>
  )
}

const shownNames = 6

function Names({ all, to }: { all: Schemas['Named'][]; to?: (id: string) => string }) {
  const more = all.length - shownNames
  return (
    <>
      {all.slice(0, shownNames).map((n, i) => (
        <span key={n.id}>
          {i > 0 && ', '}
          {to ? <Go to={to(n.id)}>{n.name || n.id}</Go> : n.name || n.id}
        </span>
      ))}
      {more > 0 && ` and ${more.toLocaleString('en')} more`}
    </>
  )
}

function Where({ block: b }: { block: Block }) {
  return (
    <SpaceBetween size="xxs">
      <Box>
        in <Names all={b.accounts} to={id => `/reach?account=${id}`} />
      </Box>
      <SpaceBetween direction="horizontal" size="xxs">
        <Approval required={b.approvalRequired} />
        <Badge>at most {duration(b.maxDurationSeconds)}</Badge>
        {b.accounts.length > 1 && <Badge>{b.accounts.length.toLocaleString('en')} accounts</Badge>}
      </SpaceBetween>
    </SpaceBetween>
  )
}

function rows(blocks: Block[], known: Policy[], groups: Group[], user: string): Row[] {
  return blocks.map((b, i) => ({
    id: String(i),
    who: [
      ...new Set(
        b.policies.flatMap(r => {
          const p = known.find(k => k.id === r.id)
          return [...through(p, groups).map(g => g.displayName), ...(direct(p, user) ? ['Named themselves'] : [])]
        }),
      ),
    ],
    policies: b.policies,
    accounts: b.accounts,
    permissionSets: b.permissionSets.map(s => s.name),
    approvalRequired: b.approvalRequired,
    maxDurationSeconds: b.maxDurationSeconds,
  }))
}
