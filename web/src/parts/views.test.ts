import { describe, expect, it } from 'vitest'
import { changed, deleted, longest, most, none, opening, renamed, saved, type Views, wrong } from './views'

const two: Views = saved(saved(none, 'b', ' Waiting ', { status: 'pending' }), 'a', 'Failed', { status: 'error' })

describe('views', () => {
  it('are kept by name', () => {
    expect(two.views.map(v => v.name)).toEqual(['Failed', 'Waiting'])
    expect(renamed(two, 'a', 'Zeros').views.map(v => v.id)).toEqual(['b', 'a'])
    expect(renamed(two, 'gone', 'x')).toBe(two)
  })
  it('are changed one at a time', () => {
    expect(changed(two, 'a', { user: 'u-1' }).views.map(v => v.words)).toEqual([{ user: 'u-1' }, { status: 'pending' }])
  })
  it('may open the list, until they are deleted', () => {
    const first = opening(two, 'a')
    expect(first.first).toBe('a')
    expect(deleted(first, 'a')).toEqual({ views: [expect.objectContaining({ id: 'b' })] })
    expect(deleted(first, 'b').first).toBe('a')
    expect(opening(first, undefined)).toEqual({ views: two.views })
  })
})

describe('names', () => {
  it('are refused when they are', () => {
    expect(wrong('  ', two)).toContain('Give it')
    expect(wrong('x'.repeat(longest + 1), two)).toContain(`${longest}`)
    expect(wrong('failed ', two)).toContain('“Failed”')
  })
  it('may stay, or change only their capitals', () => {
    expect(wrong('FAILED', two, 'a')).toBe('')
  })
  it('are not without number', () => {
    const full = { views: Array.from({ length: most }, (_, i) => ({ id: `${i}`, name: `${i}`, words: {} })) }
    expect(wrong('another', full)).toContain(`${most}`)
    expect(wrong('another', full, '3')).toBe('')
  })
})
