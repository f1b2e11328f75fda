// What would become of a draft, asked of the server while it is typed.

import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { answer, api, ProblemError, type Schemas } from '../../api/client'
import { useSettled } from './choices'
import { bodyOf, type Draft, durationOf, startOf } from './draft'

export type TargetPreview = Schemas['TargetPreview']

// The preview takes a whole request; what is not typed yet has no part in the answer.
const notTyped = '-'

/** usePreview asks once the draft has settled. */
export function usePreview(d: Draft) {
  const body = useSettled(
    JSON.stringify({ ...bodyOf(d), justification: notTyped, ticket: d.ticket.trim() || notTyped }),
    150,
  )
  const complete = d.targets.length > 0 && durationOf(d) !== undefined && (!d.later || startOf(d) !== undefined)
  const asked = useQuery({
    queryKey: ['requestable', 'preview', body],
    queryFn: ({ signal }) =>
      answer(api.POST('/api/v1/requests/preview', { body: JSON.parse(body) as Schemas['NewRequest'], signal })),
    enabled: complete && (JSON.parse(body) as Schemas['NewRequest']).targets.length > 0,
    placeholderData: keepPreviousData,
  })
  const problem = asked.error instanceof ProblemError ? asked.error : undefined
  return {
    complete,
    targets: complete ? asked.data?.targets : undefined,
    asking: asked.isFetching,
    error: asked.error,
    problem,
  }
}

const aboutTicket = (r: Schemas['Reason']) => r.code === 'ticket_required' || r.code === 'ticket_pattern'
const aboutDuration = (r: Schemas['Reason']) => r.code.startsWith('duration_')

/** againstTarget are the reasons against that are about the target itself, and not about another field of the form. */
export function againstTarget(t: TargetPreview): Schemas['Reason'][] {
  return (t.against ?? []).filter(r => !aboutTicket(r) && !aboutDuration(r))
}

function sentence(all: TargetPreview[] | undefined, about: (r: Schemas['Reason']) => boolean): string | undefined {
  const texts = (all ?? []).flatMap(t => (t.against ?? []).filter(about).map(r => r.text))
  return [...new Set(texts)].join(' ') || undefined
}

/** durationSays and ticketSays are what policy says against those fields. */
export const durationSays = (all: TargetPreview[] | undefined) => sentence(all, aboutDuration)
export const ticketSays = (all: TargetPreview[] | undefined) => sentence(all, aboutTicket)

/** longestOf is how long all of the targets are possible, as far as it is known. */
export function longestOf(all: TargetPreview[] | undefined, limit: number): number {
  const each = (all ?? []).map(t => t.maxDurationSeconds).filter(s => s > 0)
  return Math.min(limit, ...each)
}
