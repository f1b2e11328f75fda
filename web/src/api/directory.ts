// Things of the directory by name: searched for, and named by their ids. Ids that are asked for at the same moment are
// asked for together.

import { useQuery } from '@tanstack/react-query'
import { answer, api } from './client'

export type Kind = 'users' | 'groups' | 'accounts' | 'ous' | 'permission-sets' | 'machines'

/** Thing is something of the directory as people know it. */
export interface Thing {
  id: string
  name: string
  /** detail tells it from others of the same name: a path of units, an address, what it is for. */
  detail?: string
  /** tags are words about it that matter when it is chosen. */
  tags?: string[]
}

interface Question {
  q?: string
  id?: string[]
  limit: number
}

/** ask finds things of a kind; the best fitting first. */
export async function ask(kind: Kind, query: Question, signal?: AbortSignal): Promise<Thing[]> {
  const o = { params: { query }, signal }
  switch (kind) {
    case 'users':
      return (await answer(api.GET('/api/v1/directory/users', o))).items.map(u => ({
        id: u.id,
        name: u.displayName || u.userName || u.id,
        detail: [u.userName, u.email].filter(Boolean).join(' · ') || undefined,
        tags: u.enabled ? [] : ['disabled'],
      }))
    case 'groups':
      return (await answer(api.GET('/api/v1/directory/groups', o))).items.map(g => ({
        id: g.id,
        name: g.displayName,
        detail: `${g.members} ${g.members === 1 ? 'member' : 'members'}`,
      }))
    case 'accounts':
      return (await answer(api.GET('/api/v1/directory/accounts', o))).items.map(a => ({
        id: a.id,
        name: a.name,
        detail: a.ouPath.join(' / '),
        tags: [...(a.protected ? ['protected'] : []), ...(a.state === 'ACTIVE' ? [] : [a.state.toLowerCase()])],
      }))
    case 'ous':
      return (await answer(api.GET('/api/v1/directory/ous', o))).items.map(u => ({
        id: u.id,
        name: u.path.join(' / ') || u.name,
      }))
    case 'permission-sets':
      return (await answer(api.GET('/api/v1/directory/permission-sets', o))).items.map(p => ({
        id: p.arn,
        name: p.name,
        detail: p.description,
        tags: p.inManagementAccount ? ['not offered'] : [],
      }))
    case 'machines':
      return machines(query)
  }
}

/** machines are few, and have no search of their own. */
async function machines({ q, id, limit }: Question): Promise<Thing[]> {
  const all = await answer(api.GET('/api/v1/machines', { params: { query: { scope: 'all', limit: 200 } } }))
  const words = (q ?? '').toLowerCase().split(/\s+/).filter(Boolean)
  return all.items
    .filter(
      m => (!id || id.includes(m.id)) && words.every(w => `${m.name} ${m.description ?? ''}`.toLowerCase().includes(w)),
    )
    .slice(0, limit)
    .map(m => ({ id: m.id, name: m.name, detail: m.description, tags: m.enabled ? [] : ['disabled'] }))
}

type Waiter = { id: string; found: (t: Thing | undefined) => void; failed: (e: unknown) => void }

const waiting = new Map<Kind, Waiter[]>()
const together = 40 // ARNs are long, and an address must not be

function named(kind: Kind, id: string): Promise<Thing | undefined> {
  return new Promise((found, failed) => {
    const others = waiting.get(kind)
    if (others) {
      others.push({ id, found, failed })
      return
    }
    waiting.set(kind, [{ id, found, failed }])
    setTimeout(() => {
      const now = waiting.get(kind) ?? []
      waiting.delete(kind)
      const ids = [...new Set(now.map(w => w.id))]
      for (let at = 0; at < ids.length; at += together) {
        const some = ids.slice(at, at + together)
        const theirs = now.filter(w => some.includes(w.id))
        ask(kind, { id: some, limit: together }).then(
          things => {
            const byId = new Map(things.map(t => [t.id, t]))
            for (const w of theirs) w.found(byId.get(w.id))
          },
          e => {
            for (const w of theirs) w.failed(e)
          },
        )
      }
    }, 10)
  })
}

/** mostNamed is how many of a long list are named; the rest are told by their ids. */
const mostNamed = 400

/** useNames gives names for ids. What is not known, or not yet, is missing. */
export function useNames(kind: Kind, ids: string[]): Map<string, Thing> {
  const asked = [...new Set(ids)].slice(0, mostNamed).sort()
  const { data } = useQuery({
    queryKey: ['directory', 'names', kind, asked],
    queryFn: async () => {
      const things = await Promise.all(asked.map(id => named(kind, id)))
      return things.filter(t => t !== undefined)
    },
    enabled: asked.length > 0,
    placeholderData: before => before,
    staleTime: 300_000,
  })
  return new Map(data?.map(t => [t.id, t]))
}
