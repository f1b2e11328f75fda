// People, accounts and roles as they are named everywhere.

import Box from '@cloudscape-design/components/box'
import Link from '@cloudscape-design/components/link'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import { useNavigate } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { Schemas } from '../api/client'
import { deliveryWords, type Status, statusWords } from '../words/status'

/** personText is a person by the best name there is. */
export function personText(p: Schemas['Person'] | undefined): string {
  return p?.displayName || p?.userName || p?.id || 'nobody'
}

/** PersonName is a person, with what tells them from others of the same name. */
export function PersonName({ person }: { person: Schemas['Person'] | undefined }) {
  if (!person) return <span title="nobody">–</span>
  return <span title={[person.userName, person.id].filter(Boolean).join(' · ')}>{personText(person)}</span>
}

interface Role {
  accountId: string
  accountName?: string
  permissionSetArn: string
  permissionSetName?: string
}

/** roleText is "ReadOnly in prod-billing (111122223333)". */
export function roleText(r: Role): string {
  return `${setText(r)} in ${r.accountName ? `${r.accountName} (${r.accountId})` : r.accountId}`
}

/** setText is a permission set's name, or what its ARN ends with. */
export function setText(r: Pick<Role, 'permissionSetArn' | 'permissionSetName'>): string {
  return r.permissionSetName || r.permissionSetArn.slice(r.permissionSetArn.lastIndexOf('/') + 1)
}

export function RoleName({ role }: { role: Role }) {
  return (
    <span title={`${role.accountId} · ${role.permissionSetArn}`}>
      <strong>{setText(role)}</strong> in {role.accountName || role.accountId}
    </span>
  )
}

export function AccountName({ id, name }: { id: string; name?: string }) {
  return (
    <span>
      {name || id}
      {name && (
        <Box display="inline" color="text-body-secondary" fontSize="body-s">
          {' '}
          {id}
        </Box>
      )}
    </span>
  )
}

/** StatusOf is the state of a request or target, in a word with its colour and sign. */
export function StatusOf({ status }: { status: Status }) {
  const word = statusWords[status]
  return (
    <span title={word.means}>
      <StatusIndicator type={word.look}>{word.label}</StatusIndicator>
    </span>
  )
}

/** DeliveryOf is how far the delivery of an elevation is. */
export function DeliveryOf({ state }: { state: Schemas['Elevation']['state'] }) {
  const word = deliveryWords[state]
  return (
    <span title={word.means}>
      <StatusIndicator type={word.look}>{word.label}</StatusIndicator>
    </span>
  )
}

/** Go is a link within the application. With a key held, or by another button, the browser follows it as any link. */
export function Go({
  to,
  children,
  ...rest
}: { to: string; children: ReactNode } & Pick<Parameters<typeof Link>[0], 'variant' | 'fontSize' | 'ariaLabel'>) {
  const navigate = useNavigate()
  return (
    <Link
      {...rest}
      href={to}
      onFollow={e => {
        e.preventDefault()
        void navigate({ href: to }) // with what is searched for, where that is part of it
      }}
    >
      {children}
    </Link>
  )
}
