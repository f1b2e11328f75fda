// Light and dark.

import { applyMode, Mode } from '@cloudscape-design/global-styles'
import { useEffect, useSyncExternalStore } from 'react'
import { usePreference } from '../api/preferences'

export type Appearance = 'system' | 'light' | 'dark'

const system = window.matchMedia('(prefers-color-scheme: dark)')

function useSystemDark(): boolean {
  return useSyncExternalStore(
    f => {
      system.addEventListener('change', f)
      return () => system.removeEventListener('change', f)
    },
    () => system.matches,
  )
}

/** useAppearance applies what somebody prefers, or their system does. */
export function useAppearance(): [Appearance, (to: Appearance) => void] {
  const [preferred, prefer] = usePreference<Appearance>('appearance', 'system')
  const systemDark = useSystemDark()
  const dark = preferred === 'dark' || (preferred === 'system' && systemDark)
  useEffect(() => applyMode(dark ? Mode.Dark : Mode.Light), [dark])
  return [preferred, prefer]
}
