// Decision lets somebody approve or reject targets of a request. It is shown on the request's page and in the queue, to whom the
// server says they may decide.

import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Checkbox from '@cloudscape-design/components/checkbox'
import FormField from '@cloudscape-design/components/form-field'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Textarea from '@cloudscape-design/components/textarea'
import { useRef, useState } from 'react'
import { answer, api, ProblemError, type Schemas } from '../../api/client'
import { useMe } from '../../api/me'
import { Countdown, Instant } from '../../parts/Instant'
import { personText } from '../../parts/Names'
import { ProblemBox } from '../../parts/ProblemBox'
import { useAct } from '../../parts/useAct'
import './approvals.css'
import { TargetFacts } from './TargetFacts'
import { decidableOf, decisionText, roleShort, settledText } from './words'

type Request = Schemas['Request']

interface Ballot {
  approve: boolean
  targets: string[]
  comment: string
}

export function Decision({ request, onDecided }: { request: Request; onDecided?: (r: Request) => void }) {
  const me = useMe()
  const mine = decidableOf(request)
  const others = request.targets.filter(t => t.decision === 'pending' && !mine.includes(t))
  // What is left out, not what is chosen: a target that becomes decidable meanwhile is chosen as the others are.
  const [without, setWithout] = useState<string[]>([])
  const [comment, setComment] = useState('')
  const [missing, setMissing] = useState(false)
  const field = useRef<{ focus(): void }>(null)
  const chosen = mine.length === 1 ? mine : mine.filter(t => !without.includes(t.id))

  const act = useAct<Ballot, Request>({
    call: b => {
      const call = {
        params: { path: { id: request.id } },
        body: { targets: b.targets, comment: b.comment || undefined },
      }
      return answer(
        b.approve ? api.POST('/api/v1/requests/{id}/approve', call) : api.POST('/api/v1/requests/{id}/reject', call),
      )
    },
    done: (r, b) => decisionText(r, b.targets, b.approve),
    onDone: r => {
      setComment('')
      setWithout([])
      onDecided?.(r)
    },
    makesOld: ['requests', 'elevations', 'me'],
    quiet: true,
  })
  const decide = (approve: boolean) => {
    const said = comment.trim()
    if (me.limits.commentRequired && said === '') {
      setMissing(true)
      field.current?.focus()
      return
    }
    setMissing(false)
    act.run({ approve, targets: chosen.map(t => t.id), comment: said })
  }

  if (mine.length === 0) return null
  const which =
    mine.length === 1
      ? ''
      : chosen.length === mine.length
        ? ` all ${mine.length}`
        : ` ${chosen.length} of ${mine.length}`
  const wrongComment = act.error instanceof ProblemError ? act.error.field('comment') : undefined
  return (
    <div className="decision">
      <SpaceBetween size="l">
        {mine.length === 1 ? (
          mine.map(t => <TargetFacts key={t.id} target={t} />)
        ) : (
          <ul className="targets" aria-label="Targets that you may decide">
            {mine.map(t => (
              <li key={t.id}>
                <Checkbox
                  checked={!without.includes(t.id)}
                  ariaLabel={`Decide on ${roleShort(t)}`}
                  onChange={e => setWithout(e.detail.checked ? without.filter(id => id !== t.id) : [...without, t.id])}
                />
                <TargetFacts target={t} />
              </li>
            ))}
          </ul>
        )}
        {others.length > 0 && (
          <Box color="text-body-secondary">
            Not yours to decide: {others.map(t => `${roleShort(t)} (${settledText(t)})`).join(', ')}.
          </Box>
        )}
        <FormField
          label={me.limits.commentRequired ? 'Comment' : 'Comment – optional'}
          description={`${personText(request.beneficiary)} and auditors read it.`}
          errorText={wrongComment ?? (missing && comment.trim() === '' ? 'Say why: a comment is required.' : undefined)}
          stretch
        >
          <Textarea ref={field} value={comment} onChange={e => setComment(e.detail.value)} rows={2} />
        </FormField>
        {act.error !== null && act.error !== undefined && !wrongComment && <NotDecided error={act.error} />}
        <Box color="text-body-secondary">
          If nobody decides, it expires in <Countdown until={request.expiresAt} over="a moment" /> (
          <Instant at={request.expiresAt} />
          ): nothing is given, and {personText(request.beneficiary)} is told.
        </Box>
      </SpaceBetween>
      {/* Not among the spaced parts: it stays in sight while they scroll. */}
      <div className="decide">
        <Button
          variant="primary"
          iconName="check"
          loading={act.running}
          loadingText="Deciding"
          disabled={chosen.length === 0}
          disabledReason="Choose at least one target."
          onClick={() => decide(true)}
        >
          Approve{which}
        </Button>
        <Button
          iconName="close"
          disabled={chosen.length === 0 || act.running}
          disabledReason={chosen.length === 0 ? 'Choose at least one target.' : undefined}
          onClick={() => decide(false)}
        >
          Reject{which}
        </Button>
      </div>
      {act.dialog}
    </div>
  )
}

/** NotDecided says why a decision was not taken. That somebody else was faster is no error. */
function NotDecided({ error }: { error: unknown }) {
  if (error instanceof ProblemError && error.code === 'conflict') {
    return (
      <Alert type="info" header="Settled meanwhile">
        Somebody else decided before you, or it was taken back or expired. What you see is how it is now; nothing of
        what you just chose was counted.
      </Alert>
    )
  }
  return <ProblemBox error={error} />
}
