// Saved views: what a list is filtered and sorted by, under a name. Each person has their own, in all their browsers.

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type Preferences, preferencesQuery, setPreference, usePreference } from '../api/preferences'

export interface View {
  id: string
  name: string
  /** words are the part of the address that the view stands for. */
  words: Record<string, string>
}

export interface Views {
  views: View[]
  /** first is the id of the view with which the list opens. */
  first?: string
}

export const none: Views = { views: [] }

/** most is how many views of a list are kept: they share a preference, which has a size. */
export const most = 40

/** longest is how long a name may be. */
export const longest = 60

/** wrong says what is wrong with a name; '' where nothing is. */
export function wrong(name: string, all: Views, except?: string): string {
  const trimmed = name.trim()
  if (trimmed === '') return 'Give it a name.'
  if (trimmed.length > longest) return `A name has at most ${longest} characters.`
  const taken = all.views.find(v => v.id !== except && v.name.toLowerCase() === trimmed.toLowerCase())
  if (taken) return `There is a view called “${taken.name}” already.`
  if (!except && all.views.length >= most) return `There are ${most} views already. Delete one that is not needed.`
  return ''
}

/** saved has one more view. */
export function saved(all: Views, id: string, name: string, words: View['words']): Views {
  const view = { id, name: name.trim(), words }
  return { ...all, views: [...all.views.filter(v => v.id !== id), view].sort((a, b) => a.name.localeCompare(b.name)) }
}

export function renamed(all: Views, id: string, name: string): Views {
  const view = all.views.find(v => v.id === id)
  return view ? saved(all, id, name, view.words) : all
}

export function changed(all: Views, id: string, words: View['words']): Views {
  return { ...all, views: all.views.map(v => (v.id === id ? { ...v, words } : v)) }
}

export function deleted(all: Views, id: string): Views {
  const { first, views } = all
  return { views: views.filter(v => v.id !== id), ...(first && first !== id && { first }) }
}

/** opening makes a view the one with which the list opens, or none. */
export function opening(all: Views, id: string | undefined): Views {
  return { views: all.views, ...(id && { first: id }) }
}

/** useViews are somebody's views of a list, and how to change them: as they are now, also by another browser. */
export function useViews(list: string) {
  const queries = useQueryClient()
  const name = `views.${list}`
  const [views, , loading] = usePreference<Views>(name, none)
  const change = useMutation({
    mutationFn: async (to: (all: Views) => Views) => {
      const kept = await queries.fetchQuery({ ...preferencesQuery, staleTime: 0 })
      const next = to((kept[name] as Views | undefined) ?? none)
      await setPreference(name, next)
      queries.setQueryData<Preferences>(preferencesQuery.queryKey, all => ({ ...all, [name]: next }))
    },
  })
  return { views, loading, change }
}
