// Live updates: one stream of events for all tabs of a browser. What an event says is not shown; it only tells which
// answers are out of date, so that they are asked for again. What somebody may see is decided by those answers.

import type { Query, QueryClient } from '@tanstack/react-query'
import { useSyncExternalStore } from 'react'
import { type Schemas, signInPath } from './client'

export type Connection = 'connecting' | 'live' | 'lost'

let connection: Connection = 'connecting'
const listeners = new Set<() => void>()

function set(to: Connection) {
  if (to === connection) return
  connection = to
  for (const f of listeners) f()
}

/** useConnection says whether what a page shows is kept up to date just now. */
export function useConnection(): Connection {
  return useSyncExternalStore(
    f => {
      listeners.add(f)
      return () => listeners.delete(f)
    },
    () => connection,
  )
}

/**
 * concerns are the beginnings of query keys that an event makes old, by the beginning of its kind. What is named by none
 * concerns everything.
 */
const concerns: [kind: string, keys: string[]][] = [
  ['request.', ['requests', 'me', 'statistics']],
  ['vote.', ['requests', 'me']],
  ['target.', ['requests', 'elevations', 'me', 'statistics']],
  ['elevation.', ['requests', 'elevations', 'me', 'assignments', 'statistics']],
  ['assignment.', ['elevations', 'assignments']],
  ['policy.', ['policies', 'proposals', 'requestable', 'me', 'settings']],
  ['proposal.', ['proposals', 'me']],
  ['settings.', ['settings', 'policies', 'proposals', 'me']],
  ['directory.', ['directory']],
  ['alarm.', ['alarms', 'deployment']],
  ['machine.', ['machines', 'tokens']],
  ['token.', ['tokens', 'machines']],
  ['sign-in.', ['sign-ins']],
  ['identity.', ['identities']],
  ['passkey.', ['passkeys']],
]

/** concernedBy are the beginnings of the query keys that an event of a kind makes old; undefined: all. */
export function concernedBy(kind: string): string[] | undefined {
  return concerns.find(([k]) => kind.startsWith(k))?.[1]
}

type News = { connection: Connection } | { kinds: string[] }

// gatherFor is how long what comes at once is gathered: a commit writes several events.
const gatherFor = 150

/**
 * askAgain has queries answered anew. One that is being answered for the first time may have been read before what happened:
 * it is not broken off, and asked again when its answer is there.
 */
export function askAgain(queries: QueryClient, concerned: (q: Query) => boolean) {
  for (const begun of queries.getQueryCache().findAll({ fetchStatus: 'fetching', predicate: concerned })) {
    if (begun.state.data !== undefined) continue // the answer that is on its way is dropped, and asked for anew
    const anew = () => queries.invalidateQueries({ queryKey: begun.queryKey, exact: true })
    void begun.promise?.then(anew, anew)
  }
  void queries.invalidateQueries({ predicate: concerned })
}

/** followEvents keeps queries up to date until it is stopped. Of several tabs one follows, and tells the others. */
export function followEvents(queries: QueryClient): () => void {
  const stopped = new AbortController()
  const channel = new BroadcastChannel('team-events')
  const kinds = new Set<string>()
  let timer: ReturnType<typeof setTimeout> | undefined

  const refresh = () => {
    timer = undefined
    const all = [...kinds].some(k => !concernedBy(k))
    // Whatever happened, the log is longer.
    const keys = new Set(['events', ...[...kinds].flatMap(k => concernedBy(k) ?? [])])
    kinds.clear()
    askAgain(queries, q => all || keys.has(String(q.queryKey[0])))
  }
  const hear = (news: News) => {
    if ('connection' in news) {
      // After a gap nobody knows what was missed; also between the first answers of a page and the beginning of the stream.
      if (news.connection === 'live' && connection !== 'live') askAgain(queries, () => true)
      set(news.connection)
      return
    }
    for (const k of news.kinds) kinds.add(k)
    timer ??= setTimeout(refresh, gatherFor)
  }
  const tell = (news: News) => {
    hear(news)
    channel.postMessage(news)
  }
  channel.onmessage = e => {
    // A tab that begins asks how things are; who follows answers.
    if (e.data === 'how are things?') {
      if (following) channel.postMessage({ connection })
      return
    }
    hear(e.data as News)
  }
  let following = false
  channel.postMessage('how are things?')

  navigator.locks
    .request('team-events', { signal: stopped.signal }, () => {
      following = true
      return follow(stopped.signal, tell)
    })
    .catch(() => undefined) // stopped while it waited
  return () => {
    stopped.abort()
    clearTimeout(timer)
    channel.close()
  }
}

/** follow holds the stream until it is aborted. It goes on from the last event that came. */
async function follow(stopped: AbortSignal, tell: (news: News) => void) {
  let cursor = ''
  let wait = 1000
  while (!stopped.aborted) {
    const how = await once(cursor, stopped, tell, c => {
      cursor = c
      wait = 1000
    })
    if (how === 'unauthenticated') {
      window.location.assign(signInPath())
      return
    }
    if (how === 'anew') cursor = ''
    if (stopped.aborted) return
    tell({ connection: 'lost' })
    await pause(wait * (0.75 + Math.random() / 2), stopped)
    wait = Math.min(wait * 2, 30_000)
  }
}

function pause(milliseconds: number, stopped: AbortSignal) {
  return new Promise<void>(done => {
    const t = setTimeout(done, milliseconds)
    stopped.addEventListener('abort', () => {
      clearTimeout(t)
      done()
    })
  })
}

type Ended = 'again' | 'anew' | 'unauthenticated'

/** once follows until the connection ends, and says how to go on. */
function once(
  cursor: string,
  stopped: AbortSignal,
  tell: (news: News) => void,
  at: (cursor: string) => void,
): Promise<Ended> {
  return new Promise(done => {
    const source = new EventSource(`/api/v1/events/stream${cursor ? `?cursor=${encodeURIComponent(cursor)}` : ''}`)
    const end = (how: Ended) => {
      source.close()
      done(how)
    }
    stopped.addEventListener('abort', () => end('again'))
    source.onopen = () => tell({ connection: 'live' })
    source.onmessage = e => {
      at(e.lastEventId)
      tell({ kinds: [(JSON.parse(e.data) as Schemas['Event']).kind] })
    }
    // What concerns who may decide, without saying what: see the API's description of the stream.
    source.addEventListener('waiting', () => tell({ kinds: ['request.'] }))
    source.addEventListener('end', e => {
      const { code } = JSON.parse((e as MessageEvent<string>).data) as Schemas['EventStreamEnd']
      if (code === 'unauthenticated') end('unauthenticated')
      else end(code === 'forbidden' ? 'anew' : 'again')
    })
    // The browser's own tries do not wait longer and longer, and give up on an error's answer.
    source.onerror = () => end('again')
  })
}
