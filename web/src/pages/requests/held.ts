// Access that somebody holds, as the request's page and Home know it.

import type { Schemas } from '../../api/client'

export interface Held {
  id: string
  requestId: string
  accountId: string
  accountName?: string
  permissionSetArn: string
  permissionSetName?: string
  state: Schemas['Elevation']['state']
  activatedAt?: string
  endsAt?: string
  extensions: number
}

/** heldBy is what a target of a request gives just now; undefined where it gives nothing. */
export function heldBy(r: Schemas['Request'], t: Schemas['Target']): Held | undefined {
  const d = t.elevation
  if (d?.state !== 'active' || t.extends) return undefined
  return {
    ...t,
    id: d.id,
    requestId: r.id,
    state: d.state,
    activatedAt: d.activatedAt,
    endsAt: d.endsAt,
    extensions: d.extensions,
  }
}

/** roomToExtend is how many seconds an extension may add at most, of what a whole span may be long. */
export function roomToExtend(h: Held, longestSeconds: number): number {
  if (!h.activatedAt || !h.endsAt) return 0
  const span = (Date.parse(h.endsAt) - Date.parse(h.activatedAt)) / 1000
  // Hours and minutes are what can be asked for: what is left over of a minute cannot.
  return Math.max(0, Math.floor((longestSeconds - span) / 60) * 60)
}
