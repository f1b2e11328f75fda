import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import Modal from '@cloudscape-design/components/modal'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Textarea from '@cloudscape-design/components/textarea'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { answer, api, ProblemError, type Schemas } from '../../api/client'
import { useKeyFor } from '../../api/key'
import { useMe } from '../../api/me'
import { Instant } from '../../parts/Instant'
import { roleText } from '../../parts/Names'
import { ProblemBox } from '../../parts/ProblemBox'
import { useAct } from '../../parts/useAct'
import { useRole } from '../ask/choices'
import { durationOf, typed } from '../ask/draft'
import { HowLong } from '../ask/HowLong'
import { type Held, roomToExtend } from './held'

// reasons of policy that are about the duration, and belong beside it.
const aboutDuration = (r: Schemas['Reason']) => r.code.startsWith('duration_') || r.code === 'no_duration_possible'

/** Extend asks for more time. It is a request of its own, which the same people decide. */
export function Extend({ held, close }: { held: Held; close: () => void }) {
  const { limits } = useMe()
  const navigate = useNavigate()
  const keyFor = useKeyFor()
  const role = useRole(held).data?.role
  const room = roomToExtend(
    held,
    Math.min(limits.maxDurationSeconds, role?.maxDurationSeconds ?? Number.POSITIVE_INFINITY),
  )
  const [length, setLength] = useState(() => typed(Math.max(60, Math.min(1800, room))))
  const [justification, setJustification] = useState('')
  const [ticket, setTicket] = useState('')
  const [tried, setTried] = useState(false)

  const act = useAct({
    call: (body: Schemas['NewExtension']) =>
      answer(
        api.POST('/api/v1/elevations/{id}/extend', {
          body,
          params: { path: { id: held.id }, header: { 'Idempotency-Key': keyFor(body) } },
        }),
      ),
    done: r => (r.status === 'pending' ? 'Asked for more time. Until it is agreed, the end stays.' : 'Extended.'),
    onDone: r => {
      close()
      if (r.status === 'pending') void navigate({ to: '/requests/$id', params: { id: r.id } })
    },
    makesOld: ['requests', 'elevations', 'me'],
    quiet: true,
  })
  const refused = act.error instanceof ProblemError ? act.error : undefined
  const seconds = durationOf(length)
  const missing = {
    duration: seconds ? undefined : 'Say how much longer.',
    justification: justification.trim() ? undefined : 'Say what the time is needed for.',
    ticket: limits.ticketRequired && !ticket.trim() ? 'A ticket is required here.' : undefined,
  }
  const said = refused?.problem.reasons?.filter(aboutDuration).map(r => r.text)
  const errors = {
    duration:
      (tried ? missing.duration : undefined) ?? refused?.field('durationSeconds') ?? (said?.join(' ') || undefined),
    justification: (tried ? missing.justification : undefined) ?? refused?.field('justification'),
    ticket: (tried ? missing.ticket : undefined) ?? refused?.field('ticket'),
  }
  const send = () => {
    setTried(true)
    if (missing.duration || missing.justification || missing.ticket || !seconds) return
    act.run({
      durationSeconds: seconds,
      justification: justification.trim(),
      ...(ticket.trim() && { ticket: ticket.trim() }),
    })
  }
  const edit =
    <T,>(set: (to: T) => void) =>
    (to: T) => {
      set(to)
      if (act.error) act.reset()
    }
  return (
    <>
      <Modal
        visible={!act.dialog}
        header="Ask for more time"
        onDismiss={close}
        closeAriaLabel="Cancel"
        footer={
          <Box float="right">
            <SpaceBetween direction="horizontal" size="xs">
              <Button variant="link" onClick={close}>
                Cancel
              </Button>
              <Button variant="primary" loading={act.running} onClick={send}>
                Ask for more time
              </Button>
            </SpaceBetween>
          </Box>
        }
      >
        <SpaceBetween size="m">
          <div>
            {roleText(held)} ends at <Instant at={held.endsAt} />. An extension is judged as one request for the whole
            time from its start
            {role && !role.approvalRequired ? '; no approval is needed' : ', and needs the same approvals'}.
          </div>
          <HowLong
            label="How much longer"
            value={length}
            onChange={edit(setLength)}
            shortest={60}
            longest={Math.max(60, room)}
            errorText={errors.duration}
          />
          <FormField label="Justification" errorText={errors.justification} stretch>
            <Textarea
              value={justification}
              rows={3}
              ariaRequired
              onChange={e => edit(setJustification)(e.detail.value)}
            />
          </FormField>
          <FormField label={limits.ticketRequired ? 'Ticket' : 'Ticket – optional'} errorText={errors.ticket}>
            <Input value={ticket} onChange={e => edit(setTicket)(e.detail.value)} />
          </FormField>
          {act.error !== null && !Object.values(errors).some(Boolean) && <ProblemBox error={act.error} />}
        </SpaceBetween>
      </Modal>
      {act.dialog}
    </>
  )
}
