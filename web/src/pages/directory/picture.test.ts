import { expect, test } from 'vitest'
import { together } from './picture'

const edges = [
  { from: 'rita', to: 'developers' },
  { from: 'rita', to: 'data' },
  { from: 'developers', to: 'dev' },
  { from: 'developers', to: 'look' },
  { from: 'data', to: 'look' },
  { from: 'dev', to: 'block' },
]

test('what lies on a way through a card belongs to it, and its neighbours do not', () => {
  expect([...together('look', edges)].sort()).toEqual(['data', 'developers', 'look', 'rita'])
  expect([...together('developers', edges)].sort()).toEqual(['block', 'dev', 'developers', 'look', 'rita'])
  expect([...together('block', edges)].sort()).toEqual(['block', 'dev', 'developers', 'rita'])
  expect([...together('rita', edges)]).toHaveLength(6)
})
