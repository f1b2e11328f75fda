import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import ExpandableSection from '@cloudscape-design/components/expandable-section'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import { personText, RoleName } from '../../parts/Names'
import { ProblemBox, Reasons } from '../../parts/ProblemBox'
import { duration } from '../../words/clock'
import { againstTarget, type TargetPreview, type usePreview } from './preview'

// namesShown of those who could decide; the others are counted.
const namesShown = 6

/** WhatBecomes says before anything is sent what would become of it: who is asked and why, or why not. */
export function WhatBecomes({ preview }: { preview: ReturnType<typeof usePreview> }) {
  if (!preview.complete) {
    return (
      <Box color="text-body-secondary">
        Choose what you need and for how long: who will be asked, and what would happen, appears here.
      </Box>
    )
  }
  if (preview.problem?.problem.errors?.length) {
    return (
      <StatusIndicator type="warning">Something in the form is not possible: it is said beside it.</StatusIndicator>
    )
  }
  if (preview.error) return <ProblemBox error={preview.error} />
  if (!preview.targets) return <StatusIndicator type="loading">Asking the policies…</StatusIndicator>
  return (
    <SpaceBetween size="l">
      {preview.targets.map(t => (
        <Outlook key={`${t.accountId} ${t.permissionSetArn}`} target={t} />
      ))}
    </SpaceBetween>
  )
}

function Outlook({ target: t }: { target: TargetPreview }) {
  const against = againstTarget(t)
  return (
    <SpaceBetween size="xs">
      <RoleName role={t} />
      {against.length > 0 ? (
        <SpaceBetween size="xxs">
          <StatusIndicator type="error">Not possible</StatusIndicator>
          <Reasons reasons={against} />
        </SpaceBetween>
      ) : t.approvalRequired ? (
        <Asked stages={t.stages ?? []} />
      ) : (
        <StatusIndicator type="success">No approval is needed: it begins without anybody deciding.</StatusIndicator>
      )}
      {t.protected && <StatusIndicator type="warning">This is a protected account.</StatusIndicator>}
      {against.length === 0 && <Residual seconds={t.residualAccessSeconds} />}
      {(t.for ?? []).length > 0 && (
        <ExpandableSection headerText="Why">
          <Reasons reasons={t.for ?? []} />
        </ExpandableSection>
      )}
    </SpaceBetween>
  )
}

function Asked({ stages }: { stages: NonNullable<TargetPreview['stages']> }) {
  return (
    <SpaceBetween size="xxs">
      <StatusIndicator type="pending">
        {stages.length > 1 ? `Approval is needed, in ${stages.length} stages:` : 'Approval is needed:'}
      </StatusIndicator>
      {stages.map((s, i) => {
        const names = s.candidates.slice(0, namesShown).map(personText)
        const more = s.candidates.length - names.length
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a stage has no name but its number
          <Box key={i} padding={{ left: 'l' }}>
            {stages.length > 1 && `Stage ${i + 1}: `}
            <strong>
              {s.required === 1 ? 'one' : s.required} of {names.join(', ')}
              {more > 0 && ` and ${more} more`}
            </strong>{' '}
            must agree.
          </Box>
        )
      })}
    </SpaceBetween>
  )
}

function Residual({ seconds }: { seconds: number }) {
  if (seconds <= 0) return null
  const text = `Credentials taken at the last moment may work for ${duration(seconds)} after the end.`
  if (seconds > 3600) return <Alert type="warning">{text}</Alert>
  return (
    <Box color="text-body-secondary" fontSize="body-s">
      {text}
    </Box>
  )
}
