// The versions of a policy or of the settings: who made them and when, and what differs between two.

import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import Select from '@cloudscape-design/components/select'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Table from '@cloudscape-design/components/table'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { answer, api, type Schemas } from '../../api/client'
import { Asked } from '../../parts/Asked'
import { Instant } from '../../parts/Instant'
import { PersonName } from '../../parts/Names'
import type { PolicyKind } from '../../words/policy'
import { Compared } from './Compared'
import type { Body } from './members'

type Version = Schemas['PolicyVersion']

const bodyOf = (v: Version | undefined): Body | undefined => v?.eligibility ?? v?.approver ?? v?.settings

export function Versions({ kind, id }: { kind: PolicyKind; id: string }) {
  const versions = useInfiniteQuery({
    queryKey: ['policies', 'versions', kind, id],
    queryFn: ({ pageParam }) =>
      answer(
        api.GET('/api/v1/policies/{kind}/{id}/versions', {
          params: { path: { kind, id }, query: { cursor: pageParam || undefined, limit: 50 } },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: last => last.nextCursor,
    select: d => d.pages.flatMap(p => p.items),
  })
  return (
    <Asked query={versions as never} what="its versions">
      {(all: Version[]) => (
        <SpaceBetween size="l">
          <VersionTable all={all} />
          {versions.hasNextPage && (
            <Button loading={versions.isFetchingNextPage} onClick={() => void versions.fetchNextPage()}>
              Older versions
            </Button>
          )}
          {all.length > 0 && <Between kind={kind} all={all} />}
        </SpaceBetween>
      )}
    </Asked>
  )
}

function VersionTable({ all }: { all: Version[] }) {
  return (
    <Table
      variant="container"
      items={all}
      trackBy={v => String(v.version)}
      wrapLines
      header={<Header variant="h2">Versions</Header>}
      ariaLabels={{ tableLabel: 'Versions' }}
      empty={<Box textAlign="center">It was never changed: the defaults hold.</Box>}
      columnDefinitions={[
        {
          id: 'version',
          header: 'Version',
          cell: v => `${v.version}${v.deleted ? ', deleted' : ''}`,
          isRowHeader: true,
          minWidth: 90,
        },
        { id: 'when', header: 'In force from', cell: v => <Instant at={v.effectiveAt} />, minWidth: 110 },
        { id: 'who', header: 'Made by', cell: v => <PersonName person={v.author} />, minWidth: 110 },
        {
          id: 'agreed',
          header: 'Agreed to by',
          minWidth: 110,
          cell: v => (v.agreedBy ? <PersonName person={v.agreedBy} /> : <span>nobody had to</span>),
        },
        { id: 'widening', header: 'Widened access', cell: v => (v.widening ? 'yes' : 'no'), minWidth: 80 },
      ]}
    />
  )
}

/** Between compares two versions, at first the newest with the one before. */
function Between({ kind, all }: { kind: PolicyKind; all: Version[] }) {
  const [chosen, choose] = useState<{ before?: number; after?: number }>({})
  const newest = all[0]?.version ?? 1
  const after = chosen.after ?? newest
  const before = chosen.before ?? Math.max(after - 1, 0)
  const options = [
    ...all.map(v => ({ value: String(v.version), label: `Version ${v.version}` })),
    { value: '0', label: 'Before the first' },
  ]
  const select = (label: string, value: number, change: (v: number) => void) => (
    <Select
      ariaLabel={label}
      selectedOption={options.find(o => o.value === String(value)) ?? null}
      options={options}
      onChange={e => change(Number(e.detail.selectedOption.value))}
    />
  )
  const find = (n: number) => all.find(v => v.version === n)
  return (
    <Container
      header={
        <Header
          variant="h2"
          actions={
            <SpaceBetween direction="horizontal" size="xs" alignItems="center">
              {select('Compare', before, v => choose({ ...chosen, before: v }))}
              <span>with</span>
              {select('with', after, v => choose({ ...chosen, after: v }))}
            </SpaceBetween>
          }
        >
          What differs
        </Header>
      }
    >
      <Compared
        kind={kind}
        before={bodyOf(find(before))}
        after={bodyOf(find(after))}
        titles={[before ? `Version ${before}` : 'Before', `Version ${after}`]}
      />
    </Container>
  )
}
