// Bodies of policies shown: one by itself, and two beside each other.

import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import Table from '@cloudscape-design/components/table'
import type { PolicyKind } from '../../words/policy'
import { MemberValue } from './MemberValue'
import { at, type Body, differing, isNone, members } from './members'

/** Shown is a policy as it is; what says nothing is left out. */
export function Shown({ kind, body }: { kind: PolicyKind; body: Body }) {
  return (
    <KeyValuePairs
      columns={3}
      minColumnWidth={220}
      items={members[kind]
        .filter(m => !isNone(at(body, m.path)) || m.none || m.holds === 'yes or no')
        .map(m => ({ label: m.label, value: <MemberValue member={m} value={at(body, m.path)} /> }))}
    />
  )
}

/** Compared shows where two versions differ. A version that is not there is one before the first, or a deletion. */
export function Compared({
  kind,
  before,
  after,
  titles,
}: {
  kind: PolicyKind
  before: Body | undefined
  after: Body | undefined
  titles: [before: string, after: string]
}) {
  const rows =
    before && after
      ? differing(kind, before, after)
      : members[kind].filter(m => !isNone(at((before ?? after) as Body, m.path)))
  const side = (body: Body | undefined, i: number) =>
    body && rows[i] ? <MemberValue member={rows[i]} value={at(body, rows[i].path)} /> : '–'
  return (
    <Table
      variant="embedded"
      wrapLines
      items={rows.map((m, i) => ({ m, i }))}
      trackBy={r => r.m.path}
      columnDefinitions={[
        { id: 'member', header: 'What', cell: r => r.m.label, isRowHeader: true, minWidth: 120 },
        { id: 'before', header: titles[0], cell: r => side(before, r.i), minWidth: 140 },
        { id: 'after', header: titles[1], cell: r => side(after, r.i), minWidth: 140 },
      ]}
      empty="They say the same."
      ariaLabels={{ tableLabel: `${titles[0]} and ${titles[1]}` }}
    />
  )
}
