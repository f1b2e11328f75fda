// What the charts of Figures show, made from the statistics of the API.

import type { Schemas } from '../../api/client'
import { type Address, since, spanOf, withinOf } from '../../parts/listAddress'
import { type Status, statuses } from '../../words/status'

type Statistics = Schemas['Statistics']

/** mostDays is how long a span may be. */
export const mostDays = 92

/** usual is the span without a choice: today and the 29 days before. */
export const usual: Address = { within: '30d' }

/** span is what an address asks for. The last seven days are today and six before, so that there are seven. */
export function span(a: Address, now: number): { from?: string; to?: string } {
  const within = withinOf(a.within)
  if (!within) return spanOf(a, now)
  const from = Math.min(since(within, now).getTime() + 86_400_000, now)
  return { from: new Date(from).toISOString() }
}

export interface Series<X> {
  title: string
  data: { x: X; y: number }[]
}

/** byOutcome are the requests filed on each day, a series for each status that there is. */
export function byOutcome(s: Statistics): (Series<string> & { status: Status })[] {
  return statuses
    .map(status => ({
      status,
      title: status,
      data: s.days.map(d => ({ x: d.day, y: d.requests.find(r => r.status === status)?.count ?? 0 })),
    }))
    .filter(one => one.data.some(d => d.y > 0))
}

export type Unit = { seconds: number; word: string }

const units: Unit[] = [
  { seconds: 1, word: 's' },
  { seconds: 60, word: 'min' },
  { seconds: 3600, word: 'h' },
  { seconds: 86_400, word: 'd' },
]

/** unitFor is the largest unit of which the largest value has at least two, so that an axis has round numbers. */
export function unitFor(millis: number): Unit {
  const fits = units.filter(u => millis / 1000 >= 2 * u.seconds)
  return fits.at(-1) ?? { seconds: 1, word: 's' }
}

type Waiting = 'decisions' | 'activations'

/** waits are how long it took, a point for each day on which something waited. */
export function waits(s: Statistics, what: Waiting): { unit: Unit; median: Series<string>; p90: Series<string> } {
  const days = s.days.filter(d => d[what].count > 0)
  const unit = unitFor(Math.max(0, ...days.map(d => d[what].p90Millis ?? 0)))
  const of = (millis: number | undefined) => (millis ?? 0) / 1000 / unit.seconds
  return {
    unit,
    median: { title: 'Half took no longer', data: days.map(d => ({ x: d.day, y: of(d[what].medianMillis) })) },
    p90: { title: 'Nine of ten took no longer', data: days.map(d => ({ x: d.day, y: of(d[what].p90Millis) })) },
  }
}

/** inUnit is a value of an axis: "12 min". */
export const inUnit = (u: Unit) => (value: number) => `${Number(value.toFixed(1)).toLocaleString('en')} ${u.word}`

const short = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' })

/** dayText is "25 Nov". */
export const dayText = (day: string) => short.format(new Date(`${day}T00:00:00Z`))
