import Box from '@cloudscape-design/components/box'
import { useEffect, useState } from 'react'
import { absolute, ago, instant, left, serverNow } from '../words/clock'

/** useNow is the server's time, again every so many milliseconds. */
export function useNow(every: number): number {
  const [now, set] = useState(serverNow)
  useEffect(() => {
    const t = setInterval(() => set(serverNow()), every)
    return () => clearInterval(t)
  }, [every])
  return now
}

/** Instant is a point in time in the browser's zone, and in full when pointed at or read aloud. */
export function Instant({ at, relative = false }: { at: string | undefined; relative?: boolean }) {
  const now = useNow(relative ? 10_000 : 60_000)
  if (!at) return <span title="none">–</span>
  return (
    <time dateTime={at} title={absolute(at)}>
      {relative ? ago(at, now) : instant(at, now)}
    </time>
  )
}

/** Countdown shows what remains until an instant, each second near its end. */
export function Countdown({ until, over = 'over' }: { until: string; over?: string }) {
  const near = Date.parse(until) - serverNow() < 330_000
  const now = useNow(near ? 1000 : 10_000)
  const remaining = left(until, now)
  const seconds = (Date.parse(until) - now) / 1000
  return (
    <Box
      display="inline"
      fontWeight={seconds < 600 ? 'bold' : 'normal'}
      color={seconds < 600 && seconds > 0 ? 'text-status-warning' : 'inherit'}
    >
      <time dateTime={until} title={absolute(until)}>
        {remaining || over}
      </time>
    </Box>
  )
}
