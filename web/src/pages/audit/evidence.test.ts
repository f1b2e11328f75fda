import { describe, expect, it } from 'vitest'
import type { Schemas } from '../../api/client'
import { momentsOf, policiesIn, policyPath, proofText, reasonsIn } from './evidence'

const policy = { kind: 'eligibility', id: 'elg_1', name: 'Operations', version: 3 }
const event = (kind: string, target: string, data?: Record<string, unknown>): Schemas['Event'] => ({
  sequence: 1,
  kind,
  at: '2026-11-25T12:00:00Z',
  actor: { kind: 'system', id: 'policy' },
  subject: { target },
  data,
})

describe('the log', () => {
  it('says what decisions about a target rest on', () => {
    const all = [
      event('request.created', 't-1', { policies: [policy] }),
      event('target.pending', 't-1', { policies: [policy], for: [{ code: 'eligible', text: 'It matches.', policy }] }),
      event('target.pending', 't-2', { policies: [policy] }),
      event('target.rejected', 't-1'),
      event('elevation.activating', 't-1', { policies: [{ ...policy, version: 4 }] }),
    ]
    const found = momentsOf(all, 't-1')
    expect(found.map(m => m.what)).toEqual(['When it was asked for', 'When access was about to be given'])
    expect(found[0]?.reasons).toEqual([{ code: 'eligible', text: 'It matches.', policy }])
    expect(found[1]?.policies[0]?.version).toBe(4)
    expect(found.map(m => m.same)).toEqual([false, false])
  })
  it('says when nothing changed meanwhile', () => {
    const all = ['target.pending', 'target.approved'].map(kind => event(kind, 't', { policies: [policy] }))
    expect(momentsOf(all, 't').map(m => m.same)).toEqual([false, true])
  })
  it('is read with care', () => {
    const odd = event('target.pending', 't', {
      policies: ['x', null, { id: 'a' }, { ...policy, kind: '../x' }],
      for: 7,
    })
    expect(policiesIn(odd)).toEqual([])
    expect(reasonsIn(odd)).toEqual([])
    expect(momentsOf([odd], 't')).toEqual([])
    expect(reasonsIn(event('x', 't', { for: [{ text: 'Yes.' }, { text: 1 }, 2] }))).toEqual([
      { code: '', text: 'Yes.', policy: undefined },
    ])
  })
})

it('policies have their pages', () => {
  expect(policyPath({ ...policy, kind: 'eligibility', id: 'a/b' })).toBe('/policies/eligibility/a%2Fb')
  expect(policyPath({ kind: 'settings', id: 'settings', name: 'Settings', version: 1 })).toBe('/settings')
})

it('proofs say how and when', () => {
  const at = '2026-11-25T12:00:00Z'
  const when = (a: string) => `at ${a}`
  expect(proofText({ kind: 'passkey', at }, when)).toBe(`a passkey, at ${at}`)
  expect(proofText({ kind: 'provider', at, provider: 'demo', acr: 'gold', amr: ['mfa'] }, when)).toBe(
    `signing in at demo (gold, mfa), at ${at}`,
  )
})
