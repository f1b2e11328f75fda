// Messages at the top of the page: that something was done, or was not.

import type { FlashbarProps } from '@cloudscape-design/components/flashbar'
import { useSyncExternalStore } from 'react'

type Flash = Pick<FlashbarProps.MessageDefinition, 'type' | 'header' | 'content'>

let items: FlashbarProps.MessageDefinition[] = []
let listeners: (() => void)[] = []
let last = 0

function change(to: FlashbarProps.MessageDefinition[]) {
  items = to
  for (const f of listeners) f()
}

/** flash shows a message until it is dismissed, or four others came. */
export function flash(f: Flash) {
  const id = `flash-${++last}`
  const dismiss = () => change(items.filter(i => i.id !== id))
  change(
    [
      { ...f, id, dismissible: true, dismissLabel: 'Dismiss', onDismiss: dismiss, ariaRole: 'status' } as const,
      ...items,
    ].slice(0, 4),
  )
}

export function useFlashes(): FlashbarProps.MessageDefinition[] {
  return useSyncExternalStore(
    f => {
      listeners.push(f)
      return () => {
        listeners = listeners.filter(l => l !== f)
      }
    },
    () => items,
  )
}
