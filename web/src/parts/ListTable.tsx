// ListTable is a list that the server filters, sorts, counts and pages. Columns and page size are kept per person; the
// filter is in the address, so that a list can be sent to somebody as it is seen, and kept as a view.

import Button from '@cloudscape-design/components/button'
import ButtonDropdown from '@cloudscape-design/components/button-dropdown'
import CollectionPreferences from '@cloudscape-design/components/collection-preferences'
import Header from '@cloudscape-design/components/header'
import Pagination from '@cloudscape-design/components/pagination'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Table from '@cloudscape-design/components/table'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { type ReactNode, useEffect, useState } from 'react'
import { usePreference } from '../api/preferences'
import { serverNow } from '../words/clock'
import { Nothing } from './Asked'
import { type Column, type Shown, shownOf } from './columns'
import { download } from './download'
import { type Filter, ListFilter } from './ListFilter'
import { ListTools } from './ListTools'
import {
  type Address,
  cursorOf,
  firstPage,
  instead,
  learned,
  only,
  pagesOf,
  pairs,
  type Query,
  queryOf,
  turned,
  wordsOf,
} from './listAddress'
import { ProblemBox } from './ProblemBox'
import { useWide } from './useWide'
import { useViews } from './views'

export type { Column } from './columns'
export type { Filter } from './ListFilter'
export type { Query } from './listAddress'

/** Page is what every list of the API answers. */
export interface Page<T> {
  items: T[]
  nextCursor?: string
  total?: number
  totalAtLeast?: number
}

interface Props<T> {
  /** name of the list: its preferences are kept under it. */
  name: string
  title: string
  description?: ReactNode
  /** queryKey begins with the resource's word, so that events make it old. */
  queryKey: readonly unknown[]
  load: (q: Query, signal: AbortSignal) => Promise<Page<T>>
  columns: Column<T>[]
  trackBy: (item: T) => string
  filters?: Filter[]
  /** dated offers to choose a time, which the API takes as from and to. It says what time it is about: "Filed". */
  dated?: string
  /** views may be saved of the list; so it is where it fills the page. */
  views?: boolean
  /** sorts are the columns that can be sorted by, with the API's word for it. */
  sorts?: { column: string; ascending?: string; descending?: string }[]
  defaultSort?: string
  /** exported is the address of the same list as a file, without the query. */
  exported?: string
  /** fixed is always part of the query, and not of the filter that people see. */
  fixed?: Query
  empty: { title: string; text?: ReactNode; action?: ReactNode }
  actions?: ReactNode
  selection?: { items: T[]; onChange: (items: T[]) => void; type: 'single' | 'multi'; disabled?: (item: T) => boolean }
  /** above is shown between title and table. */
  above?: ReactNode
  variant?: 'full-page' | 'container' | 'embedded'
  labelOf: (item: T) => string
}

interface Kept {
  pageSize: number
  wrapLines: boolean
  columns?: Shown
  /** narrow are the columns on a narrow screen. */
  narrow?: Shown
}

const pageSizes = [20, 50, 100, 200]

export function ListTable<T>(p: Props<T>) {
  const address = useSearch({ strict: false }) as Address
  const navigate = useNavigate()
  const narrow = !useWide(688)
  const full = p.variant === undefined || p.variant === 'full-page'
  const filters = p.filters ?? []
  const dated = p.dated !== undefined
  const words = wordsOf(filters, dated)
  const keepsViews = p.views ?? (full && (filters.length > 0 || dated))
  const [kept, keep, asking] = usePreference<Kept>(`list.${p.name}`, { pageSize: 50, wrapLines: false })
  const views = useViews(p.name)
  const say = (to: Address) =>
    void navigate({ to: '.', search: ((before: object) => ({ ...before, ...to })) as never, replace: true })

  // Who comes without a filter sees the view that they want to begin with; who takes the filter away afterwards does not.
  const [begun, setBegun] = useState(!keepsViews || Object.keys(only(address, words)).length > 0)
  const first = begun || views.loading ? undefined : views.views.views.find(v => v.id === views.views.first)
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, as soon as the views are there
  useEffect(() => {
    if (begun || views.loading) return
    if (first) say(instead(first.words, words))
    setBegun(true)
  }, [begun, views.loading])

  const sort = address.sort ?? p.defaultSort
  const asked = JSON.stringify([p.fixed, words.map(w => (w === 'sort' ? sort : address[w])), kept.pageSize])
  const [known, setKnown] = useState(() => firstPage(asked))
  const pages = pagesOf(known, asked)
  const cursor = cursorOf(pages)
  const list = useQuery({
    queryKey: [...p.queryKey, asked, cursor],
    queryFn: async ({ signal }) => {
      const query = { ...p.fixed, ...queryOf(address, filters, dated, serverNow()), ...(sort && { sort }) }
      const page = await p.load({ ...query, limit: kept.pageSize, cursor: cursor || undefined }, signal)
      return { page, query }
    },
    enabled: begun && !asking,
    placeholderData: keepPreviousData,
  })
  const page = list.data?.page
  const old = list.isPlaceholderData
  useEffect(() => {
    if (page && !old) setKnown(before => learned(pagesOf(before, asked), page.nextCursor))
  }, [page, old, asked])

  const counted =
    page?.total !== undefined
      ? page.total.toLocaleString('en')
      : page?.totalAtLeast
        ? `${page.totalAtLeast.toLocaleString('en')}+`
        : undefined
  const filtered = Object.keys(only(address, words)).some(w => w !== 'sort')
  const columns = shownOf(p.columns, narrow ? kept.narrow : kept.columns, narrow)
  const sorted = p.sorts?.find(s => s.ascending === sort || s.descending === sort)
  const header = (
    <Header
      variant={full ? 'awsui-h1-sticky' : 'h2'}
      counter={counted && `(${counted})`}
      description={p.description}
      actions={
        <SpaceBetween direction="horizontal" size="xs">
          <Button
            iconName="refresh"
            ariaLabel={`Load ${p.title.toLowerCase()} again`}
            onClick={() => void list.refetch()}
          />
          {p.exported && (
            <ButtonDropdown
              items={[
                { id: 'csv', text: 'CSV, for spreadsheets' },
                { id: 'json', text: 'JSON, for programs' },
              ]}
              // What is shown was asked for at an instant: a relative time must not be another one in the file.
              disabled={!list.data || old}
              onItemClick={e => download(p.exported ?? '', [...pairs(list.data?.query ?? {}), ['format', e.detail.id]])}
            >
              Export
            </ButtonDropdown>
          )}
          {p.actions}
        </SpaceBetween>
      }
    >
      {p.title}
    </Header>
  )

  return (
    <Table<T>
      variant={p.variant ?? 'full-page'}
      stickyHeader={full}
      trackBy={p.trackBy}
      items={page?.items ?? []}
      loading={list.isPending && !list.error}
      loadingText={`Loading ${p.title.toLowerCase()}…`}
      columnDefinitions={p.columns.map(c => {
        const s = p.sorts?.find(by => by.column === c.id)
        return s ? { ...c, sortingField: c.id } : c
      })}
      columnDisplay={columns}
      wrapLines={kept.wrapLines}
      resizableColumns
      {...(p.selection && {
        selectionType: p.selection.type,
        selectedItems: p.selection.items,
        onSelectionChange: (e: { detail: { selectedItems: T[] } }) => p.selection?.onChange(e.detail.selectedItems),
        isItemDisabled: p.selection.disabled,
      })}
      sortingColumn={sorted && { sortingField: sorted.column }}
      sortingDescending={sorted !== undefined && sorted.descending === sort}
      onSortingChange={e => {
        const s = p.sorts?.find(by => by.column === e.detail.sortingColumn.sortingField)
        say({ sort: e.detail.isDescending ? (s?.descending ?? s?.ascending) : (s?.ascending ?? s?.descending) })
      }}
      ariaLabels={{
        tableLabel: p.title,
        selectionGroupLabel: 'Choose',
        itemSelectionLabel: (_, item) => p.labelOf(item),
        allItemsSelectionLabel: () => 'Choose all of this page',
      }}
      header={header}
      filter={
        <SpaceBetween size="s">
          {p.above}
          {list.error && <ProblemBox error={list.error} again={() => void list.refetch()} />}
          <ListTools
            address={address}
            words={words}
            onChange={say}
            dated={p.dated}
            views={keepsViews ? views : undefined}
            filter={
              filters.length > 0 && (
                <ListFilter
                  filters={filters}
                  title={p.title}
                  address={address}
                  onChange={say}
                  counted={counted && !old ? `${counted} found` : undefined}
                  loading={list.isFetching}
                />
              )
            }
          />
        </SpaceBetween>
      }
      empty={
        list.error ? undefined : filtered ? (
          <Nothing title="Nothing matches" action={<Button onClick={() => say(instead({}, words))}>Show all</Button>}>
            Nothing here is as the filter asks.
          </Nothing>
        ) : (
          <Nothing title={p.empty.title} action={p.empty.action}>
            {p.empty.text}
          </Nothing>
        )
      }
      pagination={
        pages.cursors.length > 1 || pages.at > 1 ? (
          <Pagination
            currentPageIndex={pages.at}
            pagesCount={pages.cursors.length}
            openEnd={pages.at === pages.cursors.length && Boolean(page?.nextCursor)}
            disabled={old}
            onChange={e => setKnown(turned(pages, e.detail.currentPageIndex))}
            ariaLabels={{
              paginationLabel: `Pages of ${p.title.toLowerCase()}`,
              nextPageLabel: 'Next page',
              previousPageLabel: 'Previous page',
              pageLabel: n => `Page ${n}`,
            }}
          />
        ) : undefined
      }
      preferences={
        <CollectionPreferences
          title="Preferences"
          confirmLabel="Keep"
          cancelLabel="Cancel"
          preferences={{ pageSize: kept.pageSize, wrapLines: kept.wrapLines, contentDisplay: columns }}
          pageSizePreference={{ title: 'Rows on a page', options: pageSizes.map(n => ({ value: n, label: `${n}` })) }}
          wrapLinesPreference={{ label: 'Wrap lines', description: 'Show all of the text' }}
          contentDisplayPreference={{
            title: narrow ? 'Columns on a narrow screen' : 'Columns',
            options: p.columns.map(c => ({ id: c.id, label: c.header })),
          }}
          onConfirm={e =>
            keep({
              ...kept,
              pageSize: e.detail.pageSize ?? 50,
              wrapLines: e.detail.wrapLines ?? false,
              [narrow ? 'narrow' : 'columns']: e.detail.contentDisplay?.map(c => ({ id: c.id, visible: c.visible })),
            })
          }
        />
      }
    />
  )
}
