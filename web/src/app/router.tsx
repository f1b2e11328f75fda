// The addresses of the application. Each page is loaded when somebody goes there.

import type { QueryClient } from '@tanstack/react-query'
import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router'
import { Broken, Lost } from './Lost'
import { Shell } from './Shell'

const root = createRootRoute({ component: Shell, notFoundComponent: Lost, errorComponent: Broken })

type Loads = Parameters<typeof lazyRouteComponent>[0]

// Search parameters are plain words, one each: lists keep what they are filtered by there.
function page(path: string, title: string, load: Loads) {
  return createRoute({
    getParentRoute: () => root,
    path,
    component: lazyRouteComponent(load),
    validateSearch: (s: Record<string, unknown>) => s as Record<string, string | undefined>,
    staticData: { title },
  })
}

declare module '@tanstack/react-router' {
  interface StaticDataRouteOption {
    title?: string
  }
}

const pages = [
  page('/', 'Home', () => import('../pages/home/Home')),
  page('/ask', 'Ask for access', () => import('../pages/ask/Ask')),
  page('/requests', 'My requests', () => import('../pages/requests/MyRequests')),
  page('/requests/$id', 'Request', () => import('../pages/requests/Request')),
  page('/approvals', 'Waiting for me', () => import('../pages/approvals/Queue')),
  page('/approvals/decided', 'My decisions', () => import('../pages/approvals/Decided')),
  page('/elevations', 'Active access', () => import('../pages/elevations/Active')),
  page('/audit/requests', 'All requests', () => import('../pages/audit/AllRequests')),
  page('/audit/elevations', 'All access', () => import('../pages/audit/AllElevations')),
  page('/audit/events', 'Events', () => import('../pages/audit/Events')),
  page('/audit/figures', 'Figures', () => import('../pages/audit/Figures')),
  page('/policies', 'Policies', () => import('../pages/policies/Policies')),
  page('/policies/explain', 'Explain', () => import('../pages/policies/Explain')),
  page('/policies/findings', 'Findings', () => import('../pages/policies/Findings')),
  page('/policies/$kind/new', 'New policy', () => import('../pages/policies/NewPolicy')),
  page('/policies/$kind/$id', 'Policy', () => import('../pages/policies/Policy')),
  page('/proposals', 'Proposed changes', () => import('../pages/proposals/Proposals')),
  page('/proposals/$id', 'Proposed change', () => import('../pages/proposals/Proposal')),
  page('/settings', 'Settings', () => import('../pages/settings/Settings')),
  page('/deployment', 'Deployment', () => import('../pages/operate/Deployment')),
  page('/assignments', 'Assignments', () => import('../pages/operate/Assignments')),
  page('/alarms', 'Alarms', () => import('../pages/operate/Alarms')),
  page('/directory', 'Directory', () => import('../pages/directory/Directory')),
  page('/reach', 'Who reaches what', () => import('../pages/directory/Reach')),
  page('/people/sign-ins', 'Sign-ins', () => import('../pages/people/SignIns')),
  page('/people/identities', 'Identities', () => import('../pages/people/Identities')),
  page('/machines', 'Machines', () => import('../pages/machines/Machines')),
  page('/machines/$id', 'Machine', () => import('../pages/machines/Machine')),
  page('/you', 'Sign-ins and tokens', () => import('../pages/you/You')),
]

export function newRouter(queries: QueryClient) {
  return createRouter({
    routeTree: root.addChildren(pages),
    context: { queries },
    defaultPreload: 'intent',
    scrollRestoration: true,
    // Plain words, without JSON in the address: it is read by people, and by the firewall.
    parseSearch: text => Object.fromEntries(new URLSearchParams(text)),
    stringifySearch: search => {
      const kept = Object.entries(search).filter(([, v]) => v !== undefined && v !== null && v !== '')
      const text = new URLSearchParams(kept.map(([k, v]) => [k, String(v)])).toString()
      return text && `?${text}`
    },
  })
}
