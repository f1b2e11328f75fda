import { describe, expect, it } from 'vitest'
import type { Schemas } from '../api/client'
import { actorText, eventDetail, eventKinds, eventTitle, eventWord } from './events'

const event = (kind: string, data?: Record<string, unknown>): Schemas['Event'] => ({
  sequence: 1,
  kind,
  at: '2026-11-25T12:00:00Z',
  actor: { kind: 'system', id: 'delivery' },
  subject: {},
  data,
})

describe('events', () => {
  it('of a kind that nobody knows here are called as it is written', () => {
    expect(eventWord('moon.eaten')).toBe('moon.eaten')
    expect(eventDetail(event('moon.eaten', { reason: 7 }))).toBe('')
  })
  it('say that access is over only where there was some', () => {
    expect(eventTitle(event('elevation.ended', { reason: 'elapsed' }))).toBe('Access over')
    for (const reason of ['rejected', 'cancelled', 'expired']) {
      expect(eventTitle(event('elevation.ended', { reason }))).toBe('Not to be given')
    }
    expect(eventTitle(event('vote.cast', { reason: 'rejected' }))).toBe('Vote cast')
  })
  it('say in short what people said', () => {
    expect(eventDetail(event('request.created', { justification: 'To look', ticket: 'OPS-1' }))).toBe('To look · OPS-1')
    expect(eventDetail(event('vote.cast', { vote: 'rejected', comment: 'no' }))).toBe('rejected: no')
    expect(eventDetail(event('vote.cast', { vote: 'approved', comment: '' }))).toBe('approved')
    expect(eventDetail(event('policy.applied', { name: 'Ops', version: 2 }))).toBe('Ops, version 2')
    expect(eventDetail(event('elevation.ended', { reason: 'failed', detail: 'no role' }))).toBe('failed: no role')
  })
  it('are done by somebody, or by a part of TEAM', () => {
    expect(actorText({ kind: 'system', id: 'delivery' })).toBe('TEAM (delivery)')
    expect(actorText({ kind: 'person', id: 'u-1', name: 'rita' })).toBe('rita')
    expect(actorText({ kind: 'machine', id: 'mch_1' })).toBe('mch_1')
  })
  it('are filtered by whole families, or by kind', () => {
    expect(eventKinds[0]?.value).toBe('request.*')
    expect(new Set(eventKinds.map(k => k.value)).size).toBe(eventKinds.length)
  })
})
