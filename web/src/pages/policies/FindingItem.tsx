import Box from '@cloudscape-design/components/box'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import type { Schemas } from '../../api/client'
import { Go } from '../../parts/Names'
import { kindWords, policyPath, severityWords } from '../../words/policy'
import { members } from './members'

/** fieldText is where in a policy something stands, in words: "Organizational units, the 2nd (targets.ous[1])". */
function fieldText(place: Schemas['FindingPlace']): string {
  if (!place.field) return ''
  const path = place.field.replace(/\[\d+\]/g, '')
  const member = members[place.policy.kind].find(m => path === m.path || path.startsWith(`${m.path}.`))
  const number = /\[(\d+)\]/.exec(place.field)?.[1]
  return member ? `${member.label}${number ? `, no. ${Number(number) + 1}` : ''} (${place.field})` : place.field
}

function Place({ place }: { place: Schemas['FindingPlace'] }) {
  const { policy, document, line } = place
  const name = policy.name || kindWords[policy.kind].label
  return (
    <li>
      {policy.id ? <Go to={policyPath(policy)}>{name}</Go> : name}
      {place.field && `: ${fieldText(place)}`}
      {document && ` – ${document}, line ${line}`}
    </li>
  )
}

/** FindingItem is one finding of the linter, with each line that triggered it. */
export function FindingItem({ finding: f }: { finding: Schemas['PolicyFinding'] }) {
  const word = severityWords[f.severity]
  return (
    <div>
      <StatusIndicator type={word.look}>
        <span title={word.means}>{word.label}</span>
      </StatusIndicator>
      {': '}
      {f.text}{' '}
      <Box display="inline" color="text-body-secondary">
        {f.advice}
      </Box>
      {f.places.length > 0 && (
        <ul>
          {f.places.map(p => (
            <Place key={JSON.stringify([p.policy.id, p.field, p.document, p.line])} place={p} />
          ))}
          {f.morePlaces ? <li>and {f.morePlaces} more places</li> : null}
        </ul>
      )}
    </div>
  )
}
