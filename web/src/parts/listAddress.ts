// What a list is filtered by is in its address, as plain words: `status=pending,approved&within=7d&sort=-created`. Here is
// how those words are read and written, and how pages that are asked for with cursors are turned.

export type Address = Record<string, string | undefined>
export type Query = Record<string, string | string[] | number | boolean | undefined>

/** Filtered is a thing that a list is filtered by. */
export interface Filtered {
  parameter: string
  several?: boolean
}

export type WithinUnit = 'minute' | 'hour' | 'day' | 'week' | 'month'

/** Within is how far back from now: seven days. */
export interface Within {
  amount: number
  unit: WithinUnit
}

const unitOf: Record<string, WithinUnit> = { m: 'minute', h: 'hour', d: 'day', w: 'week', mo: 'month' }

/** withinOf reads a word such as 7d; undefined where it is none. */
export function withinOf(word: string | undefined): Within | undefined {
  const found = /^([1-9][0-9]{0,3})(m|h|d|w|mo)$/.exec(word ?? '')
  const unit = found && unitOf[found[2] ?? '']
  return unit ? { amount: Number(found[1]), unit } : undefined
}

/** withinWord is the word for it. */
export function withinWord(w: Within): string {
  const letter = Object.entries(unitOf).find(([, unit]) => unit === w.unit)?.[0] ?? 'd'
  return `${w.amount}${letter}`
}

/** since is the instant that lies so far back from now. */
export function since(w: Within, now: number): Date {
  const t = new Date(now)
  if (w.unit === 'month') {
    t.setMonth(t.getMonth() - w.amount)
    return t
  }
  const minutes = { minute: 1, hour: 60, day: 1440, week: 10_080 }[w.unit]
  return new Date(now - w.amount * minutes * 60_000)
}

/** instantOf reads an instant of an address; undefined where it is none, as in an address that somebody mended by hand. */
export function instantOf(word: string | undefined): string | undefined {
  if (!word) return undefined
  const t = Date.parse(word)
  return Number.isFinite(t) ? new Date(t).toISOString().replace('.000Z', 'Z') : undefined
}

/** spanOf is what the words about time mean now: from (in it) and to (not in it). */
export function spanOf(a: Address, now: number): { from?: string; to?: string } {
  const within = withinOf(a.within)
  if (within) return { from: instantOf(since(within, now).toISOString()) }
  const from = instantOf(a.from)
  const to = instantOf(a.to)
  return { ...(from && { from }), ...(to && { to }) }
}

const spanWords = ['within', 'from', 'to']

/** wordsOf are the parameters of an address that belong to a list. */
export function wordsOf(filters: Filtered[], dated: boolean): string[] {
  return [...filters.map(f => f.parameter), ...(dated ? spanWords : []), 'sort']
}

/** only is what an address says in some words, without what is empty. */
export function only(a: Address, words: string[]): Record<string, string> {
  return Object.fromEntries(words.flatMap((w): [string, string][] => (a[w] ? [[w, a[w]]] : [])))
}

/** instead is an address change that says exactly what a view says, in the words of a list. */
export function instead(view: Record<string, string>, words: string[]): Address {
  return Object.fromEntries(words.map(w => [w, view[w]]))
}

/** same says whether two addresses say the same in some words. */
export function same(a: Address, b: Address, words: string[]): boolean {
  return words.every(w => (a[w] || undefined) === (b[w] || undefined))
}

/** queryOf is what the server is asked for. */
export function queryOf(a: Address, filters: Filtered[], dated: boolean, now: number): Query {
  const query: Query = {}
  for (const f of filters) {
    const value = a[f.parameter]
    if (value) query[f.parameter] = f.several ? value.split(',') : value
  }
  return { ...query, ...(dated && spanOf(a, now)) }
}

/** pairs are a query as an address has it: several values of one thing are one word with commas. */
export function pairs(q: Query): [string, string][] {
  return Object.entries(q).flatMap(([k, v]): [string, string][] =>
    v === undefined || v === '' || (Array.isArray(v) && v.length === 0) ? [] : [[k, String(v)]],
  )
}

/** Pages are those of one question that are known. Page n is asked for with the cursor that page n-1 answered. */
export interface Pages {
  of: string
  at: number
  cursors: string[]
}

/** firstPage is where a question begins. */
export const firstPage = (of: string): Pages => ({ of, at: 1, cursors: [''] })

/** pagesOf are the pages of a question: of another one than before they begin anew. */
export const pagesOf = (known: Pages, of: string): Pages => (known.of === of ? known : firstPage(of))

/** cursorOf is the cursor to ask for the page with that is shown. */
export const cursorOf = (p: Pages): string => p.cursors[p.at - 1] ?? ''

/** learned is what is known after the page that is shown answered with the next one's cursor, or that it is the last. */
export function learned(p: Pages, next: string | undefined): Pages {
  const here = p.cursors.slice(0, p.at)
  const after = next ? [...here, next] : here
  if (p.cursors[p.at] === next) return p
  return { ...p, cursors: after }
}

/** turned shows another page, as far as it is known. */
export const turned = (p: Pages, to: number): Pages => ({ ...p, at: Math.max(1, Math.min(to, p.cursors.length)) })
