// How the approver's pages put requests and what became of them into words.

import type { Schemas } from '../../api/client'
import { personText, setText } from '../../parts/Names'
import { duration } from '../../words/clock'

type Request = Schemas['Request']
type Target = Schemas['Target']

/** roleShort is a target in a few words: "ReadOnly in prod-billing". */
export const roleShort = (t: Target) => `${setText(t)} in ${t.accountName || t.accountId}`

/** several joins words as people say them: "a", "a or b", "a, b or c". */
export function several(words: string[], last: 'and' | 'or'): string {
  if (words.length < 2) return words.join('')
  return `${words.slice(0, -1).join(', ')} ${last} ${words[words.length - 1]}`
}

/** decidableOf are the targets of a request that the caller may decide now. */
export const decidableOf = (r: Request) => r.targets.filter(t => r.decidable?.includes(t.id))

/** lengthOf is how long access is asked for: "2 h", of an extension "1 h more". */
export const lengthOf = (r: Request) => `${duration(r.durationSeconds)}${r.kind === 'extension' ? ' more' : ''}`

/** firstOf is the first target and how many there are besides: "ReadOnly in prod-billing and 2 more". */
export function firstOf(r: Request, targets = r.targets): string {
  const [first, ...rest] = targets
  if (!first) return 'nothing'
  return rest.length === 0 ? roleShort(first) : `${roleShort(first)} and ${rest.length} more`
}

/** voteOf is the vote of somebody on a target, which counts. */
export const voteOf = (t: Target, userId: string | undefined) => t.votes?.find(v => v.voter.id === userId && !v.void)

/** votedOn says whether somebody voted on any target of a request. */
export const votedOn = (r: Request, userId: string | undefined) => r.targets.some(t => voteOf(t, userId))

const settledWords: Record<Target['decision'], string> = {
  pending: 'still open',
  approved: 'approved',
  rejected: 'rejected',
  cancelled: 'taken back by who asked',
  expired: 'expired: nobody decided in time',
}

/** settledText says what became of a target, and by whom where people did it: "approved by Selma Aydin". */
export function settledText(t: Target): string {
  const word = settledWords[t.decision]
  if (t.decision !== 'approved' && t.decision !== 'rejected') return word
  const who = (t.votes ?? []).filter(v => !v.void && v.approve === (t.decision === 'approved'))
  if (who.length === 0) return t.decision === 'approved' ? 'approved: no policy asks for approval' : word
  return `${word} by ${several(
    who.map(v => personText(v.voter)),
    'and',
  )}`
}

/** decisionText says what came of one's own decision on targets of a request. */
export function decisionText(r: Request, ids: string[], approve: boolean): string {
  const targets = r.targets.filter(t => ids.includes(t.id))
  const what = `${firstOf(r, targets)} for ${personText(r.beneficiary)}`
  if (!approve) return `Rejected: ${what}.`
  const open = targets.filter(t => t.decision === 'pending')
  if (open.length === 0) return `Approved: ${what}.`
  const needed = Math.max(...open.map(t => t.approval?.needed ?? 1))
  const of = open.length === targets.length ? '' : ` (${open.length} of ${targets.length} targets)`
  return `Your approval counts: ${what}. It waits for ${needed} more${of}.`
}

/** neededText says how many must still agree on a target, and who could. */
export function neededText(a: Schemas['Approval'], me: string | undefined): string {
  const stage = a.stages[a.stage - 1]
  const others = (stage?.candidates ?? []).filter(p => p.id !== me).map(personText)
  const named = others.length > 4 ? [...others.slice(0, 3), `${others.length - 3} others`] : others
  const step = a.stages.length > 1 ? `Stage ${a.stage} of ${a.stages.length}: ` : ''
  const could = named.length > 0 ? ` Besides you, ${several(named, 'or')} could.` : ' Nobody else could.'
  if (a.needed <= 1) return `${step}${step ? 'o' : 'O'}ne more approval is needed.${could}`
  return `${step}${a.needed} more approvals are needed, of different people.${could}`
}
