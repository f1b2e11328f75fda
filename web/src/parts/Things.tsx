// Things of the directory where a policy names them: shown by name with the id beside it, and chosen by searching.

import Badge from '@cloudscape-design/components/badge'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Multiselect from '@cloudscape-design/components/multiselect'
import Select from '@cloudscape-design/components/select'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { ask, type Kind, type Thing, useNames } from '../api/directory'

const words: Record<Kind, { one: string; many: string }> = {
  users: { one: 'person', many: 'people' },
  groups: { one: 'group', many: 'groups' },
  accounts: { one: 'account', many: 'accounts' },
  ous: { one: 'organizational unit', many: 'organizational units' },
  'permission-sets': { one: 'permission set', many: 'permission sets' },
  machines: { one: 'machine client', many: 'machine clients' },
}

/** shortId leaves out of an ARN what all have in common. */
const shortId = (id: string) => (id.startsWith('arn:') ? id.slice(id.lastIndexOf('/') + 1) : id)

/** ThingNames are a list of names, a few at first. */
export function ThingNames({
  kind,
  ids,
  few = 10,
  after,
}: {
  kind: Kind
  ids: string[]
  few?: number
  after?: (id: string) => ReactNode
}) {
  const [all, setAll] = useState(false)
  const shown = all ? ids : ids.slice(0, few)
  const names = useNames(kind, shown)
  return (
    <SpaceBetween size="xxs">
      {shown.map(id => {
        const t = names.get(id)
        return (
          <div key={id} title={id}>
            {t ? (
              <>
                {t.name}{' '}
                <Box display="inline" color="text-body-secondary" fontSize="body-s">
                  {shortId(id)}
                </Box>
                {t.tags?.map(tag => (
                  <span key={tag}>
                    {' '}
                    <Badge>{tag}</Badge>
                  </span>
                ))}
              </>
            ) : (
              <code>{shortId(id)}</code>
            )}
            {after?.(id)}
          </div>
        )
      })}
      {ids.length > shown.length && (
        <Button variant="inline-link" onClick={() => setAll(true)}>
          {`and ${(ids.length - shown.length).toLocaleString('en')} more`}
        </Button>
      )}
    </SpaceBetween>
  )
}

/** NamesInLine are the first names of a list in one line, for tables. */
export function NamesInLine({ kind, ids }: { kind: Kind; ids: string[] }) {
  const names = useNames(kind, ids.slice(0, 3))
  const first = ids.slice(0, 3).map(id => names.get(id)?.name ?? shortId(id))
  return <>{[...first, ...(ids.length > 3 ? [`${ids.length - 3} more`] : [])].join(', ')}</>
}

function optionOf(t: Thing) {
  return { value: t.id, label: t.name, labelTag: shortId(t.id), description: t.detail, tags: t.tags }
}

/** useSearch asks for what was typed, beginning with what comes first when nothing was. */
function useSearch(kind: Kind) {
  const [typed, setTyped] = useState<string>()
  const found = useQuery({
    queryKey: ['directory', 'search', kind, typed],
    queryFn: ({ signal }) => ask(kind, { q: typed || undefined, limit: 50 }, signal),
    enabled: typed !== undefined,
    staleTime: 60_000,
  })
  const status = found.isError ? 'error' : found.isFetching ? 'loading' : 'finished'
  return {
    options: (found.data ?? []).map(optionOf),
    searching: {
      filteringType: 'manual' as const,
      statusType: status as 'error' | 'loading' | 'finished',
      loadingText: 'Searching…',
      errorText: 'The search got no answer',
      recoveryText: 'Search again',
      empty: typed ? `No ${words[kind].one} has all of these words` : `There are no ${words[kind].many}`,
      finishedText: (found.data?.length ?? 0) >= 50 ? 'Type more to find others' : undefined,
      onLoadItems: (e: { detail: { filteringText: string; samePage: boolean } }) => {
        setTyped(e.detail.filteringText)
        if (e.detail.samePage) void found.refetch()
      },
    },
  }
}

interface PickProps {
  kind: Kind
  ids: string[]
  onChange: (ids: string[]) => void
  /** label for those who do not see the field's. */
  label: string
  invalid?: boolean
}

/** PickThings chooses several by searching. What was chosen stays in its order. */
export function PickThings({ kind, ids, onChange, label, invalid }: PickProps) {
  const { options, searching } = useSearch(kind)
  const names = useNames(kind, ids)
  const chosen = ids.map(id => {
    const t = names.get(id)
    return t ? { value: id, label: t.name, labelTag: shortId(id) } : { value: id, label: shortId(id) }
  })
  return (
    <Multiselect
      selectedOptions={chosen}
      options={options}
      onChange={e => {
        const now = e.detail.selectedOptions.map(o => o.value ?? '')
        onChange([...ids.filter(id => now.includes(id)), ...now.filter(id => !ids.includes(id))])
      }}
      {...searching}
      filteringPlaceholder={`Search ${words[kind].many} by name or id`}
      filteringAriaLabel={`Search ${words[kind].many}`}
      filteringClearAriaLabel="Clear the search"
      placeholder={`Choose ${words[kind].many}`}
      tokenLimit={8}
      keepOpen
      invalid={invalid}
      ariaLabel={label}
      deselectAriaLabel={o => `Take out ${o.label}`}
      selectedAriaLabel="chosen"
    />
  )
}

/** PickThing chooses one by searching. */
export function PickThing({
  kind,
  id,
  onChange,
  label,
  invalid,
  optional,
}: {
  kind: Kind
  id: string
  onChange: (id: string) => void
  label: string
  invalid?: boolean
  /** optional offers to choose none, in these words. */
  optional?: string
}) {
  const { options, searching } = useSearch(kind)
  const names = useNames(kind, id ? [id] : [])
  const t = names.get(id)
  return (
    <Select
      selectedOption={
        id
          ? { value: id, label: t?.name ?? shortId(id), labelTag: t && shortId(id) }
          : optional
            ? { value: '', label: optional }
            : null
      }
      options={optional ? [{ value: '', label: optional }, ...options] : options}
      onChange={e => onChange(e.detail.selectedOption.value ?? '')}
      {...searching}
      filteringPlaceholder={`Search ${words[kind].many} by name or id`}
      filteringAriaLabel={`Search ${words[kind].many}`}
      filteringClearAriaLabel="Clear the search"
      placeholder={`Choose a ${words[kind].one}`}
      invalid={invalid}
      ariaLabel={label}
      selectedAriaLabel="chosen"
    />
  )
}
