import SpaceBetween from '@cloudscape-design/components/space-between'
import type { ReactNode } from 'react'
import type { Schemas } from '../../api/client'
import { ThingNames } from '../../parts/Things'
import { duration } from '../../words/clock'
import { isNone, type Member } from './members'

const proofWords = { passkey: 'a passkey', provider: 'signing in at the provider' }

/** demandText is a demand for fresh proof in words. */
export function demandText(d: Schemas['StepUpDemand']): string {
  const kinds = (d.kinds ?? []).map(k => proofWords[k]).join(' or ')
  const acr = d.acr && d.acr.length > 0 ? `, in the context ${d.acr.join(' or ')}` : ''
  return `${kinds}, at most ${duration(d.maxAgeSeconds)} old${acr}`
}

export const secondWords: Record<Schemas['SettingsBody']['secondAdministrator'], string> = {
  auto: 'as soon as there are two who could be one',
  always: 'always',
}

/** MemberValue shows what a member of a policy holds. */
export function MemberValue({ member, value }: { member: Member; value: unknown }): ReactNode {
  switch (member.holds) {
    case 'yes or no':
      return value ? 'yes' : 'no'
    case 'number':
      return String(value ?? 0)
    case 'duration':
      return duration(Number(value ?? 0)) || '0 s'
  }
  if (isNone(value)) return member.none ?? 'none'
  switch (member.holds) {
    case 'text':
      return <code>{String(value)}</code>
    case 'second':
      return secondWords[value as keyof typeof secondWords]
    case 'demand':
      return demandText(value as Schemas['StepUpDemand'])
    case 'group':
      return <ThingNames kind="groups" ids={[String(value)]} />
    case 'users':
    case 'groups':
    case 'accounts':
    case 'permission-sets':
    case 'machines':
      return <ThingNames kind={member.holds} ids={value as string[]} />
    case 'excluded ous':
      return <ThingNames kind="ous" ids={value as string[]} />
    case 'ous': {
      const units = value as Schemas['OUTarget'][]
      const direct = new Set(units.filter(u => u.directOnly).map(u => u.id))
      return (
        <ThingNames
          kind="ous"
          ids={units.map(u => u.id)}
          after={id => (direct.has(id) ? ' – only accounts directly in it' : ' – with everything below')}
        />
      )
    }
    case 'tags':
      return (
        <SpaceBetween size="xxs">
          {(value as Schemas['TagTarget'][]).map(t => (
            <div key={t.key}>
              <code>{t.key}</code>
              {isNone(t.values) ? ', whatever its value' : ` = ${(t.values ?? []).join(' or ')}`}
            </div>
          ))}
        </SpaceBetween>
      )
    case 'stages':
      return (
        <SpaceBetween size="xs">
          {(value as Schemas['ApprovalStage'][]).map((s, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a stage is told from others by its place alone
            <div key={i}>
              <strong>
                Stage {i + 1}: {s.required} of
              </strong>
              {!isNone(s.approvers.groups) && <ThingNames kind="groups" ids={s.approvers.groups ?? []} />}
              {!isNone(s.approvers.users) && <ThingNames kind="users" ids={s.approvers.users ?? []} />}
            </div>
          ))}
        </SpaceBetween>
      )
    case 'issuers':
      return (
        <SpaceBetween size="xxs">
          {(value as Schemas['TrustedIssuer'][]).map(t => (
            <div key={t.name}>
              <strong>{t.name}</strong>: {t.issuer}
              {t.audience && `, for ${t.audience}`}
              {t.jwksUrl && `, keys at ${t.jwksUrl}`}
            </div>
          ))}
        </SpaceBetween>
      )
  }
}
