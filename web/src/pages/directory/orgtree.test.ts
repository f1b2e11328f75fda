import { expect, test } from 'vitest'
import { type Account, found, type Node, tree, type Unit, unitIds } from './orgtree'

const unit = (id: string, path: string[], parentId?: string, accounts = 0): Unit => ({
  id,
  name: path.at(-1) ?? '',
  path,
  parentId,
  accounts,
  accountsBelow: accounts,
  readAt: '2026-11-25T12:00:00Z',
})
const account = (name: string, ...ouPath: string[]): Account => ({
  id: name,
  name,
  ouPath,
  state: 'ACTIVE',
  protected: false,
  readAt: '2026-11-25T12:00:00Z',
})

const units = [
  unit('r', ['Root'], undefined, 1),
  unit('w', ['Root', 'Work'], 'r'),
  unit('p', ['Root', 'Work', 'Prod'], 'w', 2),
  unit('d', ['Root', 'Work', 'Dev'], 'w', 1),
]

/** drawn is a tree in a line: Root(Work(Prod(shop) Dev)). */
function drawn(nodes: Node[]): string {
  return nodes
    .map(n => {
      if (n.kind === 'account') return n.account.name
      if (n.kind === 'rest') return n.shown === undefined ? '…' : `+${n.unit.accounts - n.shown}`
      return n.children.length > 0 ? `${n.unit.name}(${drawn(n.children)})` : n.unit.name
    })
    .join(' ')
}

test('units are below each other, with what of their accounts was loaded, and how many were not', () => {
  const loaded: Record<string, Account[]> = {
    p: [account('shop', 'Root', 'Work', 'Prod')],
    r: [account('top', 'Root')],
  }
  expect(drawn(tree(units, u => loaded[u.id]))).toBe('Root(Work(Prod(shop +1) Dev(…)) top)')
})

test('a unit whose parent may not be seen stands at the top', () => {
  expect(drawn(tree(units.slice(2), () => []))).toBe('Prod(+2) Dev(+1)')
})

test('what was found is shown with what is above it, and nothing else', () => {
  expect(drawn(found(units, 'shop', [account('shop', 'Root', 'Work', 'Dev')]))).toBe('Root(Work(Dev(shop)))')
  expect(drawn(found(units, 'WORK prod', []))).toBe('Root(Work(Prod))')
  expect(found(units, 'nothing', [])).toEqual([])
})

test('all units of what is shown can be opened', () => {
  expect(unitIds(found(units, 'dev', [account('a', 'Root', 'Work', 'Dev')]))).toEqual(['r', 'w', 'd'])
})
