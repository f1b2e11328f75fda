// What policies and settings are made of, member by member: one list of each kind says how a member is called and what it
// holds. By it policies are shown, compared between versions, and put together again when two people changed one.

import type { Schemas } from '../../api/client'
import type { PolicyKind } from '../../words/policy'

export type Eligibility = Schemas['EligibilityBody']
export type Approver = Schemas['ApproverBody']
export type Settings = Schemas['SettingsBody']
export type Body = Eligibility | Approver | Settings

type Holds =
  | 'text'
  | 'yes or no'
  | 'duration'
  | 'number'
  | 'users'
  | 'groups'
  | 'group'
  | 'accounts'
  | 'ous'
  | 'excluded ous'
  | 'tags'
  | 'permission-sets'
  | 'machines'
  | 'stages'
  | 'demand'
  | 'second'
  | 'issuers'

export interface Member {
  /** path in the body, as the API names it in errors: targets.accounts */
  path: string
  label: string
  holds: Holds
  /** none says what it means that there is nothing. */
  none?: string
}

const targets: Member[] = [
  { path: 'targets.accounts', label: 'Accounts', holds: 'accounts' },
  { path: 'targets.ous', label: 'Organizational units', holds: 'ous' },
  { path: 'targets.tags', label: 'Accounts with tags', holds: 'tags' },
  { path: 'targets.excludeAccounts', label: 'But not these accounts', holds: 'accounts' },
  { path: 'targets.excludeOUs', label: 'But not in these units', holds: 'excluded ous' },
]

const owners: Member[] = [
  { path: 'owners.groups', label: 'Groups to ask about it', holds: 'groups' },
  { path: 'owners.users', label: 'People to ask about it', holds: 'users' },
]

export const members: Record<PolicyKind, Member[]> = {
  eligibility: [
    { path: 'name', label: 'Name', holds: 'text' },
    { path: 'principals.groups', label: 'Groups who may ask', holds: 'groups' },
    { path: 'principals.users', label: 'People who may ask', holds: 'users' },
    ...targets,
    { path: 'permissionSets', label: 'Permission sets', holds: 'permission-sets' },
    { path: 'maxDurationSeconds', label: 'Longest access', holds: 'duration' },
    { path: 'approvalRequired', label: 'Somebody has to agree', holds: 'yes or no' },
    { path: 'ticketPattern', label: 'Pattern of tickets', holds: 'text', none: 'as in the settings' },
    { path: 'emergency', label: 'For emergency access', holds: 'yes or no' },
    {
      path: 'machines',
      label: 'Machine clients that may ask for these people',
      holds: 'machines',
      none: 'none: only people ask',
    },
    ...owners,
  ],
  approver: [
    { path: 'name', label: 'Name', holds: 'text' },
    ...targets,
    { path: 'permissionSets', label: 'Permission sets', holds: 'permission-sets', none: 'any' },
    { path: 'requesterGroups', label: 'Requests of members of', holds: 'groups', none: 'anybody' },
    { path: 'stages', label: 'Stages', holds: 'stages' },
    { path: 'stopInheritance', label: 'Policies of units above do not count', holds: 'yes or no' },
    { path: 'stepUp', label: 'Fresh proof of who decides', holds: 'demand', none: 'as in the settings' },
    ...owners,
  ],
  settings: [
    { path: 'approvalRequired', label: 'Somebody has to agree', holds: 'yes or no' },
    { path: 'commentRequired', label: 'Decisions need a comment', holds: 'yes or no' },
    { path: 'ticketRequired', label: 'Requests need a ticket', holds: 'yes or no' },
    { path: 'ticketPattern', label: 'Pattern of tickets', holds: 'text', none: 'any text' },
    { path: 'maxDurationSeconds', label: 'Longest access', holds: 'duration' },
    { path: 'minDurationSeconds', label: 'Shortest access', holds: 'duration' },
    { path: 'pendingExpirySeconds', label: 'Requests expire after', holds: 'duration' },
    { path: 'startHorizonSeconds', label: 'Latest start ahead', holds: 'duration' },
    { path: 'activationDeadlineSeconds', label: 'Deadline of activation', holds: 'duration' },
    { path: 'maxExtensions', label: 'Extensions of one access', holds: 'number' },
    { path: 'maxTargets', label: 'Targets of one request', holds: 'number' },
    { path: 'administratorGroup', label: 'Group of administrators', holds: 'group' },
    { path: 'auditorGroup', label: 'Group of auditors', holds: 'group' },
    { path: 'secondAdministrator', label: 'Second administrator', holds: 'second' },
    { path: 'protectedAccounts', label: 'Protected accounts', holds: 'accounts' },
    { path: 'stepUp.decide', label: 'Fresh proof for decisions', holds: 'demand', none: 'none is demanded' },
    {
      path: 'stepUp.policies',
      label: 'Fresh proof for changes of policies',
      holds: 'demand',
      none: 'none is demanded',
    },
    { path: 'stepUp.tokens', label: 'Fresh proof for tokens', holds: 'demand', none: 'none is demanded' },
    { path: 'stepUp.emergency', label: 'Fresh proof for emergency access', holds: 'demand', none: 'none is demanded' },
    { path: 'trustedIssuers', label: 'Trusted issuers', holds: 'issuers' },
  ],
}

/** at is what stands at a path of a body. */
export function at(body: object, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((o, step) => (o && typeof o === 'object' ? (o as Record<string, unknown>)[step] : undefined), body)
}

/** withAt is a body with something else at a path. */
export function withAt<B extends object>(body: B, path: string, value: unknown): B {
  const [step = '', ...rest] = path.split('.')
  const inner = (body as Record<string, unknown>)[step]
  const to = rest.length === 0 ? value : withAt((inner ?? {}) as object, rest.join('.'), value)
  return { ...body, [step]: to }
}

/** isNone says whether a value is as good as absent. */
export function isNone(value: unknown): boolean {
  return (
    value === undefined ||
    value === null ||
    value === '' ||
    value === false ||
    (Array.isArray(value) && value.length === 0) ||
    (typeof value === 'object' && 'kinds' in value && isNone(value.kinds))
  )
}

// Members of objects may come in any order, and what is none may be absent.
function canonical(value: unknown): unknown {
  if (isNone(value)) return null
  if (Array.isArray(value)) return value.map(canonical)
  if (typeof value !== 'object') return value
  return Object.entries(value as object)
    .filter(([, v]) => !isNone(v))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([k, v]) => [k, canonical(v)])
}

/** same says whether two values mean the same. The order of a list of ids means nothing. */
export function same(a: unknown, b: unknown): boolean {
  const ordered = (v: unknown) => (Array.isArray(v) && v.every(x => typeof x === 'string') ? [...v].sort() : v)
  return JSON.stringify(canonical(ordered(a))) === JSON.stringify(canonical(ordered(b)))
}

/** differing are the members in which two bodies differ. */
export function differing(kind: PolicyKind, a: Body, b: Body): Member[] {
  return members[kind].filter(m => !same(at(a, m.path), at(b, m.path)))
}

export type Side = 'theirs' | 'yours'

/**
 * sideAtFirst is which side is proposed for a member when two people changed one policy: theirs where only they changed it
 * since the version that both began with, else yours.
 */
export function sideAtFirst(m: Member, began: Body, yours: Body): Side {
  return same(at(began, m.path), at(yours, m.path)) ? 'theirs' : 'yours'
}

/** merged is their body with those members that are taken from yours. */
export function merged<B extends Body>(kind: PolicyKind, theirs: B, yours: B, sides: Record<string, Side>): B {
  return members[kind]
    .filter(m => sides[m.path] === 'yours')
    .reduce((b, m) => withAt(b, m.path, at(yours, m.path)), theirs)
}
