// What somebody who decides must know of one target: the role, how dangerous it is, what outlives its end, and whose word it waits for.

import Badge from '@cloudscape-design/components/badge'
import Box from '@cloudscape-design/components/box'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator'
import type { Schemas } from '../../api/client'
import type { Me } from '../../api/me'
import { useMe } from '../../api/me'
import { Instant } from '../../parts/Instant'
import { Go, PersonName, setText } from '../../parts/Names'
import { duration } from '../../words/clock'
import { neededText } from './words'

type Risk = Schemas['Risk']

// Above this, what outlives the end is worth a warning.
const longResidual = 3600

export function TargetFacts({ target: t }: { target: Schemas['Target'] }) {
  const me = useMe()
  // The linter says the same, with the policy.
  const residual = t.risks?.some(r => r.code === 'long_session') ? 0 : t.residualAccessSeconds
  return (
    <SpaceBetween size="xs">
      <div className="role">
        <Box variant="h4" tagOverride="p" padding="n">
          {setText(t)}
        </Box>
        <Box color="text-body-secondary">
          in {t.accountName && <strong>{t.accountName}</strong>} {t.accountId}
        </Box>
      </div>
      {(t.protected || t.extends) && (
        <SpaceBetween direction="horizontal" size="xs">
          {t.protected && <Badge color="red">Protected account</Badge>}
          {t.extends && <Badge color="blue">Extension</Badge>}
        </SpaceBetween>
      )}
      {t.protected && (
        <div>This account is protected: it is only given by name, and two different people have to agree.</div>
      )}
      <Risks risks={t.risks ?? []} />
      {residual !== undefined && residual > 0 && (
        <div>
          {residual > longResidual && <StatusIndicator type="warning">Long residual access</StatusIndicator>} After the
          end, credentials taken at the last moment can be used for up to {duration(residual)} more.
        </div>
      )}
      <Votes target={t} />
      {t.approval && <div>{neededText(t.approval, me.id)}</div>}
      {(t.why ?? []).map(r => (
        <Box key={r.code + r.text} color="text-body-secondary">
          Why you: {r.text}
        </Box>
      ))}
      {(t.stepUp ?? []).map(d => (
        <Box key={JSON.stringify(d)} color="text-body-secondary">
          Deciding asks you for {d.kinds.map(k => (k === 'passkey' ? 'a passkey' : 'signing in again')).join(' or ')},
          used no more than {duration(d.maxAgeSeconds)} before.
        </Box>
      ))}
    </SpaceBetween>
  )
}

const severities: Record<Risk['severity'], { look: StatusIndicatorProps.Type; word: string }> = {
  error: { look: 'error', word: 'High risk' },
  warning: { look: 'warning', word: 'Risk' },
  note: { look: 'info', word: 'Note' },
}

function Risks({ risks }: { risks: Risk[] }) {
  const me = useMe()
  return risks.map(r => (
    <div key={`${r.code} ${r.policy?.id}`}>
      <StatusIndicator type={severities[r.severity].look}>{severities[r.severity].word}</StatusIndicator> {r.text}{' '}
      {r.policy && <PolicyName policy={r.policy} me={me} />}
    </div>
  ))
}

/** PolicyName leads to the policy for those who may read it. */
function PolicyName({ policy: p, me }: { policy: Schemas['PolicyRef']; me: Me }) {
  const name = p.name || p.id
  const reads = (me.administrator || me.auditor) && p.kind !== 'settings'
  return (
    <Box display="inline" color="text-body-secondary">
      ({p.kind} policy {reads ? <Go to={`/policies/${p.kind}/${p.id}`}>{name}</Go> : name}, version {p.version})
    </Box>
  )
}

/** Votes are what others said about a target before. */
export function Votes({ target: t }: { target: Schemas['Target'] }) {
  return (t.votes ?? [])
    .filter(v => !v.void)
    .map(v => (
      <div key={`${v.voter.id} ${v.at}`}>
        <StatusIndicator type={v.approve ? 'success' : 'error'}>{v.approve ? 'Approved' : 'Rejected'}</StatusIndicator>{' '}
        by <PersonName person={v.voter} /> <Instant at={v.at} relative />
        {v.comment && <q className="said">{v.comment}</q>}
      </div>
    ))
}
