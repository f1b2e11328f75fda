// What a picture of who reaches what is made of, and what in it belongs together.

import type { ReactNode } from 'react'

export interface Item {
  id: string
  title: ReactNode
  /** text is the title for those who do not see it. */
  text: string
  detail?: ReactNode
}

export interface Column {
  title: string
  items: Item[]
  empty: string
}

export interface Edge {
  from: string
  to: string
  /** asked: what lies at the end of it needs somebody's approval. */
  asked?: boolean
}

/** together are an item and all that lies on a way through it. */
export function together(id: string, edges: Edge[]): Set<string> {
  const all = new Set([id])
  const walk = (from: string, next: (at: string) => string[]) => {
    for (const to of next(from)) {
      if (all.has(to) && to !== id) continue
      all.add(to)
      walk(to, next)
    }
  }
  walk(id, at => edges.filter(e => e.from === at).map(e => e.to))
  walk(id, at => edges.filter(e => e.to === at).map(e => e.from))
  return all
}
