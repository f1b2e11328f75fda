import Box from '@cloudscape-design/components/box'
import Steps, { type StepsProps } from '@cloudscape-design/components/steps'
import { Countdown, Instant } from '../../parts/Instant'
import type { Chapter } from './story'

const signs: Partial<Record<StepsProps.Status, string>> = {
  success: 'Done',
  error: 'Failed',
  warning: 'Warning',
  info: 'To come',
  stopped: 'Over',
  pending: 'Waiting',
  'in-progress': 'In progress',
}

/** Story is what happened, in order. */
export function Story({ chapters, label }: { chapters: Chapter[]; label: string }) {
  return (
    <Steps
      ariaLabel={label}
      steps={chapters.map(c => ({
        status: c.status,
        statusIconAriaLabel: signs[c.status] ?? c.status,
        header: <Title chapter={c} />,
        details: <Details chapter={c} />,
      }))}
    />
  )
}

function Title({ chapter: c }: { chapter: Chapter }) {
  return (
    <>
      {c.title}
      {c.at && (
        <>
          {' '}
          <Box display="inline" color="text-body-secondary" fontSize="body-s">
            <Instant at={c.at} />
          </Box>
        </>
      )}
    </>
  )
}

function Details({ chapter: c }: { chapter: Chapter }) {
  if (!c.until && !c.quote && !c.details?.length) return null
  return (
    <>
      {c.quote && <div className="typed">“{c.quote}”</div>}
      {c.details?.map(d => (
        <Box key={d} color="text-body-secondary">
          {d}
        </Box>
      ))}
      {c.until && (
        <div>
          {c.until.label} at <Instant at={c.until.at} />, in <Countdown until={c.until.at} over="a moment" />
        </div>
      )}
    </>
  )
}
