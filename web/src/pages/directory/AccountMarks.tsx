import Badge from '@cloudscape-design/components/badge'
import StatusIndicator from '@cloudscape-design/components/status-indicator'

/** Protected marks an account that is never matched by unit, tag or wildcard. */
export function Protected() {
  return (
    <span title="Only policies that name it reach it, with at least two approvers, and no machines.">
      <Badge color="severity-high">protected</Badge>
    </span>
  )
}

/** AccountState is as AWS Organizations says. */
export function AccountState({ state }: { state: string }) {
  const word = state.charAt(0) + state.slice(1).toLowerCase().replaceAll('_', ' ')
  return <StatusIndicator type={state === 'ACTIVE' ? 'success' : 'stopped'}>{word}</StatusIndicator>
}
