import Box from '@cloudscape-design/components/box'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import { Instant } from '../../parts/Instant'
import { Go } from '../../parts/Names'
import { useReading } from './useReading'

/** ReadingState says in a line how old the directory is: as old as its oldest part. */
export function ReadingState() {
  const { data } = useReading()
  if (!data || data.parts.length === 0) return null
  const failing = data.parts.filter(p => p.failing)
  const running = data.parts.some(p => p.running)
  const never = data.parts.some(p => !p.complete)
  const oldest = data.parts.flatMap(p => (p.complete ? [p.complete] : [])).sort()[0]
  return (
    <Box>
      {failing.length > 0 ? (
        <StatusIndicator type="error">
          {failing.length === 1 ? 'A part' : `${failing.length} parts`} of it cannot be read just now
        </StatusIndicator>
      ) : running ? (
        <StatusIndicator type="in-progress">Being read just now</StatusIndicator>
      ) : never ? (
        <StatusIndicator type="pending">Not read completely yet</StatusIndicator>
      ) : (
        <StatusIndicator type="success">Current</StatusIndicator>
      )}{' '}
      {oldest && (
        <>
          · the oldest part was read <Instant at={oldest} relative />
        </>
      )}{' '}
      · <Go to="/directory?tab=reading">more</Go>
    </Box>
  )
}
