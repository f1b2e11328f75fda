// The policies in force.

import Button from '@cloudscape-design/components/button'
import ButtonDropdown from '@cloudscape-design/components/button-dropdown'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useNavigate } from '@tanstack/react-router'
import { answer, api, type Schemas } from '../../api/client'
import { ask, type Kind } from '../../api/directory'
import { useMe } from '../../api/me'
import { type Column, type Filter, ListTable, type Page, type Query } from '../../parts/ListTable'
import { Go } from '../../parts/Names'
import { NamesInLine } from '../../parts/Things'
import { useAct } from '../../parts/useAct'
import { duration } from '../../words/clock'
import { kindWords, policyPath } from '../../words/policy'

type Listed = Schemas['ListedPolicy']

/** Listing is several lists of ids in one cell. */
function Listing({ parts, none }: { parts: [kind: Kind, ids: string[] | null | undefined][]; none: string }) {
  const some = parts.filter((p): p is [Kind, string[]] => (p[1]?.length ?? 0) > 0)
  if (some.length === 0) return <>{none}</>
  return (
    <>
      {some.map(([kind, ids], i) => (
        <span key={kind}>
          {i > 0 && ', '}
          <NamesInLine kind={kind} ids={ids} />
        </span>
      ))}
    </>
  )
}

function Where({ targets: t }: { targets: Schemas['Targets'] }) {
  const tags = (t.tags ?? []).map(g => (g.values?.length ? `${g.key}=${g.values.join('|')}` : g.key))
  const named = (t.accounts?.length ?? 0) + (t.ous?.length ?? 0) > 0
  const left = (t.excludeAccounts?.length ?? 0) + (t.excludeOUs?.length ?? 0)
  return (
    <>
      {(named || tags.length === 0) && (
        <Listing
          parts={[
            ['ous', (t.ous ?? []).map(o => o.id)],
            ['accounts', t.accounts],
          ]}
          none="every account that is not protected"
        />
      )}
      {named && tags.length > 0 && ', '}
      {tags.length > 0 && `tags ${tags.join(', ')}`}
      {left > 0 && `, but ${left}`}
    </>
  )
}

const columns: Column<Listed>[] = [
  {
    id: 'name',
    header: 'Name',
    cell: p => <Go to={policyPath(p)}>{p.name}</Go>,
    isRowHeader: true,
    minWidth: 80,
    width: 215,
  },
  {
    id: 'kind',
    header: 'Kind',
    cell: p => <span title={kindWords[p.kind].means}>{kindWords[p.kind].label}</span>,
    minWidth: 80,
    width: 95,
  },
  {
    id: 'who',
    header: 'Who asks, or decides',
    minWidth: 80,
    width: 170,
    cell: p =>
      p.eligibility ? (
        <Listing
          parts={[
            ['groups', p.eligibility.principals.groups],
            ['users', p.eligibility.principals.users],
          ]}
          none="nobody"
        />
      ) : (
        <Listing
          parts={[
            ['groups', [...new Set((p.approver?.stages ?? []).flatMap(s => s.approvers.groups ?? []))]],
            ['users', [...new Set((p.approver?.stages ?? []).flatMap(s => s.approvers.users ?? []))]],
          ]}
          none="nobody"
        />
      ),
  },
  {
    id: 'where',
    header: 'Accounts',
    minWidth: 80,
    width: 185,
    cell: p => <Where targets={p.eligibility?.targets ?? p.approver?.targets ?? {}} />,
  },
  {
    id: 'sets',
    header: 'Permission sets',
    minWidth: 80,
    width: 165,
    cell: p => (
      <Listing parts={[['permission-sets', p.eligibility?.permissionSets ?? p.approver?.permissionSets]]} none="any" />
    ),
  },
  {
    id: 'maximum',
    header: 'Longest',
    minWidth: 80,
    width: 95,
    cell: p => (p.eligibility ? duration(p.eligibility.maxDurationSeconds) : '–'),
  },
  {
    id: 'approval',
    header: 'Approval',
    minWidth: 80,
    width: 115,
    cell: p =>
      p.eligibility
        ? p.eligibility.approvalRequired
          ? 'needed'
          : 'not needed'
        : (p.approver?.stages ?? []).map(s => s.required).join(' + '),
  },
  { id: 'version', header: 'Version', cell: p => p.version, extra: true, minWidth: 80 },
  { id: 'id', header: 'Id', cell: p => p.id, extra: true, minWidth: 120 },
]

const suggest =
  (...kinds: Kind[]) =>
  async (typed: string) =>
    (await Promise.all(kinds.map(k => ask(k, { q: typed || undefined, limit: 20 }))))
      .flat()
      .map(t => ({ value: t.id, label: t.name }))

const filters: Filter[] = [
  {
    parameter: 'kind',
    label: 'Kind',
    values: [
      { value: 'eligibility', label: 'Eligibility' },
      { value: 'approver', label: 'Approver' },
    ],
  },
  { parameter: 'q', label: 'Name' },
  { parameter: 'account', label: 'Account', suggest: suggest('accounts') },
  { parameter: 'permissionSet', label: 'Permission set', suggest: suggest('permission-sets') },
  { parameter: 'principal', label: 'Person or group', suggest: suggest('groups', 'users') },
]

const load = (query: Query, signal: AbortSignal): Promise<Page<Listed>> =>
  answer(api.GET('/api/v1/policies', { params: { query: query as never }, signal }))

/** download hands a text over as a file. */
function download(name: string, text: string) {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/yaml' }))
  const a = document.createElement('a')
  a.href = url
  a.download = name
  a.click()
  URL.revokeObjectURL(url)
}

export default function Policies() {
  const me = useMe()
  const navigate = useNavigate()
  const documents = useAct({
    call: () => answer(api.GET('/api/v1/policies/documents')),
    onDone: d => {
      for (const one of d.documents) download(one.name, one.text)
    },
  })
  const go = (kind: string) => void navigate({ to: `/policies/${kind}/new` })
  return (
    <ListTable<Listed>
      name="policies"
      title="Policies"
      description="Who may ask for what, and who decides."
      queryKey={['policies', 'list']}
      load={load}
      columns={columns}
      trackBy={p => `${p.kind}/${p.id}`}
      labelOf={p => p.name}
      filters={filters}
      sorts={[{ column: 'name', ascending: 'name', descending: '-name' }]}
      defaultSort="name"
      exported="/api/v1/policies/export"
      empty={{
        title: 'No policy is like that',
        text: me.administrator ? 'Change the filter, or make one.' : 'Change the filter.',
        action: me.administrator && <Button onClick={() => go('eligibility')}>New eligibility policy</Button>,
      }}
      actions={
        <SpaceBetween direction="horizontal" size="xs">
          <Button iconName="download" loading={documents.running} onClick={() => documents.run()}>
            YAML
          </Button>
          {me.administrator && (
            <ButtonDropdown
              variant="primary"
              onItemClick={e => go(e.detail.id)}
              items={[
                { id: 'eligibility', text: 'Eligibility policy', description: kindWords.eligibility.means },
                { id: 'approver', text: 'Approver policy', description: kindWords.approver.means },
              ]}
            >
              New
            </ButtonDropdown>
          )}
        </SpaceBetween>
      }
    />
  )
}
