// The story of a request: what happened to it and to what it asked for, in order, each with who did it and when. It is
// told from the request itself, so that everybody who may see the request reads the same.

import type { StepsProps } from '@cloudscape-design/components/steps'
import type { Schemas } from '../../api/client'
import { personText, setText } from '../../parts/Names'
import { duration } from '../../words/clock'

type Request = Schemas['Request']
type Target = Schemas['Target']
type Delivery = Schemas['Delivery']

export interface Chapter {
  status: StepsProps.Status
  title: string
  at?: string
  /** until is when something that is still open ends. */
  until?: { label: string; at: string }
  details?: string[]
  quote?: string
}

/** proofText says by what somebody had shown that it is them. */
export function proofText(proofs: Schemas['Vote']['proofs']): string | undefined {
  const kinds = new Set((proofs ?? []).map(p => (p.kind === 'passkey' ? 'a passkey' : 'signing in')))
  return kinds.size > 0 ? `Had shown who they are by ${[...kinds].join(' and ')}.` : undefined
}

const endings: Record<NonNullable<Delivery['reason']>, string> = {
  rejected: 'It was rejected: no access was given',
  cancelled: 'It was taken back: no access was given',
  expired: 'Nobody decided in time: no access was given',
  lapsed: 'What it rested on did not hold any more: no access was given',
  'already held': 'You had this access already, not through TEAM: nothing was changed',
  elapsed: 'The time was over',
  released: 'It was released early',
  revoked: 'It was revoked',
  failed: 'AWS could not give the access',
  'removed outside': 'Somebody removed it in AWS, outside of TEAM',
  unusable: 'AWS cannot remove it, and nobody can use it',
}

/** endingText says why a delivery ended. */
export const endingText = (d: Delivery) => (d.reason ? endings[d.reason] : 'It ended')

/** neverGiven says that a delivery ended before there was access. */
const neverGiven = (d: Delivery) => d.activatedAt === undefined

function asked(r: Request): Chapter {
  const by = r.machine || r.filedBy.id !== r.beneficiary.id ? `${personText(r.filedBy)}, for ` : ''
  return {
    status: 'success',
    title: `Asked by ${by}${personText(r.beneficiary)}`,
    at: r.createdAt,
  }
}

function decided(r: Request, t: Target): Chapter[] {
  const votes = (t.votes ?? []).map(
    (v): Chapter => ({
      status: v.void ? 'stopped' : v.approve ? 'success' : 'error',
      title: `${v.approve ? 'Approved' : 'Rejected'} by ${personText(v.voter)}${v.void ? ', which does not count any more' : ''}`,
      at: v.at,
      quote: v.comment,
      details: [proofText(v.proofs)].filter(s => s !== undefined),
    }),
  )
  switch (t.decision) {
    case 'pending':
      return [...votes, waiting(r, t)]
    case 'approved':
      return votes.length > 0 ? votes : [{ status: 'success', title: 'No approval was needed', at: t.decidedAt }]
    case 'cancelled':
      return [...votes, { status: 'stopped', title: 'Taken back by who asked', at: t.decidedAt }]
    case 'expired':
      return [...votes, { status: 'warning', title: 'Expired: nobody decided in time', at: t.decidedAt }]
    case 'rejected':
      return votes.some(v => v.status === 'error')
        ? votes
        : [...votes, { status: 'error', title: 'Rejected', at: t.decidedAt }]
  }
}

function waiting(r: Request, t: Target): Chapter {
  const stage = t.approval?.stages[t.approval.stage - 1]
  const several = (t.approval?.stages.length ?? 0) > 1 ? ` (stage ${t.approval?.stage})` : ''
  const names = (stage?.candidates ?? []).slice(0, 6).map(personText)
  const more = (stage?.candidates.length ?? 0) - names.length
  const needed = t.approval?.needed ?? 1
  return {
    status: 'pending',
    title: `Waits for ${needed === 1 ? 'an approval' : `${needed} approvals`}${several}`,
    until: { label: 'Expires', at: r.expiresAt },
    details: names.length > 0 ? [`Who may decide: ${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}.`] : [],
  }
}

function delivered(d: Delivery): Chapter[] {
  const chapters: Chapter[] = []
  if (d.attempt > 1) chapters.push({ status: 'info', title: `Tried again (try ${d.attempt})` })
  if (d.state === 'waiting') return chapters
  if (d.state === 'scheduled') {
    return [...chapters, { status: 'info', title: 'Waits for its start', until: { label: 'Begins', at: d.startAt } }]
  }
  if (d.state === 'activating') {
    return [...chapters, { status: 'in-progress', title: 'Being given: asked of AWS, not confirmed yet' }]
  }
  if (d.activatedAt) {
    const extended = d.extensions > 0 ? [`Extended ${d.extensions === 1 ? 'once' : `${d.extensions} times`}.`] : []
    chapters.push({
      status: 'success',
      title: `Given: AWS confirmed the access, for ${duration(d.durationSeconds)}`,
      at: d.activatedAt,
      details: extended,
      ...(d.state === 'active' && d.endsAt && { until: { label: 'Ends', at: d.endsAt } }),
    })
  }
  if (d.state === 'ending') chapters.push({ ...ending(d), status: 'in-progress' })
  if (d.state === 'ended') chapters.push(ending(d))
  return chapters
}

function ending(d: Delivery): Chapter {
  const by = d.endedBy ? ` by ${personText(d.endedBy)}` : ''
  const failed = d.reason === 'failed' || d.reason === 'removed outside' || d.reason === 'unusable'
  const gone = neverGiven(d)
    ? ''
    : d.state === 'ended'
      ? ': AWS confirmed that the access is gone'
      : ': being removed in AWS'
  const details = [d.detail, d.heldBy && 'The access goes on with another request for the same.']
  return {
    status: failed ? 'error' : d.reason === 'lapsed' ? 'warning' : 'stopped',
    title: `${endingText(d)}${by}${gone}`,
    at: d.endedAt,
    details: details.filter((s): s is string => Boolean(s)),
  }
}

/** storyOf is the story of one target of a request. */
export function storyOf(r: Request, t: Target): Chapter[] {
  // The end of a decision that went against it is told by the decision.
  const undone = t.decision !== 'approved'
  return [asked(r), ...decided(r, t), ...(t.elevation && !undone ? delivered(t.elevation) : extended(t))]
}

function extended(t: Target): Chapter[] {
  if (!t.extends || t.decision !== 'approved') return []
  return [{ status: 'success', title: 'The end was moved', at: t.decidedAt }]
}

/** targetText is a target in a few words. */
export const targetText = (t: Target) => `${setText(t)} in ${t.accountName || t.accountId}`
