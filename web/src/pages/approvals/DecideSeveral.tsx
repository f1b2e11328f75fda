// Deciding on several requests at once: what will be decided is listed, each is a call of its own, and each outcome is told.

import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import FormField from '@cloudscape-design/components/form-field'
import Modal from '@cloudscape-design/components/modal'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import Textarea from '@cloudscape-design/components/textarea'
import { useRef, useState } from 'react'
import { answer, api, ProblemError, type Schemas } from '../../api/client'
import { useMe } from '../../api/me'
import { useAct } from '../../parts/useAct'
import { titleOf } from './Case'
import { decideEach, type Outcome } from './several'
import { decidableOf, decisionText } from './words'

type Request = Schemas['Request']

interface Props {
  /** requests as they were when they were chosen: what was seen is what is decided on. */
  requests: Request[]
  approve: boolean
  close: (decided: string[]) => void
}

export function DecideSeveral({ requests, approve, close }: Props) {
  const me = useMe()
  const [comment, setComment] = useState('')
  const [missing, setMissing] = useState(false)
  const outcomes = useRef(new Map<string, Outcome>())
  const [told, tell] = useState<Outcome[]>([])
  const act = useAct<string, Outcome[]>({
    call: said =>
      decideEach(
        requests.map(r => r.id),
        outcomes.current,
        id => {
          const targets = decidableOf(requests.find(r => r.id === id) as Request).map(t => t.id)
          const call = { params: { path: { id } }, body: { targets, comment: said || undefined } }
          return answer(
            approve ? api.POST('/api/v1/requests/{id}/approve', call) : api.POST('/api/v1/requests/{id}/reject', call),
          )
        },
      ),
    onDone: tell,
    makesOld: ['requests', 'elevations', 'me'],
  })
  const decided = () => [...outcomes.current.values()].filter(o => o.request).map(o => o.id)
  const failed = told.filter(o => o.error !== undefined)
  const verb = approve ? 'Approve' : 'Reject'
  const confirm = () => {
    const said = comment.trim()
    if (me.limits.commentRequired && said === '') return setMissing(true)
    setMissing(false)
    act.run(said)
  }
  const finished = told.length > 0 && failed.every(o => !again(o.error))
  return (
    <>
      <Modal
        visible={!act.dialog}
        header={`${verb} ${requests.length} requests`}
        onDismiss={() => close(decided())}
        closeAriaLabel="Close"
        footer={
          <Box float="right">
            <SpaceBetween direction="horizontal" size="xs">
              <Button variant={finished ? 'primary' : 'link'} onClick={() => close(decided())} disabled={act.running}>
                {told.length > 0 ? 'Close' : 'Cancel'}
              </Button>
              {!finished && (
                <Button variant="primary" loading={act.running} loadingText="Deciding" onClick={confirm}>
                  {told.length > 0 ? 'Try the rest again' : `${verb} ${requests.length}`}
                </Button>
              )}
            </SpaceBetween>
          </Box>
        }
      >
        <SpaceBetween size="m">
          <ul aria-label="Requests" aria-live="polite">
            {requests.map(r => (
              <li key={r.id}>
                {titleOf(r)}
                <OutcomeOf outcome={told.find(o => o.id === r.id)} request={r} approve={approve} />
              </li>
            ))}
          </ul>
          {told.length === 0 && (
            <FormField
              label={me.limits.commentRequired ? 'Comment on each' : 'Comment on each – optional'}
              errorText={missing && comment.trim() === '' ? 'Say why: a comment is required.' : undefined}
              stretch
            >
              <Textarea value={comment} onChange={e => setComment(e.detail.value)} rows={2} />
            </FormField>
          )}
        </SpaceBetween>
      </Modal>
      {act.dialog}
    </>
  )
}

/** again says whether trying again may help: what the server refused for good it refuses again. */
function again(error: unknown): boolean {
  return !(error instanceof ProblemError) || error.problem.status >= 500 || error.problem.status === 429
}

function OutcomeOf({ outcome, request, approve }: { outcome?: Outcome; request: Request; approve: boolean }) {
  if (!outcome) return null
  if (outcome.request) {
    const ids = decidableOf(request).map(t => t.id)
    return (
      <div>
        <StatusIndicator type="success">Done</StatusIndicator> {decisionText(outcome.request, ids, approve)}
      </div>
    )
  }
  const settled = outcome.error instanceof ProblemError && outcome.error.code === 'conflict'
  return (
    <div>
      <StatusIndicator type={settled ? 'info' : 'error'}>{settled ? 'Settled' : 'Not decided'}</StatusIndicator>{' '}
      {settled
        ? 'It was settled meanwhile, or taken back; nothing was counted.'
        : outcome.error instanceof Error
          ? outcome.error.message
          : String(outcome.error)}
    </div>
  )
}
