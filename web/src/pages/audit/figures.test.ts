import { describe, expect, it } from 'vitest'
import type { Schemas } from '../../api/client'
import { byOutcome, dayText, inUnit, span, unitFor, waits } from './figures'

const now = Date.parse('2026-11-25T12:00:00Z')
const none = { count: 0 }
const day = (
  day: string,
  requests: Schemas['StatusCount'][],
  decisions: Schemas['Waits'] = none,
): Schemas['StatisticsDay'] => ({ day, requests, decisions, activations: none })
const statistics = {
  from: '2026-11-23T00:00:00Z',
  to: '2026-11-26T00:00:00Z',
  days: [
    day('2026-11-23', [{ status: 'ended', count: 3 }], { count: 2, medianMillis: 60_000, p90Millis: 600_000 }),
    day('2026-11-24', []),
    day('2026-11-25', [
      { status: 'pending', count: 1 },
      { status: 'ended', count: 2 },
    ]),
  ],
} as unknown as Schemas['Statistics']

describe('the span', () => {
  it('of the last seven days is today and six before', () => {
    expect(span({ within: '7d' }, now)).toEqual({ from: '2026-11-19T12:00:00.000Z' })
  })
  it('of the last hour is today', () => {
    expect(span({ within: '1h' }, now)).toEqual({ from: '2026-11-25T12:00:00.000Z' })
  })
  it('is that of the address otherwise', () => {
    expect(span({ from: '2026-11-01', to: '2026-11-08' }, now)).toEqual({
      from: '2026-11-01T00:00:00Z',
      to: '2026-11-08T00:00:00Z',
    })
  })
})

describe('charts', () => {
  it('have a series for each outcome there is, with each day', () => {
    const series = byOutcome(statistics)
    expect(series.map(s => s.status)).toEqual(['pending', 'ended'])
    expect(series.map(s => s.data.map(d => d.y))).toEqual([
      [0, 0, 1],
      [3, 0, 2],
    ])
  })
  it('have no point where nothing waited', () => {
    const w = waits(statistics, 'decisions')
    expect(w.unit.word).toBe('min')
    expect(w.median.data).toEqual([{ x: '2026-11-23', y: 1 }])
    expect(w.p90.data).toEqual([{ x: '2026-11-23', y: 10 }])
    expect(waits(statistics, 'activations').p90.data).toEqual([])
  })
  it.each([
    [0, 's'],
    [1500, 's'],
    [119_000, 's'],
    [120_000, 'min'],
    [7_200_000, 'h'],
    [180_000_000, 'd'],
  ])('measure %d ms in %s', (millis, word) => {
    expect(unitFor(millis).word).toBe(word)
  })
  it('say values with their unit', () => {
    expect(inUnit({ seconds: 60, word: 'min' })(12.345)).toBe('12.3 min')
    expect(dayText('2026-11-25')).toBe('25 Nov')
  })
})
