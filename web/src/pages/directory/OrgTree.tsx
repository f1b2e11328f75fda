// OrgTree is the organization as people draw it: units in units, with their accounts.

import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import Icon from '@cloudscape-design/components/icon'
import SpaceBetween from '@cloudscape-design/components/space-between'
import TreeView from '@cloudscape-design/components/tree-view'
import { keepPreviousData, useQueries, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { answer, api } from '../../api/client'
import { Asked, Nothing } from '../../parts/Asked'
import { Go } from '../../parts/Names'
import { ProblemBox } from '../../parts/ProblemBox'
import { SearchBox, useSearchWord } from '../../parts/SearchBox'
import { AccountState, Protected } from './AccountMarks'
import { type Account, found, type Node, tree, type Unit, unitIds } from './orgtree'

/** allUnits goes through the pages: AWS allows 2,000 units in an organization. */
async function allUnits(signal: AbortSignal): Promise<Unit[]> {
  const all: Unit[] = []
  let cursor: string | undefined
  do {
    const params = { query: { limit: 500, cursor } }
    const page = await answer(api.GET('/api/v1/directory/ous', { params, signal }))
    all.push(...page.items)
    cursor = page.nextCursor
  } while (cursor)
  return all
}

export function OrgTree() {
  const units = useQuery({ queryKey: ['directory', 'units'], queryFn: ({ signal }) => allUnits(signal) })
  const [q] = useSearchWord('q')
  const all = units.data?.reduce((n, u) => n + u.accounts, 0)
  return (
    <Container
      header={
        <Header
          variant="h2"
          counter={all === undefined ? undefined : `(${all.toLocaleString('en')} accounts)`}
          description="Follow an account to see who reaches it."
        >
          Organization
        </Header>
      }
    >
      <SpaceBetween size="m">
        <SearchBox label="Search the organization" placeholder="Find units and accounts by name, id or tag" />
        <Asked query={units} what="the organization">
          {list =>
            list.length === 0 ? (
              <Nothing title="The organization is not read yet">It appears here when AWS has answered.</Nothing>
            ) : q ? (
              <Found key={q} units={list} words={q} />
            ) : (
              <Whole units={list} />
            )
          }
        </Asked>
      </SpaceBetween>
    </Container>
  )
}

// In a small organization everything is shown at once.
const small = 60
const step = 100
const most = 500 // that the server gives at once

/** Whole is all of it; the accounts of a unit are loaded when it is opened. */
function Whole({ units }: { units: Unit[] }) {
  const [open, setOpen] = useState<string[]>(() =>
    units.reduce((n, u) => n + u.accounts, units.length) <= small
      ? units.map(u => u.id)
      : units.filter(u => !u.parentId).map(u => u.id),
  )
  const [limits, setLimits] = useState<Record<string, number>>({})
  const wanted = units.filter(u => open.includes(u.id) && u.accounts > 0)
  const loaded = useQueries({
    queries: wanted.map(u => ({
      queryKey: ['directory', 'accounts', 'in', u.id, limits[u.id] ?? step],
      queryFn: async () => {
        const query = { ou: u.id, directOnly: true, limit: limits[u.id] ?? step }
        return (await answer(api.GET('/api/v1/directory/accounts', { params: { query } }))).items
      },
      placeholderData: keepPreviousData,
    })),
  })
  const failed = loaded.find(l => l.error)
  const byUnit = new Map<string, Account[] | undefined>(wanted.map((u, i) => [u.id, loaded[i]?.data]))
  return (
    <SpaceBetween size="s">
      {failed && <ProblemBox error={failed.error} again={() => void failed.refetch()} />}
      <Tree
        nodes={tree(units, u => byUnit.get(u.id))}
        open={open}
        toggle={(id, to) => setOpen(to ? [...open, id] : open.filter(o => o !== id))}
        more={u => setLimits({ ...limits, [u.id]: Math.min((limits[u.id] ?? step) + 2 * step, most) })}
      />
    </SpaceBetween>
  )
}

const mostFound = 100

/** Found is what the words are in, opened up to it. */
function Found({ units, words }: { units: Unit[]; words: string }) {
  const [folded, fold] = useState<string[]>([])
  const accounts = useQuery({
    queryKey: ['directory', 'accounts', 'found', words],
    queryFn: ({ signal }) =>
      answer(api.GET('/api/v1/directory/accounts', { params: { query: { q: words, limit: mostFound } }, signal })),
  })
  return (
    <Asked query={accounts} what="what was found">
      {({ items, nextCursor }) => {
        const nodes = found(units, words, items)
        if (nodes.length === 0) {
          return <Nothing title="Nothing found">No unit and no account holds all of these words.</Nothing>
        }
        const open = unitIds(nodes).filter(id => !folded.includes(id))
        return (
          <SpaceBetween size="s">
            {nextCursor && (
              <Box color="text-body-secondary">
                The {mostFound} accounts that fit best are shown.{' '}
                <Go to={`/directory?tab=accounts&q=${encodeURIComponent(words)}`}>All of them</Go>
              </Box>
            )}
            <Tree
              nodes={nodes}
              open={open}
              toggle={(id, to) => fold(to ? folded.filter(f => f !== id) : [...folded, id])}
              more={() => undefined}
            />
          </SpaceBetween>
        )
      }}
    </Asked>
  )
}

interface TreeProps {
  nodes: Node[]
  open: string[]
  toggle: (id: string, open: boolean) => void
  more: (u: Unit) => void
}

function Tree({ nodes, open, toggle, more }: TreeProps) {
  return (
    <TreeView<Node>
      items={nodes}
      ariaLabel="Organization"
      connectorLines="vertical"
      getItemId={n => n.id}
      getItemChildren={n => (n.kind === 'unit' ? n.children : undefined)}
      expandedItems={open}
      onItemToggle={e => toggle(e.detail.id, e.detail.expanded)}
      renderItem={n => {
        switch (n.kind) {
          case 'unit':
            return {
              icon: <Icon name={open.includes(n.id) ? 'folder-open' : 'folder'} />,
              content: <OneUnit unit={n.unit} />,
              announcementLabel: `${n.unit.name}, ${unitText(n.unit)}`,
            }
          case 'account':
            return { content: <OneAccount account={n.account} />, announcementLabel: accountText(n.account) }
          case 'rest':
            return { content: <Rest unit={n.unit} shown={n.shown} more={more} />, announcementLabel: 'More accounts' }
        }
      }}
    />
  )
}

function OneUnit({ unit }: { unit: Unit }) {
  return (
    <SpaceBetween direction="horizontal" size="xs" alignItems="center">
      <Box fontWeight="bold">{unit.name}</Box>
      <Box color="text-body-secondary" fontSize="body-s">
        {unitText(unit)}
      </Box>
    </SpaceBetween>
  )
}

/** unitText is "7 accounts", and how many of them are right here where some are further down. */
function unitText(u: Unit): string {
  if (u.accountsBelow === 0) return 'no accounts'
  const all = `${u.accountsBelow.toLocaleString('en')} ${u.accountsBelow === 1 ? 'account' : 'accounts'}`
  return u.accounts === u.accountsBelow || u.accountsBelow === 0
    ? all
    : `${all}, ${u.accounts.toLocaleString('en')} directly`
}

const accountText = (a: Account) =>
  [a.name, a.id, a.protected && 'protected', a.state !== 'ACTIVE' && a.state.toLowerCase()].filter(Boolean).join(', ')

function OneAccount({ account: a }: { account: Account }) {
  return (
    <SpaceBetween direction="horizontal" size="xs" alignItems="center">
      <Go to={`/reach?account=${a.id}`} ariaLabel={accountText(a)}>
        {a.name}
      </Go>
      <Box color="text-body-secondary" fontSize="body-s">
        {a.id}
      </Box>
      {a.protected && <Protected />}
      {a.state !== 'ACTIVE' && <AccountState state={a.state} />}
    </SpaceBetween>
  )
}

function Rest({ unit, shown, more }: { unit: Unit; shown: number | undefined; more: (u: Unit) => void }) {
  if (shown === undefined)
    return <Box color="text-body-secondary">Loading {unit.accounts.toLocaleString('en')} accounts…</Box>
  const left = (unit.accounts - shown).toLocaleString('en')
  if (shown >= most) return <Go to={`/directory?tab=accounts&ou=${unit.id}`}>{`${left} more, in the list`}</Go>
  return (
    <Button variant="inline-link" onClick={() => more(unit)}>
      {`${left} more accounts`}
    </Button>
  )
}
