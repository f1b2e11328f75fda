// One line of the queue: enough to know what it is about. All of it opens the card.

import Badge from '@cloudscape-design/components/badge'
import Box from '@cloudscape-design/components/box'
import Checkbox from '@cloudscape-design/components/checkbox'
import Link from '@cloudscape-design/components/link'
import SpaceBetween from '@cloudscape-design/components/space-between'
import type { Schemas } from '../../api/client'
import { Countdown, Instant } from '../../parts/Instant'
import { personText } from '../../parts/Names'
import { serverNow } from '../../words/clock'
import { titleOf } from './Case'
import { decidableOf, firstOf, lengthOf } from './words'

interface Props {
  request: Schemas['Request']
  href: string
  opened: boolean
  chosen: boolean
  open: () => void
  choose: (chosen: boolean) => void
}

export function QueueItem({ request: r, href, opened, chosen, open, choose }: Props) {
  const mine = decidableOf(r)
  const later = Date.parse(r.startAt) > serverNow()
  return (
    <li aria-current={opened || undefined}>
      <div className="choose">
        <Checkbox checked={chosen} ariaLabel={`Choose ${titleOf(r)}`} onChange={e => choose(e.detail.checked)} />
      </div>
      <div className="whole">
        <SpaceBetween size="xxs">
          <Link
            href={href}
            fontSize="heading-s"
            onFollow={e => {
              e.preventDefault()
              open()
            }}
          >
            {personText(r.beneficiary)}
          </Link>
          <div>
            <strong>{firstOf(r, mine)}</strong> for {lengthOf(r)}
          </div>
          <div className="clamp">{r.justification}</div>
          <Box color="text-body-secondary">
            asked <Instant at={r.createdAt} relative />
            {later && (
              <>
                {' · '}begins <Instant at={r.startAt} />
              </>
            )}
            {r.ticket && (
              <>
                {' · '}
                <span className="word">{r.ticket}</span>
              </>
            )}
            {' · '}expires in <Countdown until={r.expiresAt} over="a moment" />
          </Box>
          <Badges request={r} mine={mine.length} />
        </SpaceBetween>
      </div>
    </li>
  )
}

function Badges({ request: r, mine }: { request: Schemas['Request']; mine: number }) {
  const pending = r.targets.filter(t => t.decision === 'pending').length
  const words = [
    r.kind === 'extension' && 'Extension',
    r.machine && 'Asked by a machine',
    mine < pending && `${mine} of ${pending} targets are yours`,
    r.targets.some(t => t.votes?.some(v => !v.void)) && 'Others have decided in part',
  ].filter(w => w !== false)
  if (words.length === 0) return null
  return (
    <SpaceBetween direction="horizontal" size="xxs">
      {words.map(w => (
        <Badge key={w} color="blue">
          {w}
        </Badge>
      ))}
    </SpaceBetween>
  )
}
