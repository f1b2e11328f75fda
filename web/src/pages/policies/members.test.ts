import { describe, expect, it } from 'vitest'
import { differing, type Eligibility, merged, type Side, same, sideAtFirst, withAt } from './members'

const began: Eligibility = {
  name: 'Developers',
  principals: { groups: ['g-1'] },
  targets: { accounts: ['111111111111'] },
  permissionSets: ['arn:1'],
  maxDurationSeconds: 3600,
  approvalRequired: true,
}

describe('members of policies', () => {
  it('are the same whether absent or empty, and in whatever order ids come', () => {
    expect(same(undefined, [])).toBe(true)
    expect(same(['a', 'b'], ['b', 'a'])).toBe(true)
    expect(same(['a'], ['a', 'b'])).toBe(false)
    expect(same({ kinds: [], maxAgeSeconds: 0 }, undefined)).toBe(true)
    expect(same([{ id: 'ou-1', directOnly: false }], [{ id: 'ou-1' }])).toBe(true)
    expect(same([{ id: 'ou-1', directOnly: true }], [{ id: 'ou-1' }])).toBe(false)
  })

  it('differ where a value does, and nowhere else', () => {
    const other = withAt(withAt(began, 'targets.ous', [{ id: 'ou-1' }]), 'maxDurationSeconds', 60)
    expect(differing('eligibility', began, other).map(m => m.path)).toEqual(['targets.ous', 'maxDurationSeconds'])
    expect(began.targets.ous).toBeUndefined()
  })

  it('are put together so that neither side is lost', () => {
    const theirs = withAt(withAt(began, 'name', 'Theirs'), 'maxDurationSeconds', 60)
    const yours = withAt(withAt(began, 'name', 'Yours'), 'approvalRequired', false)
    const sides: Record<string, Side> = {}
    for (const m of differing('eligibility', theirs, yours)) sides[m.path] = sideAtFirst(m, began, yours)
    expect(sides).toEqual({ name: 'yours', maxDurationSeconds: 'theirs', approvalRequired: 'yours' })
    expect(merged('eligibility', theirs, yours, sides)).toEqual({
      ...began,
      name: 'Yours',
      maxDurationSeconds: 60,
      approvalRequired: false,
    })
  })
})
