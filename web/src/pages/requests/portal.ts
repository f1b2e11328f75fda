// Ways into an account with a role that is held: the access portal's deep link, and a profile of the AWS CLI.

import type { Me } from '../../api/me'
import { setText } from '../../parts/Names'

/** Portal is what a deployment says of its access portal; what it does not know is absent. */
export type Portal = Pick<Me, never> & { portalUrl?: string; ssoRegion?: string }

interface Role {
  accountId: string
  accountName?: string
  permissionSetArn: string
  permissionSetName?: string
}

/** consoleLink opens the console of an account with a role, through the access portal; undefined where the portal is not known. */
export function consoleLink(me: Portal, r: Role): string | undefined {
  if (!me.portalUrl) return undefined
  let at: URL
  try {
    at = new URL(me.portalUrl)
  } catch {
    return undefined
  }
  if (at.protocol !== 'https:') return undefined
  at.hash = `/console?${new URLSearchParams({ account_id: r.accountId, role_name: setText(r) })}`
  return at.toString()
}

/** profileName is a name for a profile that a shell takes as it is. */
export function profileName(r: Role): string {
  const of = (text: string) => text.replace(/[^\w-]+/g, '-').replace(/^-+|-+$/g, '')
  return `${of(r.accountName || r.accountId) || r.accountId}-${of(setText(r))}`.toLowerCase()
}

/** cliProfile is what belongs into ~/.aws/config. What this deployment does not know is left to fill in, and said to be. */
export function cliProfile(me: Portal, r: Role): string {
  return `[sso-session team]
sso_start_url = ${me.portalUrl ?? 'YOUR-ACCESS-PORTAL-URL'}
sso_region = ${me.ssoRegion ?? 'REGION-OF-IDENTITY-CENTER'}
sso_registration_scopes = sso:account:access

[profile ${profileName(r)}]
sso_session = team
sso_account_id = ${r.accountId}
sso_role_name = ${setText(r)}
`
}

/** cliCommands sign in with that profile and show that it works. */
export function cliCommands(r: Role): string {
  const p = profileName(r)
  return `aws sso login --profile ${p}\naws sts get-caller-identity --profile ${p}`
}
