import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import { useMe } from '../../api/me'
import { roleText } from '../../parts/Names'
import { Extend } from './Extend'
import { type Held, roomToExtend } from './held'
import { consoleLink } from './portal'
import { Release } from './Release'

/** HoldActions are what one does with access that one holds: use it, have it for longer, give it back. */
export function HoldActions({ held }: { held: Held }) {
  const me = useMe()
  const [open, setOpen] = useState<'extend' | 'release'>()
  if (held.state !== 'active') return null
  const console = consoleLink(me, held)
  const name = roleText(held)
  const whyNot =
    held.extensions >= me.limits.maxExtensions
      ? `It was extended ${held.extensions} times; more is not possible.`
      : roomToExtend(held, me.limits.maxDurationSeconds) <= 0
        ? 'It lasts as long as anything may already.'
        : undefined
  const close = () => setOpen(undefined)
  return (
    <>
      <SpaceBetween direction="horizontal" size="xs">
        {console && (
          <Button
            href={console}
            target="_blank"
            iconName="external"
            iconAlign="right"
            ariaLabel={`Open the console: ${name}`}
          >
            Open the console
          </Button>
        )}
        <Button
          onClick={() => setOpen('extend')}
          disabled={whyNot !== undefined}
          disabledReason={whyNot}
          ariaLabel={`Extend: ${name}`}
        >
          Extend
        </Button>
        <Button onClick={() => setOpen('release')} ariaLabel={`Release: ${name}`}>
          Release
        </Button>
      </SpaceBetween>
      {open === 'extend' && <Extend held={held} close={close} />}
      {open === 'release' && <Release held={held} close={close} />}
    </>
  )
}
