// What the events of the log say, in words. A kind that is not here is shown as it is written.

import type { Schemas } from '../api/client'

/** eventWords are the kinds that there are, by subject. */
export const eventWords: Record<string, string> = {
  'request.created': 'Request filed',
  'target.pending': 'Waits for a decision',
  'target.approved': 'Approved',
  'target.rejected': 'Rejected',
  'target.cancelled': 'Cancelled',
  'target.expired': 'Expired undecided',
  'vote.cast': 'Vote cast',
  'elevation.waiting': 'Access waits',
  'elevation.scheduled': 'Access scheduled',
  'elevation.activating': 'Access asked of AWS',
  'elevation.active': 'Access confirmed by AWS',
  'elevation.extended': 'Access extended',
  'elevation.shortened': 'Access shortened',
  'elevation.ending': 'Removal asked of AWS',
  'elevation.ended': 'Access over',
  'assignment.claimed': 'Assignment about to be made',
  'assignment.creating': 'Assignment being made by AWS',
  'assignment.verifying': 'Assignment being read back',
  'assignment.held': 'Assignment seen to be there',
  'assignment.removing': 'Assignment about to be removed',
  'assignment.deleting': 'Assignment being removed by AWS',
  'assignment.clearing': 'Assignment being looked for',
  'assignment.idle': 'Assignment seen to be gone',
  'policy.proposed': 'Change proposed',
  'policy.applied': 'Change in force',
  'policy.reconsidered': 'Change reconsidered',
  'policy.agreed': 'Change agreed to',
  'policy.refused': 'Change refused',
  'policy.overtaken': 'Change overtaken by another',
  'policy.withdrawn': 'Change taken back',
  'alarm.opened': 'Alarm opened',
  'alarm.closed': 'Alarm closed',
  'sign-in.started': 'Signed in',
  'sign-in.proved': 'Showed again who they are',
  'sign-in.refused': 'Sign-in refused',
  'sign-in.ended': 'Signed out',
  'sign-in.cli-allowed': 'Command line let in',
  'sign-in.cli-refused': 'Command line refused',
  'token.issued': 'Token issued',
  'token.revoked': 'Token revoked',
  'passkey.registered': 'Passkey registered',
  'passkey.consented': 'Passkey counts',
  'passkey.used': 'Passkey used',
  'passkey.refused': 'Passkey refused',
  'passkey.copied': 'Passkey seems copied',
  'passkey.removed': 'Passkey removed',
  'identity.waiting': 'Identity waits',
  'identity.linked': 'Identity linked',
  'identity.confirmed': 'Identity confirmed',
  'identity.replaced': 'Identity replaced',
  'identity.refused': 'Identity refused',
  'machine.created': 'Machine made',
  'machine.changed': 'Machine changed',
  'machine.enabled': 'Machine enabled',
  'machine.disabled': 'Machine disabled',
  'machine.keyless-added': 'Machine known by claims',
  'machine.keyless-removed': 'Machine no longer known by claims',
  'machine.refused': 'Machine refused',
  'directory.asked': 'Directory asked to be read',
  'security.refused': 'Refused at the edge',
  'recovery.entered': 'Recovery mode begun',
  'recovery.released': 'Recovery mode ended',
}

const families: Record<string, string> = {
  'request.*': 'All of requests',
  'target.*': 'All decisions',
  'elevation.*': 'All of access',
  'assignment.*': 'All of assignments',
  'policy.*': 'All of policies and settings',
  'alarm.*': 'All of alarms',
  'sign-in.*': 'All of sign-ins',
  'token.*': 'All of tokens',
  'passkey.*': 'All of passkeys',
  'identity.*': 'All of identities',
  'machine.*': 'All of machines',
  'recovery.*': 'All of recovery mode',
}

/** eventWord is a kind in words. */
export const eventWord = (kind: string): string => eventWords[kind] ?? families[kind] ?? kind

/** eventTitle is an event in words: access that ended before it began was never there. */
export function eventTitle(e: Schemas['Event']): string {
  const reason = String(e.data?.reason ?? '')
  if (e.kind === 'elevation.ended' && ['rejected', 'cancelled', 'expired'].includes(reason)) return 'Not to be given'
  return eventWord(e.kind)
}

/** eventKinds may be chosen to filter by: first whole families, then single kinds. */
export const eventKinds = [...Object.entries(families), ...Object.entries(eventWords)].map(([value, label]) => ({
  value,
  label: `${label} (${value})`,
}))

/** eventDetail is what an event's data says in short, for its row: what is said by the person or by AWS. */
export function eventDetail(e: Schemas['Event']): string {
  const data = e.data ?? {}
  const text = (name: string) => (typeof data[name] === 'string' ? (data[name] as string) : '')
  switch (e.kind) {
    case 'request.created':
      return [text('justification'), text('ticket')].filter(Boolean).join(' · ')
    case 'vote.cast':
      return [text('vote'), text('comment')].filter(Boolean).join(': ')
    case 'policy.applied':
    case 'policy.proposed':
      return [text('name'), typeof data.version === 'number' && `version ${data.version}`].filter(Boolean).join(', ')
    default:
      return [text('reason'), text('detail'), text('problem'), text('message')].filter(Boolean).join(': ')
  }
}

/** actorText is who did something: a person by name, TEAM by the name of its part. */
export function actorText(a: Schemas['EventActor']): string {
  if (a.kind === 'system') return `TEAM (${a.name || a.id})`
  return a.name || a.id
}
