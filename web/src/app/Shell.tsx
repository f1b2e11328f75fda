import AppLayout from '@cloudscape-design/components/app-layout'
import Box from '@cloudscape-design/components/box'
import Flashbar, { type FlashbarProps } from '@cloudscape-design/components/flashbar'
import Spinner from '@cloudscape-design/components/spinner'
import TopNavigation from '@cloudscape-design/components/top-navigation'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Outlet, useNavigate } from '@tanstack/react-router'
import { Suspense, useEffect, useState } from 'react'
import { followEvents, useConnection } from '../api/live'
import { type Me, meQuery } from '../api/me'
import { useFlashes } from '../parts/flashes'
import { ProblemBox } from '../parts/ProblemBox'
import { zone } from '../words/clock'
import { type Appearance, useAppearance } from './mode'
import { Navigation } from './navigation'

/** Shell is what is around every page. */
export function Shell() {
  const me = useQuery(meQuery)
  if (me.data) return <SignedIn me={me.data} />
  if (me.error) {
    return (
      <Box padding="xxl">
        <ProblemBox error={me.error} again={() => void me.refetch()} />
      </Box>
    )
  }
  return (
    <Box padding="xxxl" textAlign="center">
      <Spinner size="large" /> <span>Loading TEAM…</span>
    </Box>
  )
}

const appearances: { id: Appearance; text: string }[] = [
  { id: 'system', text: 'As the system' },
  { id: 'light', text: 'Light' },
  { id: 'dark', text: 'Dark' },
]

function SignedIn({ me }: { me: Me }) {
  const queries = useQueryClient()
  const navigate = useNavigate()
  const [appearance, setAppearance] = useAppearance()
  const [open, setOpen] = useState(() => window.innerWidth > 1000)
  useEffect(() => followEvents(queries), [queries])
  return (
    <>
      <div id="top">
        <TopNavigation
          identity={{
            href: '/',
            title: 'TEAM',
            onFollow: e => {
              e.preventDefault()
              void navigate({ to: '/' })
            },
          }}
          utilities={[
            {
              type: 'button',
              text: zone,
              iconName: 'calendar',
              disableUtilityCollapse: false,
              title: 'Times are shown in this time zone',
              ariaLabel: `Times are shown in the time zone ${zone}`,
            },
            {
              type: 'menu-dropdown',
              text: me.displayName || me.userName || me.id,
              description: me.userName,
              iconName: 'user-profile',
              items: [
                {
                  id: 'appearance',
                  text: 'Appearance',
                  items: appearances.map(a => ({
                    id: a.id,
                    text: a.text,
                    iconName: a.id === appearance ? ('check' as const) : undefined,
                  })),
                },
                { id: 'you', text: 'Sign-ins and tokens', href: '/you' },
                { id: 'passkeys', text: 'Passkeys', href: '/passkeys' },
                { id: 'out', text: 'Sign out' },
              ],
              onItemClick: e => {
                const { id } = e.detail
                if (appearances.some(a => a.id === id)) setAppearance(id as Appearance)
                else if (id === 'you') {
                  e.preventDefault()
                  void navigate({ to: '/you' })
                } else if (id === 'out') signOut()
              },
            },
          ]}
          i18nStrings={{
            overflowMenuTriggerText: 'More',
            overflowMenuTitleText: 'All',
            overflowMenuBackIconAriaLabel: 'Back',
            overflowMenuDismissIconAriaLabel: 'Close',
          }}
        />
      </div>
      <AppLayout
        headerSelector="#top"
        toolsHide
        navigationOpen={open}
        onNavigationChange={e => setOpen(e.detail.open)}
        navigation={<Navigation me={me} onFollowed={() => window.innerWidth < 688 && setOpen(false)} />}
        notifications={<Notices me={me} />}
        stickyNotifications
        ariaLabels={{
          navigation: 'Pages',
          navigationClose: 'Close the list of pages',
          navigationToggle: 'Open the list of pages',
          notifications: 'Messages',
        }}
        content={
          <Suspense
            fallback={
              <Box textAlign="center" padding="xl">
                <Spinner size="large" />
              </Box>
            }
          >
            <Outlet />
          </Suspense>
        }
      />
    </>
  )
}

/** signOut sends the form that the server takes it from: a page of TEAM's own, by POST. */
function signOut() {
  const form = document.createElement('form')
  form.method = 'post'
  form.action = '/sign-out'
  document.body.append(form)
  form.submit()
}

/** Notices are what concerns every page, then what was done. */
function Notices({ me }: { me: Me }) {
  const connection = useConnection()
  const flashes = useFlashes()
  const items: FlashbarProps.MessageDefinition[] = []
  if (connection === 'lost') {
    items.push({
      id: 'connection',
      type: 'warning',
      loading: true,
      content: 'The connection to TEAM is lost. What you see may be old; it goes on by itself.',
    })
  }
  if (me.held)
    items.push({
      id: 'held',
      type: 'warning',
      header: 'Grants and decisions wait',
      content: `${me.held} Access goes on being ended.`,
    })
  if (me.sandbox) {
    items.push({ id: 'sandbox', type: 'info', content: 'Demo: the AWS organization behind this is simulated.' })
  }
  return (
    <Flashbar
      items={[...items, ...flashes]}
      stackItems={items.length + flashes.length > 3}
      i18nStrings={{
        ariaLabel: 'Messages',
        notificationBarText: 'Messages',
        notificationBarAriaLabel: 'Show all messages',
        errorIconAriaLabel: 'Error',
        infoIconAriaLabel: 'Information',
        successIconAriaLabel: 'Done',
        warningIconAriaLabel: 'Warning',
        inProgressIconAriaLabel: 'In progress',
      }}
    />
  )
}
