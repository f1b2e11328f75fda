// DateRange chooses a time: so far back from now, or from one instant to another. It is in the address as `within`, or as
// `from` (in it) and `to` (not in it), in UTC.

import DateRangePicker, { type DateRangePickerProps } from '@cloudscape-design/components/date-range-picker'
import { type Address, instantOf, since, type Within, withinOf, withinWord } from './listAddress'

export interface DateWords {
  within?: string
  from?: string
  to?: string
}

const usual: Within[] = [
  { amount: 1, unit: 'hour' },
  { amount: 1, unit: 'day' },
  { amount: 7, unit: 'day' },
  { amount: 30, unit: 'day' },
  { amount: 90, unit: 'day' },
]

interface Props {
  /** label says what time it is about: "Filed". */
  label: string
  address: Address
  onChange: (words: DateWords) => void
  /** choices are the spans that need one click. */
  choices?: Within[]
  /** maxDays is how long a span may be at most. */
  maxDays?: number
  /** always: there is always a span, so that nothing can be cleared. */
  always?: boolean
  /** days: whole days, in UTC. */
  days?: boolean
}

// The picker's last second, or day, is in its span; the API's end is not.
const second = 1000
const day = 86_400_000
const shifted = (word: string, by: number) => new Date(Date.parse(word) + by).toISOString()

/** chosen is what an address says, as the picker has it. */
export function chosen(a: Address, days = false): DateRangePickerProps.Value | null {
  const within = withinOf(a.within)
  if (within) return { type: 'relative', ...within, key: withinWord(within) }
  const from = instantOf(a.from)
  const to = instantOf(a.to)
  if (!from && !to) return null
  const startDate = from ?? '1970-01-01T00:00:00Z'
  const endDate = shifted(to ?? new Date().toISOString(), to ? (days ? -day : -second) : 0)
  return {
    type: 'absolute',
    startDate: days ? startDate.slice(0, 10) : startDate,
    endDate: days ? endDate.slice(0, 10) : endDate,
  }
}

/** words are what the picker says, as an address has it. */
export function words(value: DateRangePickerProps.Value | null, days = false): DateWords {
  if (!value) return {}
  if (value.type === 'relative') {
    return { within: withinWord({ amount: value.amount, unit: value.unit as Within['unit'] }) }
  }
  return { from: instantOf(value.startDate), to: instantOf(shifted(value.endDate, days ? day : second)) }
}

/** refusal says what is wrong with a choice; '' where nothing is. */
export function refusal(value: DateRangePickerProps.Value | null, maxDays: number | undefined, now: number): string {
  if (!value) return 'Choose how far back, or from when to when.'
  let begins: number
  let ends = now
  if (value.type === 'relative') {
    if (!withinOf(withinWord({ amount: value.amount, unit: value.unit as Within['unit'] }))) {
      return 'Say how many, from 1 to 9999.'
    }
    begins = since({ amount: value.amount, unit: value.unit as Within['unit'] }, now).getTime()
  } else {
    begins = Date.parse(value.startDate)
    ends = Date.parse(value.endDate) + second // of a day alone it is near enough
  }
  if (!Number.isFinite(begins) || !Number.isFinite(ends)) return 'Choose a first and a last day.'
  if (ends <= begins) return 'The end is before the beginning.'
  if (maxDays !== undefined && ends - begins > maxDays * day) return `Choose at most ${maxDays} days.`
  return ''
}

export function DateRange({ label, address, onChange, choices = usual, maxDays, always = false, days = false }: Props) {
  return (
    <DateRangePicker
      value={chosen(address, days)}
      onChange={e => onChange({ within: undefined, from: undefined, to: undefined, ...words(e.detail.value, days) })}
      relativeOptions={choices.map(c => ({ type: 'relative', ...c, key: withinWord(c) }))}
      customRelativeRangeUnits={days ? ['day', 'week', 'month'] : ['minute', 'hour', 'day', 'week', 'month']}
      isValidRange={v => {
        const errorMessage = refusal(v, maxDays, Date.now())
        return errorMessage ? { valid: false, errorMessage } : { valid: true }
      }}
      locale="en-GB"
      absoluteFormat="long-localized"
      timeInputFormat="hh:mm:ss"
      dateOnly={days}
      showClearButton={!always}
      placeholder={`${label} at any time`}
      ariaLabel={`${label}: from when to when`}
      expandToViewport
    />
  )
}
