// Words for policies, proposals and what the linter finds.

import type { StatusIndicatorProps } from '@cloudscape-design/components/status-indicator'
import type { Schemas } from '../api/client'

export type PolicyKind = Schemas['PolicyRef']['kind']

export const kindWords: Record<PolicyKind, { label: string; means: string }> = {
  eligibility: {
    label: 'Eligibility',
    means: 'Who may ask for what, for how long, and whether somebody has to agree.',
  },
  approver: { label: 'Approver', means: 'Who decides, for which accounts, units or permission sets.' },
  settings: { label: 'Settings', means: "The organization's own limits and switches." },
}

/** policyPath is the page of a policy, or of the settings. */
export function policyPath(p: { kind: PolicyKind; id: string }): string {
  return p.kind === 'settings' ? '/settings' : `/policies/${p.kind}/${p.id}`
}

type Look = { label: string; look: StatusIndicatorProps.Type; means: string }

export const proposalWords: Record<Schemas['Proposal']['state'], Look> = {
  proposed: { label: 'Waits', look: 'pending', means: 'A second administrator has to agree.' },
  agreed: { label: 'In force', look: 'success', means: 'A second administrator agreed.' },
  refused: { label: 'Refused', look: 'error', means: 'Another administrator said no.' },
  withdrawn: { label: 'Withdrawn', look: 'stopped', means: 'Taken back by who proposed it.' },
  overtaken: { label: 'Overtaken', look: 'stopped', means: 'What it builds on changed before somebody agreed.' },
}

export const severityWords: Record<Schemas['PolicyFinding']['severity'], Look & { many: string }> = {
  error: { label: 'Error', many: 'Errors', look: 'error', means: 'Surely not meant.' },
  warning: { label: 'Warning', many: 'Warnings', look: 'warning', means: 'Probably not meant.' },
  note: { label: 'Note', many: 'Notes', look: 'info', means: 'Worth knowing.' },
}

/** etagOf is what a change of this version names in If-Match. */
export const etagOf = (version: number) => `"${version}"`
