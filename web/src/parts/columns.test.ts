import { describe, expect, it } from 'vitest'
import { shownOf } from './columns'

const columns = [{ id: 'access' }, { id: 'status' }, { id: 'user' }, { id: 'created' }, { id: 'id', extra: true }]
const visible = (shown: { id: string; visible: boolean }[]) => shown.filter(c => c.visible).map(c => c.id)

describe('columns', () => {
  it('are all but the extra ones', () => {
    expect(visible(shownOf(columns, undefined, false))).toEqual(['access', 'status', 'user', 'created'])
  })
  it('are few where there is little room', () => {
    expect(visible(shownOf(columns, undefined, true))).toEqual(['access', 'status', 'user'])
    const told = columns.map(c => ({ ...c, narrow: c.id === 'created' }))
    expect(visible(shownOf(told, undefined, true))).toEqual(['created'])
  })
  it('are as somebody keeps them, in their order', () => {
    const kept = [
      { id: 'id', visible: true },
      { id: 'access', visible: false },
    ]
    expect(shownOf(columns, kept, false).map(c => c.id)).toEqual(['id', 'access', 'status', 'user', 'created'])
    expect(visible(shownOf(columns, kept, false))).toEqual(['id', 'status', 'user', 'created'])
  })
  it('that are no more are forgotten', () => {
    expect(shownOf(columns, [{ id: 'gone', visible: true }], false).map(c => c.id)).not.toContain('gone')
  })
})
