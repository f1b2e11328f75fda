// The organization as a tree, put together from what the server answers: its units, and accounts where they were asked for.

import type { Schemas } from '../../api/client'

export type Unit = Schemas['OU']
export type Account = Schemas['Account']

export type Node =
  | { kind: 'unit'; id: string; unit: Unit; children: Node[] }
  | { kind: 'account'; id: string; account: Account }
  /** rest stands for what is not shown: not loaded yet, or more than fits. */
  | { kind: 'rest'; id: string; unit: Unit; shown: number | undefined }

/** pathKey tells units apart by the names from the root down, as accounts name theirs: AWS has no two of a name in one unit. */
export const pathKey = (path: string[]) => path.join('\n')

/** tree is the units below each other. accountsIn are the accounts directly in a unit, as far as they were loaded. */
export function tree(units: Unit[], accountsIn: (u: Unit) => Account[] | undefined): Node[] {
  return nested(units, u => {
    const loaded = accountsIn(u)
    const shown = accountNodes(loaded ?? [])
    if (shown.length < u.accounts) shown.push({ kind: 'rest', id: `${u.id}/rest`, unit: u, shown: loaded?.length })
    return shown
  })
}

function nested(units: Unit[], accountsIn: (u: Unit) => Node[]): Node[] {
  const known = new Set(units.map(u => u.id))
  const below = grouped(units, u => (u.parentId && known.has(u.parentId) ? u.parentId : ''))
  const nodes = (parent: string): Node[] =>
    (below.get(parent) ?? []).map(unit => ({
      kind: 'unit',
      id: unit.id,
      unit,
      children: [...nodes(unit.id), ...accountsIn(unit)],
    }))
  return nodes('')
}

const accountNodes = (accounts: Account[]): Node[] =>
  accounts.map(account => ({ kind: 'account', id: account.id, account }))

function grouped<T>(all: T[], by: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const one of all) {
    const group = groups.get(by(one))
    if (group) group.push(one)
    else groups.set(by(one), [one])
  }
  return groups
}

/** found is the part of the tree in which accounts were found, or units by their names, with what is above them. */
export function found(units: Unit[], words: string, accountsFound: Account[]): Node[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean)
  const byPath = new Map(units.map(u => [pathKey(u.path), u]))
  const byUnit = grouped(accountsFound, a => byPath.get(pathKey(a.ouPath))?.id ?? '')
  const keep = new Set<string>()
  const keepUp = (path: string[]) => {
    for (let n = path.length; n > 0; n--) {
      const u = byPath.get(pathKey(path.slice(0, n)))
      if (u) keep.add(u.id)
    }
  }
  for (const u of units) {
    const text = `${u.path.join(' ')} ${u.id}`.toLowerCase()
    if (wanted.every(w => text.includes(w))) keepUp(u.path)
  }
  for (const a of accountsFound) keepUp(a.ouPath)
  return nested(
    units.filter(u => keep.has(u.id)),
    u => accountNodes(byUnit.get(u.id) ?? []),
  )
}

/** unitIds are the ids of all units of a tree. */
export function unitIds(nodes: Node[]): string[] {
  return nodes.flatMap(n => (n.kind === 'unit' ? [n.id, ...unitIds(n.children)] : []))
}
