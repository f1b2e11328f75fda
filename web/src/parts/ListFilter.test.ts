import { describe, expect, it } from 'vitest'
import { type Filter, meant, tokensOf, wordsOf } from './ListFilter'

const people = [
  { value: 'u-1', label: 'Rita Moreau', description: 'rita' },
  { value: 'u-2', label: 'Rita Moreno', description: 'rita2' },
]
const status: Filter = { parameter: 'status', label: 'Status', several: true, values: [{ value: 'pending' }] }
const user: Filter = {
  parameter: 'user',
  label: 'Person',
  suggest: async typed => people.filter(p => `${p.value} ${p.label}`.toLowerCase().includes(typed.toLowerCase())),
}
const filters = [status, user]

describe('tokens', () => {
  it('are what the address says', () => {
    const a = { status: 'pending,in progress', user: 'u-1', other: 'x' }
    expect(tokensOf(filters, a)).toEqual([
      { propertyKey: 'status', operator: '=', value: ['pending', 'in progress'] },
      { propertyKey: 'user', operator: '=', value: 'u-1' },
    ])
    expect(wordsOf(filters, tokensOf(filters, a))).toEqual({ status: 'pending,in progress', user: 'u-1' })
  })
  it('of one thing are any of them, or the last where there can be one', () => {
    const tokens = [
      { propertyKey: 'status', operator: '=', value: ['pending'] },
      { propertyKey: 'status', operator: '=', value: ['pending', 'ended'] },
      { propertyKey: 'user', operator: '=', value: 'u-1' },
      { propertyKey: 'user', operator: '=', value: ' u-2 ' },
    ] as const
    expect(wordsOf(filters, tokens)).toEqual({ status: 'pending,ended', user: 'u-2' })
  })
  it('that were taken away leave the address', () => {
    expect(wordsOf(filters, [])).toEqual({ status: undefined, user: undefined })
  })
})

describe('who typed a name', () => {
  it('means the only one found', async () => {
    expect((await meant(user, 'moreau')).value).toBe('u-1')
  })
  it('means the one called exactly so', async () => {
    expect((await meant(user, 'RITA MOREAU')).value).toBe('u-1')
    expect((await meant({ ...user, suggest: async () => people }, 'rita2')).value).toBe('u-2')
  })
  it('means what was typed where several are meant, or none', async () => {
    expect(await meant(user, 'rita mor')).toEqual({ value: 'rita mor' })
    expect(await meant(user, 'zoe')).toEqual({ value: 'zoe' })
    expect(await meant({ ...user, suggest: () => Promise.reject(new Error('no')) }, 'rita')).toEqual({ value: 'rita' })
  })
})
