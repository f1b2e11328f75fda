import type { AutosuggestProps } from '@cloudscape-design/components/autosuggest'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import FormField from '@cloudscape-design/components/form-field'
import Grid from '@cloudscape-design/components/grid'
import Header from '@cloudscape-design/components/header'
import Input, { type InputProps } from '@cloudscape-design/components/input'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Textarea from '@cloudscape-design/components/textarea'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { answer, api, ProblemError, type Schemas } from '../../api/client'
import { useKeyFor } from '../../api/key'
import { useMe } from '../../api/me'
import { ProblemBox } from '../../parts/ProblemBox'
import { useAct } from '../../parts/useAct'
import { ChosenTargets } from './ChosenTargets'
import { bodyOf, type Draft, keyOf, missingIn, typed } from './draft'
import { HowLong } from './HowLong'
import { Leave } from './Leave'
import { durationSays, longestOf, ticketSays, usePreview } from './preview'
import { TargetSearch } from './TargetSearch'
import { WhatBecomes } from './WhatBecomes'
import { When } from './When'

const longestJustification = 2000

export function AskForm({ begin }: { begin: Draft }) {
  const { limits } = useMe()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const keyFor = useKeyFor()
  const [draft, setDraft] = useState(() => within(begin, limits))
  const [tried, setTried] = useState(false)
  const search = useRef<AutosuggestProps.Ref>(null)
  const justification = useRef<InputProps.Ref>(null)
  const ticket = useRef<InputProps.Ref>(null)
  const sent = useRef(false)
  const preview = usePreview(draft)

  const act = useAct({
    call: (body: Schemas['NewRequest']) =>
      answer(api.POST('/api/v1/requests', { body, params: { header: { 'Idempotency-Key': keyFor(body) } } })),
    done: r => (r.status === 'pending' ? 'Asked. Who may decide can see it now.' : 'Asked. No approval is needed.'),
    onDone: r => {
      sent.current = true
      queries.setQueryData(['requests', r.id], r)
      void navigate({ to: '/requests/$id', params: { id: r.id } })
    },
    makesOld: ['requests', 'me', 'elevations'],
    quiet: true,
  })

  const change = (to: Partial<Draft>) => {
    setDraft(before => ({ ...before, ...to }))
    if (act.error) act.reset()
  }
  const missing = missingIn(draft, limits)
  const shown = tried ? missing : {}
  const refused = act.error instanceof ProblemError ? act.error : undefined
  const early = preview.problem
  const errors = {
    targets: shown.targets ?? refused?.field('targets') ?? early?.field('targets'),
    duration:
      shown.duration ??
      refused?.field('durationSeconds') ??
      early?.field('durationSeconds') ??
      durationSays(preview.targets),
    start: shown.start ?? refused?.field('startAt') ?? early?.field('startAt'),
    justification: shown.justification ?? refused?.field('justification'),
    ticket: shown.ticket ?? refused?.field('ticket') ?? (draft.ticket.trim() ? ticketSays(preview.targets) : undefined),
  }
  const besideFields = refused && Object.values(errors).some(Boolean) && refused.code === 'invalid'

  const send = () => {
    setTried(true)
    if (missing.targets) search.current?.focus()
    else if (missing.justification) justification.current?.focus()
    else if (missing.ticket) ticket.current?.focus()
    if (Object.keys(missing).length === 0) act.run(bodyOf(draft))
  }
  useSendByKey(send)
  const changed = JSON.stringify(draft) !== JSON.stringify(within(begin, limits))

  return (
    <>
      <Leave unsaved={() => changed && !sent.current} />
      {act.dialog}
      <Grid gridDefinition={[{ colspan: { default: 12, s: 7 } }, { colspan: { default: 12, s: 5 } }]}>
        <Container header={<Header variant="h2">What you need</Header>}>
          <SpaceBetween size="l">
            <SpaceBetween size="s">
              <TargetSearch
                field={search}
                chosen={draft.targets}
                onChoose={c => change({ targets: [...draft.targets, c] })}
                errorText={errors.targets}
              />
              <ChosenTargets
                chosen={draft.targets}
                onRemove={c => change({ targets: draft.targets.filter(t => keyOf(t) !== keyOf(c)) })}
              />
            </SpaceBetween>
            <HowLong
              label="For how long"
              value={draft}
              onChange={change}
              shortest={limits.minDurationSeconds}
              longest={longestOf(preview.targets, limits.maxDurationSeconds)}
              errorText={errors.duration}
              hint="The time begins when access is there."
            />
            <When
              draft={draft}
              onChange={change}
              horizonSeconds={limits.startHorizonSeconds}
              errorText={errors.start}
            />
            <FormField
              label="Justification"
              description="Who decides, and who reads it a year from now, should understand why."
              constraintText={
                draft.justification.length > longestJustification - 200
                  ? `${draft.justification.length} of at most ${longestJustification} characters`
                  : undefined
              }
              errorText={errors.justification}
              stretch
            >
              <Textarea
                ref={justification}
                value={draft.justification}
                rows={3}
                ariaRequired
                onChange={e => change({ justification: e.detail.value })}
              />
            </FormField>
            <FormField
              label={limits.ticketRequired ? 'Ticket' : 'Ticket – optional'}
              constraintText={limits.ticketPattern ? `In the form ${limits.ticketPattern}` : undefined}
              errorText={errors.ticket}
            >
              <Input
                ref={ticket}
                value={draft.ticket}
                ariaRequired={limits.ticketRequired}
                onChange={e => change({ ticket: e.detail.value })}
              />
            </FormField>
          </SpaceBetween>
        </Container>
        <SpaceBetween size="l">
          <Container header={<Header variant="h2">What becomes of it</Header>}>
            <div aria-live="polite">
              <WhatBecomes preview={preview} />
            </div>
          </Container>
          {act.error !== null && !besideFields && <ProblemBox error={act.error} />}
          <Box float="right">
            <SpaceBetween direction="horizontal" size="xs">
              <Button variant="link" onClick={() => void navigate({ to: '/' })}>
                Cancel
              </Button>
              <Button variant="primary" onClick={send} loading={act.running} ariaLabel="Send the request">
                Send the request
              </Button>
            </SpaceBetween>
          </Box>
        </SpaceBetween>
      </Grid>
    </>
  )
}

/** within is a draft whose duration is one that is possible. */
function within(d: Draft, limits: Schemas['Limits']): Draft {
  const seconds = Number(d.hours) * 3600 + Number(d.minutes) * 60
  const fits = Math.max(60, Math.min(Math.max(seconds, limits.minDurationSeconds), limits.maxDurationSeconds))
  return { ...d, ...typed(fits) }
}

/** useSendByKey sends with Control or Command and Enter, from wherever one is in the form. */
function useSendByKey(send: () => void) {
  const latest = useRef(send)
  latest.current = send
  useEffect(() => {
    const onKey = (e: KeyboardEvent) => {
      if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) latest.current()
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])
}
