// What may be chosen: by search on the server, and before anything is typed what was chosen lately and what is a favourite.

import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { answer, api, type Schemas } from '../../api/client'
import { usePreference } from '../../api/preferences'
import { type Choice, choiceOf, keyOf } from './draft'

/** Account is an account with what may be asked for in it. */
export interface Account {
  id: string
  name: string
  place: string
  roles: Role[]
}

export interface Role {
  arn: string
  name: string
  description?: string
  sessionDurationSeconds?: number
  maxDurationSeconds: number
  approvalRequired: boolean
}

// accountsShown bounds an answer, so that each keystroke is answered at once; more words find what is not among them.
const accountsShown = 25

// keystrokes that come faster than this are one search.
const settle = 60

/** useSettled is a value once it has not changed for so many milliseconds. */
export function useSettled<T>(value: T, milliseconds: number): T {
  const [settled, set] = useState(value)
  useEffect(() => {
    const t = setTimeout(() => set(value), milliseconds)
    return () => clearTimeout(t)
  }, [value, milliseconds])
  return settled
}

/** accountsOf gathers blocks of what may be asked for by account, since an account can be in several. */
export function accountsOf(answered: Schemas['Requestable']): Account[] {
  const accounts = new Map<string, Account>()
  for (const block of answered.items) {
    for (const a of block.accounts) {
      const known = accounts.get(a.id) ?? { id: a.id, name: a.name, place: (a.ouPath ?? []).join(' / '), roles: [] }
      accounts.set(a.id, known)
      for (const p of block.permissionSets) {
        if (known.roles.some(r => r.arn === p.id)) continue
        known.roles.push({
          arn: p.id,
          name: p.name,
          description: p.description,
          sessionDurationSeconds: p.sessionDurationSeconds,
          maxDurationSeconds: block.maxDurationSeconds,
          approvalRequired: block.approvalRequired,
        })
      }
    }
  }
  return [...accounts.values()]
}

/** useSearch finds what may be asked for by words. */
export function useSearch(typed: string) {
  const words = useSettled(typed.trim(), settle)
  return useQuery({
    queryKey: ['requestable', 'search', words],
    queryFn: async ({ signal }) => {
      const query = { limit: accountsShown, ...(words && { q: words }) }
      const found = await answer(api.GET('/api/v1/me/requestable', { params: { query }, signal }))
      return { accounts: accountsOf(found), more: found.nextCursor !== undefined, words }
    },
    placeholderData: keepPreviousData,
  })
}

/** useRole describes one choice; null when nothing of the kind may be asked for. */
export function useRole(c: Choice) {
  return useQuery({
    queryKey: ['requestable', 'role', keyOf(c)],
    queryFn: async () => {
      const query = { account: c.accountId, permissionSet: c.permissionSetArn, limit: 1 }
      const account = accountsOf(await answer(api.GET('/api/v1/me/requestable', { params: { query } })))[0]
      const role = account?.roles[0]
      return account && role ? { account, role } : null
    },
  })
}

/** useRecent is what somebody asked for lately, the last first, each once. */
export function useRecent(): Choice[] {
  const mine = useQuery({
    queryKey: ['requests', 'recent'],
    queryFn: () => answer(api.GET('/api/v1/requests', { params: { query: { scope: 'mine', limit: 20 } } })),
  })
  const seen = new Map<string, Choice>()
  for (const r of mine.data?.items ?? []) {
    for (const t of r.targets) if (!seen.has(keyOf(t))) seen.set(keyOf(t), choiceOf(t))
  }
  return [...seen.values()].slice(0, 8)
}

const mostFavourites = 30

/** useFavourites are kept by the server, with their names as they were. */
export function useFavourites(): { all: Choice[]; is: (c: Choice) => boolean; toggle: (c: Choice) => void } {
  const [all, keep] = usePreference<Choice[]>('ask.favourites', [])
  const is = (c: Choice) => all.some(f => keyOf(f) === keyOf(c))
  return {
    all,
    is,
    toggle: c => keep(is(c) ? all.filter(f => keyOf(f) !== keyOf(c)) : [choiceOf(c), ...all].slice(0, mostFavourites)),
  }
}
