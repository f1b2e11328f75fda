// SearchBox keeps the words that a list is searched for in the address, a moment after the last key.

import Input from '@cloudscape-design/components/input'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'

// calm is how long nothing was typed before the search begins: an answer to each key would come too late to be of use.
const calm = 200

/** useSearchWord is one word of the address, and how to change it. */
export function useSearchWord(name: string): [value: string, change: (to: string | undefined) => void] {
  const search = useSearch({ strict: false }) as Record<string, string | undefined>
  const navigate = useNavigate()
  return [
    search[name] ?? '',
    to =>
      void navigate({ to: '.', search: ((b: object) => ({ ...b, [name]: to || undefined })) as never, replace: true }),
  ]
}

export function SearchBox({ label, placeholder, name = 'q' }: { label: string; placeholder: string; name?: string }) {
  const [kept, keep] = useSearchWord(name)
  const [typed, setTyped] = useState(kept)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  // The address changes by itself when somebody goes back.
  useEffect(() => {
    setTyped(kept)
  }, [kept])
  useEffect(() => () => clearTimeout(timer.current), [])
  return (
    <Input
      type="search"
      value={typed}
      placeholder={placeholder}
      ariaLabel={label}
      clearAriaLabel="Clear the search"
      onChange={e => {
        const text = e.detail.value
        setTyped(text)
        clearTimeout(timer.current)
        timer.current = setTimeout(() => keep(text.trim()), calm)
      }}
    />
  )
}
