import { useBlocker } from '@tanstack/react-router'
import { Confirm } from '../../parts/Confirm'

/** Leave asks before somebody leaves the page with what they typed. */
export function Leave({ unsaved }: { unsaved: () => boolean }) {
  const blocker = useBlocker({
    shouldBlockFn: ({ current, next }) => current.pathname !== next.pathname && unsaved(),
    enableBeforeUnload: unsaved,
    withResolver: true,
  })
  if (blocker.status !== 'blocked') return null
  return (
    <Confirm
      title="Leave what you typed?"
      verb="Leave"
      running={false}
      onConfirm={blocker.proceed}
      onCancel={blocker.reset}
    >
      <p>Your request is not sent. When you leave this page, what you typed is lost.</p>
    </Confirm>
  )
}
