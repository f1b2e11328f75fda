// ListFilter is what a list is filtered by. The server knows only "is"; several values of one thing are any of them.

import PropertyFilter, { type PropertyFilterProps } from '@cloudscape-design/components/property-filter'
import { useQueries } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import type { Address, Filtered } from './listAddress'

export interface Choice {
  value: string
  label?: string
  description?: string
}

/** Filter is one thing that the server filters by: the name of its query parameter, and what may be chosen. */
export interface Filter extends Filtered {
  label: string
  /** values may be chosen from; without, any text may be typed. */
  values?: Choice[]
  /** suggest finds values for what was typed so far. */
  suggest?: (typed: string) => Promise<Choice[]>
  /** name is what people call a value that an address has. */
  name?: (value: string) => Promise<string | undefined>
}

interface Props {
  filters: Filter[]
  title: string
  address: Address
  onChange: (words: Address) => void
  /** counted says how many there are. */
  counted?: string
  loading?: boolean
}

type Token = PropertyFilterProps.Token

/** tokensOf are an address as the filter shows it: several values of one thing are one token. */
export function tokensOf(filters: Filter[], a: Address): Token[] {
  return filters.flatMap(f => {
    const value = a[f.parameter]
    return value ? [{ propertyKey: f.parameter, operator: '=', value: f.several ? value.split(',') : value }] : []
  })
}

/** wordsOf are the tokens as an address has them. Of a thing that has one value the last one counts. */
export function wordsOf(filters: Filter[], tokens: readonly Token[]): Address {
  return Object.fromEntries(
    filters.map(f => {
      const values = tokens
        .filter(t => t.propertyKey === f.parameter)
        .flatMap(t => (Array.isArray(t.value) ? t.value : [t.value]))
        .map(v => String(v ?? '').trim())
        .filter(v => v !== '')
      const word = f.several ? [...new Set(values)].join(',') : values.at(-1)
      return [f.parameter, word || undefined]
    }),
  )
}

/** meant is what somebody means who typed a name instead of choosing it; what was typed where that is not clear. */
export async function meant(f: Filter, typed: string): Promise<Choice> {
  const found = (await f.suggest?.(typed).catch(() => [])) ?? []
  const said = typed.toLowerCase()
  const exactly = found.filter(c => [c.value, c.label, c.description].some(w => w?.toLowerCase() === said))
  const one = exactly.length === 1 ? exactly[0] : found.length === 1 ? found[0] : undefined
  return one ?? { value: typed }
}

/** useNames are what people call the values in an address. What was suggested before need not be asked for. */
function useNames(filters: Filter[], address: Address, suggested: Map<string, string>) {
  const unknown = filters.flatMap(f => {
    const value = address[f.parameter]
    return f.name && value && !suggested.has(`${f.parameter} ${value}`) ? [{ f, value }] : []
  })
  return useQueries({
    queries: unknown.map(({ f, value }) => ({
      queryKey: ['directory', 'name', f.parameter, value],
      queryFn: async () => (await f.name?.(value)) ?? value,
      staleTime: 600_000,
    })),
    combine: found => new Map(unknown.map(({ f, value }, i) => [`${f.parameter} ${value}`, found[i]?.data ?? value])),
  })
}

export function ListFilter({ filters, title, address, onChange, counted, loading }: Props) {
  const suggested = useRef(new Map<string, string>())
  const names = useNames(filters, address, suggested.current)
  const [found, setFound] = useState<PropertyFilterProps.FilteringOption[]>([])
  const [state, setState] = useState<'finished' | 'loading' | 'error'>('finished')
  const asked = useRef(0)

  const labelOf = (f: Filter, value: string) =>
    f.values?.find(v => v.value === value)?.label ??
    suggested.current.get(`${f.parameter} ${value}`) ??
    names.get(`${f.parameter} ${value}`) ??
    value
  const remember = (f: Filter, choices: Choice[]) => {
    for (const c of choices) suggested.current.set(`${f.parameter} ${c.value}`, c.label ?? c.value)
  }

  const suggest = (f: Filter | undefined, typed: string) => {
    const number = ++asked.current // an answer that comes late must not take the place of a later one
    if (!f?.suggest) {
      setState('finished')
      return
    }
    setState('loading')
    f.suggest(typed).then(
      choices => {
        if (number !== asked.current) return
        remember(f, choices)
        setFound(
          choices.map(c => ({
            propertyKey: f.parameter,
            value: c.value,
            label: c.label ?? c.value,
            tags: c.description ? [c.description] : [],
            // The server found it by more than its name, such as a tag or an id: the filter must not leave it out.
            filteringTags: [typed, c.value],
          })),
        )
        setState('finished')
      },
      () => number === asked.current && setState('error'),
    )
  }

  const change = async (tokens: readonly Token[]) => {
    const to = wordsOf(filters, tokens)
    for (const f of filters) {
      const typed = to[f.parameter]
      if (!f.suggest || f.several || !typed || typed === address[f.parameter]) continue
      if (suggested.current.has(`${f.parameter} ${typed}`)) continue
      const choice = await meant(f, typed)
      if (choice.label) remember(f, [choice])
      to[f.parameter] = choice.value
    }
    onChange(to)
  }

  return (
    <PropertyFilter
      query={{ tokens: tokensOf(filters, address), operation: 'and' }}
      onChange={e => void change(e.detail.tokens)}
      hideOperations
      disableFreeTextFiltering
      filteringProperties={filters.map(f => ({
        key: f.parameter,
        propertyLabel: f.label,
        groupValuesLabel: f.label,
        operators: [
          {
            operator: '=',
            tokenType: f.several && f.values ? ('enum' as const) : ('value' as const),
            format: (v: unknown) => (Array.isArray(v) ? v : [v]).map(one => labelOf(f, String(one))).join(', '),
          },
        ],
      }))}
      filteringOptions={[
        ...filters.flatMap(f =>
          (f.values ?? []).map(v => ({
            propertyKey: f.parameter,
            value: v.value,
            label: v.label ?? v.value,
            tags: v.description ? [v.description] : [],
          })),
        ),
        ...found,
      ]}
      filteringStatusType={state}
      filteringLoadingText="Searching…"
      filteringErrorText="The search failed."
      filteringRecoveryText="Try again"
      filteringEmpty="Nothing is called so."
      onLoadItems={e =>
        suggest(
          filters.find(f => f.parameter === e.detail.filteringProperty?.key),
          e.detail.filteringText,
        )
      }
      filteringPlaceholder={`Filter by ${filters.map(f => f.label.toLowerCase()).join(', ')}`}
      filteringAriaLabel={`Filter ${title.toLowerCase()}`}
      countText={counted}
      loading={loading}
      expandToViewport
      tokenLimit={6}
    />
  )
}
