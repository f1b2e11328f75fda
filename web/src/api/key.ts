import { useRef } from 'react'
import { newKey } from './client'

/** useKeyFor is the Idempotency-Key of what is sent: the same for every try of the same, another for anything else. */
export function useKeyFor(): (body: unknown) => string {
  const kept = useRef({ of: '', key: '' })
  return body => {
    const of = JSON.stringify(body)
    if (kept.current.of !== of) kept.current = { of, key: newKey() }
    return kept.current.key
  }
}
