// DirectorySelect chooses one of thousands: the server searches while somebody types.

import Select, { type SelectProps } from '@cloudscape-design/components/select'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { Suggestion } from './suggest'

interface Props {
  label: string
  placeholder: string
  /** kind is the word for what is chosen; it tells searches apart. */
  kind: string
  selected: { value: string; label?: string; description?: string } | undefined
  suggest: (typed: string) => Promise<Suggestion[]>
  onChange: (chosen: Suggestion) => void
}

// calm as in SearchBox.
const calm = 150

export function DirectorySelect({ label, placeholder, kind, selected, suggest, onChange }: Props) {
  const [typed, setTyped] = useState('')
  const [asked, setAsked] = useState<string>()
  useEffect(() => {
    if (asked === undefined) return undefined
    const t = setTimeout(() => setAsked(typed), calm)
    return () => clearTimeout(t)
  }, [typed, asked])
  const found = useQuery({
    queryKey: ['directory', 'suggest', kind, asked],
    queryFn: () => suggest(asked ?? ''),
    enabled: asked !== undefined,
    placeholderData: keepPreviousData,
  })
  const status: SelectProps['statusType'] = found.error ? 'error' : found.isFetching ? 'loading' : 'finished'
  return (
    <Select
      ariaLabel={label}
      placeholder={placeholder}
      selectedOption={selected ?? null}
      options={found.data ?? []}
      filteringType="manual"
      filteringAriaLabel={placeholder}
      filteringPlaceholder="Name, id, e-mail…"
      filteringClearAriaLabel="Clear"
      statusType={status}
      loadingText="Searching…"
      errorText="The search failed."
      recoveryText="Try again"
      empty="Nothing found. Other words?"
      finishedText={found.data && found.data.length >= 20 ? 'More match: type more of the name.' : undefined}
      onLoadItems={e => {
        setTyped(e.detail.filteringText)
        if (asked === undefined) setAsked(e.detail.filteringText)
        if (e.detail.samePage && found.error) void found.refetch()
      }}
      onChange={e => {
        const { value, label: text, description } = e.detail.selectedOption
        if (value) onChange({ value, label: text ?? value, description })
      }}
    />
  )
}
