import { describe, expect, it } from 'vitest'
import {
  cursorOf,
  firstPage,
  instead,
  learned,
  only,
  pagesOf,
  pairs,
  queryOf,
  same,
  since,
  spanOf,
  turned,
  withinOf,
  withinWord,
  wordsOf,
} from './listAddress'

const now = Date.parse('2026-11-25T12:00:00Z')
const filters = [{ parameter: 'status', several: true }, { parameter: 'user' }]

describe('how far back', () => {
  it.each(['15m', '12h', '7d', '2w', '3mo'])('%s is read and written', word => {
    const w = withinOf(word)
    expect(w).toBeDefined()
    expect(w && withinWord(w)).toBe(word)
  })
  it.each(['', '0d', '7', 'd7', '-7d', '7y', '99999d', '7 d', undefined])('%s is no span', word => {
    expect(withinOf(word)).toBeUndefined()
  })
  it('is counted from now', () => {
    expect(since({ amount: 90, unit: 'minute' }, now).toISOString()).toBe('2026-11-25T10:30:00.000Z')
    expect(since({ amount: 2, unit: 'week' }, now).toISOString()).toBe('2026-11-11T12:00:00.000Z')
    expect(since({ amount: 1, unit: 'month' }, now).getMonth()).toBe(9) // October
  })
})

describe('the span of an address', () => {
  it('ends now when it is relative, whatever else is said', () => {
    expect(spanOf({ within: '1d', from: '2020-01-01T00:00:00Z' }, now)).toEqual({ from: '2026-11-24T12:00:00Z' })
  })
  it('is in UTC when it is absolute', () => {
    expect(spanOf({ from: '2026-11-01T00:00:00+01:00', to: '2026-11-02T00:00:00+01:00' }, now)).toEqual({
      from: '2026-10-31T23:00:00Z',
      to: '2026-11-01T23:00:00Z',
    })
  })
  it('leaves out what is no instant', () => {
    expect(spanOf({ from: 'yesterday', to: '2026-11-02T00:00:00Z' }, now)).toEqual({ to: '2026-11-02T00:00:00Z' })
  })
})

describe('the query of an address', () => {
  it('has the words of the filters and no others', () => {
    const a = { status: 'pending,in progress', user: 'u-1', within: '1h', page: 'x', sort: '-created' }
    expect(queryOf(a, filters, true, now)).toEqual({
      status: ['pending', 'in progress'],
      user: 'u-1',
      from: '2026-11-25T11:00:00Z',
    })
    expect(queryOf(a, filters, false, now)).toEqual({ status: ['pending', 'in progress'], user: 'u-1' })
  })
  it('is one word for several values in an address, and nothing for none', () => {
    expect(pairs({ status: ['a', 'b'], user: '', account: undefined, of: [], total: false })).toEqual([
      ['status', 'a,b'],
      ['total', 'false'],
    ])
  })
})

describe('saved views', () => {
  const words = wordsOf(filters, true)
  it('keep the words of the list', () => {
    expect(only({ status: 'pending', user: '', tab: 'x', within: '7d' }, words)).toEqual({
      status: 'pending',
      within: '7d',
    })
  })
  it('take away what they do not say', () => {
    const to = instead({ user: 'u-1' }, words)
    expect({ status: 'pending', tab: 'x', ...to }).toEqual({
      tab: 'x',
      user: 'u-1',
      status: undefined,
      within: undefined,
      from: undefined,
      to: undefined,
      sort: undefined,
    })
  })
  it('are recognized, whatever else the address says', () => {
    expect(same({ user: 'u-1', tab: 'x', status: '' }, { user: 'u-1' }, words)).toBe(true)
    expect(same({ user: 'u-1' }, { user: 'u-1', within: '7d' }, words)).toBe(false)
  })
})

describe('pages', () => {
  it('are turned with the cursors that were answered', () => {
    let p = firstPage('q')
    expect(cursorOf(p)).toBe('')
    p = turned(learned(p, 'c2'), 2)
    expect(cursorOf(p)).toBe('c2')
    p = turned(learned(p, 'c3'), 3)
    expect(cursorOf(p)).toBe('c3')
    expect(cursorOf(turned(p, 1))).toBe('')
    expect(turned(p, 9).at).toBe(3)
    expect(turned(p, 0).at).toBe(1)
  })
  it('begin anew with another question', () => {
    const p = turned(learned(firstPage('q'), 'c2'), 2)
    expect(pagesOf(p, 'q')).toBe(p)
    expect(pagesOf(p, 'other')).toEqual(firstPage('other'))
  })
  it('after the one shown are forgotten when its next one is another, or it is the last', () => {
    let p = firstPage('q')
    p = turned(learned(p, 'c2'), 2)
    p = turned(learned(p, 'c3'), 1)
    expect(learned(p, 'c2')).toBe(p)
    expect(learned(p, 'other').cursors).toEqual(['', 'other'])
    expect(learned(p, undefined).cursors).toEqual([''])
    expect(learned(firstPage('q'), undefined)).toEqual(firstPage('q'))
  })
})
