import { useSyncExternalStore } from 'react'

/** useWide says whether the window is at least so many pixels wide, for what cannot be said with Cloudscape's breakpoints. */
export function useWide(pixels: number): boolean {
  const query = `(min-width: ${pixels}px)`
  return useSyncExternalStore(
    changed => {
      const media = window.matchMedia(query)
      media.addEventListener('change', changed)
      return () => media.removeEventListener('change', changed)
    },
    () => window.matchMedia(query).matches,
  )
}
