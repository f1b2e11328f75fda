import { describe, expect, it } from 'vitest'
import { chosen, refusal, words } from './DateRange'

const now = Date.parse('2026-11-25T12:00:00Z')

describe('what is chosen', () => {
  it('goes into the address and comes back', () => {
    const days = { type: 'absolute', startDate: '2026-11-01T00:00:00Z', endDate: '2026-11-07T23:59:59Z' } as const
    expect(words(days)).toEqual({ from: '2026-11-01T00:00:00Z', to: '2026-11-08T00:00:00Z' })
    const back = chosen({ ...words(days) })
    expect(back).toMatchObject({ type: 'absolute', startDate: '2026-11-01T00:00:00Z' })
    expect(words(back)).toEqual(words(days))
  })
  it('may be whole days, in UTC', () => {
    const days = { type: 'absolute', startDate: '2026-11-01', endDate: '2026-11-07' } as const
    expect(words(days, true)).toEqual({ from: '2026-11-01T00:00:00Z', to: '2026-11-08T00:00:00Z' })
    expect(chosen({ ...words(days, true) }, true)).toEqual(days)
  })
  it('may be so far back', () => {
    expect(words({ type: 'relative', amount: 7, unit: 'day' })).toEqual({ within: '7d' })
    expect(chosen({ within: '7d' })).toEqual({ type: 'relative', amount: 7, unit: 'day', key: '7d' })
  })
  it('may be nothing', () => {
    expect(words(null)).toEqual({})
    expect(chosen({})).toBeNull()
    expect(chosen({ within: 'for ever' })).toBeNull()
  })
  it('may have but one end', () => {
    expect(chosen({ from: '2026-11-01T00:00:00Z' })).toMatchObject({ startDate: '2026-11-01T00:00:00Z' })
    expect(chosen({ to: '2026-11-01T00:00:00Z' })).toMatchObject({ endDate: '2026-10-31T23:59:59.000Z' })
  })
})

describe('what cannot be chosen', () => {
  it.each([
    ['nothing', null, 'Choose how far back'],
    ['no days', { type: 'absolute', startDate: '', endDate: '' }, 'a first and a last'],
    ['an end before the beginning', { type: 'absolute', startDate: '2026-11-02', endDate: '2026-11-01' }, 'is before'],
    ['no days back', { type: 'relative', amount: 0, unit: 'day' }, 'from 1 to'],
    ['part of a day back', { type: 'relative', amount: 1.5, unit: 'day' }, 'from 1 to'],
    ['too much', { type: 'relative', amount: 93, unit: 'day' }, 'at most 92 days'],
    ['too many days', { type: 'absolute', startDate: '2026-01-01', endDate: '2026-12-01' }, 'at most 92 days'],
  ] as const)('%s', (_, value, why) => {
    expect(refusal(value, 92, now)).toContain(why)
  })
  it('is said of nothing else', () => {
    expect(refusal({ type: 'relative', amount: 92, unit: 'day' }, 92, now)).toBe('')
    expect(refusal({ type: 'absolute', startDate: '2026-11-01', endDate: '2026-11-01' }, 92, now)).toBe('')
    expect(refusal({ type: 'relative', amount: 9, unit: 'month' }, undefined, now)).toBe('')
  })
})
