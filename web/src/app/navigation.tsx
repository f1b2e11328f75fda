// The side navigation: what somebody sees depends on what the server says they are. It is a convenience; each operation is
// decided on by the server.

import Badge from '@cloudscape-design/components/badge'
import SideNavigation, { type SideNavigationProps } from '@cloudscape-design/components/side-navigation'
import { useLocation, useNavigate } from '@tanstack/react-router'
import type { Me } from '../api/me'

function waiting(w: Me['waitingForMe'] | undefined) {
  if (!w || w.count === 0) return undefined
  return <Badge color="red">{w.more ? `${w.count}+` : w.count}</Badge>
}

function itemsFor(me: Me): SideNavigationProps.Item[] {
  const sees = me.administrator || me.auditor
  const items: SideNavigationProps.Item[] = [
    { type: 'link', text: 'Home', href: '/' },
    { type: 'link', text: 'Ask for access', href: '/ask' },
    { type: 'link', text: 'My requests', href: '/requests' },
  ]
  if (me.approver || me.administrator || me.waitingForMe.count > 0) {
    items.push({
      type: 'section',
      text: 'Decide',
      items: [
        { type: 'link', text: 'Waiting for me', href: '/approvals', info: waiting(me.waitingForMe) },
        { type: 'link', text: 'My decisions', href: '/approvals/decided' },
        { type: 'link', text: 'Active access', href: '/elevations' },
      ],
    })
  }
  if (sees) {
    items.push({
      type: 'section',
      text: 'Audit',
      items: [
        { type: 'link', text: 'All requests', href: '/audit/requests' },
        { type: 'link', text: 'All access', href: '/audit/elevations' },
        { type: 'link', text: 'Events', href: '/audit/events' },
        { type: 'link', text: 'Figures', href: '/audit/figures' },
      ],
    })
    items.push({
      type: 'section',
      text: 'Policies',
      items: [
        { type: 'link', text: 'Policies', href: '/policies' },
        { type: 'link', text: 'Proposed changes', href: '/proposals', info: waiting(me.proposalsForMe) },
        { type: 'link', text: 'Explain', href: '/policies/explain' },
        { type: 'link', text: 'Findings', href: '/policies/findings' },
        { type: 'link', text: 'Settings', href: '/settings' },
      ],
    })
    items.push({
      type: 'section',
      text: 'Operate',
      items: [
        { type: 'link', text: 'Deployment', href: '/deployment' },
        { type: 'link', text: 'Assignments', href: '/assignments' },
        { type: 'link', text: 'Alarms', href: '/alarms' },
        { type: 'link', text: 'Directory', href: '/directory' },
        { type: 'link', text: 'Who reaches what', href: '/reach' },
        { type: 'link', text: 'Sign-ins', href: '/people/sign-ins' },
        { type: 'link', text: 'Identities', href: '/people/identities' },
        { type: 'link', text: 'Machines', href: '/machines' },
      ],
    })
  }
  items.push({
    type: 'section',
    text: 'You',
    items: [
      { type: 'link', text: 'Sign-ins and tokens', href: '/you' },
      {
        type: 'link',
        text: 'Passkeys',
        href: '/passkeys',
        external: true,
        externalIconAriaLabel: 'Opens a page of its own',
      },
    ],
  })
  return items
}

/** activeHref is the link that a path belongs to: the longest that begins it. */
function activeHref(path: string, items: SideNavigationProps.Item[]): string {
  const all = items.flatMap(i =>
    i.type === 'link' ? [i.href] : 'items' in i ? i.items.flatMap(j => (j.type === 'link' ? [j.href] : [])) : [],
  )
  const fits = all.filter(h => path === h || (h !== '/' && path.startsWith(`${h}/`)))
  return fits.sort((a, b) => b.length - a.length)[0] ?? ''
}

export function Navigation({ me, onFollowed }: { me: Me; onFollowed: () => void }) {
  const navigate = useNavigate()
  const { pathname } = useLocation()
  const items = itemsFor(me)
  return (
    <SideNavigation
      header={{ href: '/', text: 'Temporary access' }}
      activeHref={activeHref(pathname, items)}
      items={items}
      onFollow={e => {
        if (e.detail.external) return
        e.preventDefault()
        onFollowed()
        void navigate({ to: e.detail.href })
      }}
    />
  )
}
