import '@cloudscape-design/global-styles/index.css'
import './app/app.css'
import { I18nProvider } from '@cloudscape-design/components/i18n'
import messages from '@cloudscape-design/components/i18n/messages/all.en'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { ProblemError, UnreachableError } from './api/client'
import { newRouter } from './app/router'

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000, // events say what is old before that
      refetchOnWindowFocus: true,
      // What TEAM refused it refuses again. What did not reach it is tried until it does.
      retry: (failures, error) =>
        error instanceof UnreachableError ||
        (error instanceof ProblemError && error.problem.status === 503 && failures < 3),
      retryDelay: failures => Math.min(1000 * 2 ** failures, 15_000),
    },
    mutations: { retry: false },
  },
})
const router = newRouter(queries)
router.subscribe('onResolved', () => {
  const title = router.state.matches.at(-1)?.staticData.title
  document.title = title ? `${title} · TEAM` : 'TEAM'
})

const place = document.getElementById('root')
if (!place) throw new Error('index.html has no place for the application')
createRoot(place).render(
  <StrictMode>
    <I18nProvider locale="en" messages={[messages]}>
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </I18nProvider>
  </StrictMode>,
)

// Browsers keep whole pages for their back button, and would show them after the sign-out: then TEAM is asked first.
window.addEventListener('pageshow', e => {
  if (e.persisted) window.location.reload()
})
