import { useEffect, useRef, useState } from 'react'
import type { Schemas } from '../../api/client'

type Request = Schemas['Request']

/**
 * useGone are the requests that were in a list and are not any more, the last first: they do not just vanish under
 * somebody's hand. What somebody dismissed stays away.
 */
export function useGone(items: Request[] | undefined): [gone: Request[], dismiss: (id: string) => void] {
  const before = useRef(new Map<string, Request>())
  const [gone, setGone] = useState<Request[]>([])
  useEffect(() => {
    if (!items) return
    const now = new Set(items.map(r => r.id))
    const left = [...before.current.values()].filter(r => !now.has(r.id))
    before.current = new Map(items.map(r => [r.id, r]))
    if (left.length > 0) {
      setGone(g => [...left, ...g.filter(r => !now.has(r.id) && !left.some(l => l.id === r.id))].slice(0, 5))
    } else {
      setGone(g => (g.some(r => now.has(r.id)) ? g.filter(r => !now.has(r.id)) : g))
    }
  }, [items])
  return [gone, id => setGone(g => g.filter(r => r.id !== id))]
}
