// What the log says about why a decision is as it is: the reasons and policies that were written down with it.

import type { Schemas } from '../../api/client'

type Event = Schemas['Event']
export type Reason = Schemas['Reason']
export type PolicyRef = Schemas['PolicyRef']

// What is in an event's data was written by TEAM as it was then: it is read with care, and what is not as it should be is
// left out here. The event itself is shown whole.
const isObject = (v: unknown): v is Record<string, unknown> => typeof v === 'object' && v !== null

export function policyOf(v: unknown): PolicyRef | undefined {
  if (!isObject(v) || typeof v.id !== 'string' || typeof v.version !== 'number') return undefined
  const kind = v.kind
  if (kind !== 'eligibility' && kind !== 'approver' && kind !== 'settings') return undefined
  return { id: v.id, kind, name: typeof v.name === 'string' ? v.name : '', version: v.version }
}

export function policiesIn(e: Event): PolicyRef[] {
  const all = e.data?.policies
  return Array.isArray(all) ? all.map(policyOf).filter(p => p !== undefined) : []
}

export function reasonsIn(e: Event): Reason[] {
  const all = e.data?.for
  if (!Array.isArray(all)) return []
  return all.flatMap((r): Reason[] =>
    isObject(r) && typeof r.text === 'string'
      ? [{ code: String(r.code ?? ''), text: r.text, policy: policyOf(r.policy) }]
      : [],
  )
}

/** Moment is an evaluation of policies that the log has, with what it rested on. */
export interface Moment {
  event: Event
  what: string
  reasons: Reason[]
  policies: PolicyRef[]
  /** same: it rested on the same versions as the one before. */
  same: boolean
}

const moments: Record<string, string> = {
  'target.pending': 'When it was asked for',
  'target.approved': 'When it was approved',
  'elevation.activating': 'When access was about to be given',
  'elevation.extended': 'When it was extended',
}

/** momentsOf are the evaluations about a target, in the order of the log. */
export function momentsOf(events: Event[], target: string): Moment[] {
  let before = ''
  return events.flatMap(event => {
    const what = moments[event.kind]
    if (!what || event.subject.target !== target) return []
    const reasons = reasonsIn(event)
    const policies = policiesIn(event)
    if (reasons.length + policies.length === 0) return []
    const versions = policies.map(p => `${p.kind} ${p.id} ${p.version}`).join()
    const same = versions === before
    before = versions
    return [{ event, what, reasons, policies, same }]
  })
}

/** policyPath leads to a policy's page. */
export function policyPath(p: PolicyRef): string {
  return p.kind === 'settings' ? '/settings' : `/policies/${p.kind}/${encodeURIComponent(p.id)}`
}

/** proofText is by what somebody had shown that it is them, and when. */
export function proofText(p: Schemas['Proof'], when: (at: string) => string): string {
  const how = p.kind === 'passkey' ? 'a passkey' : `signing in at ${p.provider || 'the provider'}`
  const told = [p.acr, ...(p.amr ?? [])].filter(Boolean).join(', ')
  return `${how}${told ? ` (${told})` : ''}, ${when(p.at)}`
}
