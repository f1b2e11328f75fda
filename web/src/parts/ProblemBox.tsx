import Alert from '@cloudscape-design/components/alert'
import Button from '@cloudscape-design/components/button'
import type { ReactNode } from 'react'
import { ProblemError, type Schemas, UnreachableError } from '../api/client'

// advice is what to do, where the problem's own sentence does not say.
const advice: Record<string, string> = {
  forbidden: 'If you think you should be able to, ask an administrator of TEAM.',
  not_found: 'It does not exist, or you may not see it.',
  stale: 'Somebody changed it meanwhile. Look at what changed, and do again what you still want.',
  conflict: 'It is not in that state any more; the page now shows how it is.',
  too_many: 'You, or your address, asked for more than is allowed within five minutes.',
  blocked: 'The firewall took it for an attack. If it is none, tell an administrator the reference.',
  internal: 'Tell who runs TEAM; the log says more under the reference.',
  unavailable: 'AWS or the database cannot be read just now. Nothing was done; try again shortly.',
  held: 'Grants and decisions wait just now. Access goes on being ended.',
}

const titles: Record<string, string> = {
  forbidden: 'You may not do this',
  not_allowed: 'Policy says no',
  not_found: 'Not found',
  stale: 'It changed meanwhile',
  conflict: 'Not possible any more',
  too_many: 'Too many requests',
  blocked: 'Blocked',
  invalid: 'Something is missing or wrong',
  unavailable: 'Not available just now',
  held: 'On hold',
  internal: 'Something went wrong inside TEAM',
}

/** problemTitle is a heading for what went wrong. */
export function problemTitle(error: unknown): string {
  if (error instanceof UnreachableError) return 'TEAM does not answer'
  if (error instanceof ProblemError) return titles[error.code] ?? error.problem.title
  return 'Something went wrong on this page'
}

/** ProblemBox says what went wrong, why and what to do. */
export function ProblemBox({ error, again, children }: { error: unknown; again?: () => void; children?: ReactNode }) {
  const problem = error instanceof ProblemError ? error.problem : undefined
  const waits = error instanceof ProblemError ? error.retryAfterSeconds : undefined
  return (
    <Alert
      type={problem && problem.status < 500 ? 'warning' : 'error'}
      header={problemTitle(error)}
      action={again && <Button onClick={again}>Try again</Button>}
    >
      <p>
        {error instanceof Error ? error.message : String(error)} {problem && advice[problem.code]}
        {waits && ` Try again in ${waits} s.`}
      </p>
      {problem?.errors && problem.errors.length > 0 && (
        <ul>
          {problem.errors.map(e => (
            <li key={`${e.location} ${e.message}`}>{e.message}</li>
          ))}
        </ul>
      )}
      {problem?.reasons && problem.reasons.length > 0 && <Reasons reasons={problem.reasons} />}
      {problem?.reference && (
        <p>
          Reference: <code>{problem.reference}</code>
        </p>
      )}
      {children}
    </Alert>
  )
}

/** Reasons are what policies say, each with the policy that says it. */
export function Reasons({ reasons }: { reasons: Schemas['Reason'][] }) {
  return (
    <ul>
      {reasons.map(r => (
        <li key={`${r.code} ${r.text}`}>
          {r.text}
          {r.policy && ` (policy ${r.policy.name || r.policy.id}, version ${r.policy.version})`}
        </li>
      ))}
    </ul>
  )
}
