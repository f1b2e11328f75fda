// ListTools are what is between a list's title and its rows: the saved views, the time, and the filter.

import type { ReactNode } from 'react'
import { DateRange } from './DateRange'
import './lists.css'
import type { Address } from './listAddress'
import { SavedViews } from './SavedViews'
import type { useViews } from './views'

interface Props {
  address: Address
  words: string[]
  onChange: (words: Address) => void
  dated?: string
  views?: ReturnType<typeof useViews>
  filter: ReactNode
}

export function ListTools({ address, words, onChange, dated, views, filter }: Props) {
  if (!filter && !dated && !views) return null
  return (
    <div className="team-list-tools">
      {views && <SavedViews words={words} address={address} onChoose={onChange} kept={views} />}
      {dated && <DateRange label={dated} address={address} onChange={to => onChange(to as Address)} />}
      {filter && <div className="team-list-filter">{filter}</div>}
    </div>
  )
}
