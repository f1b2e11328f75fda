import Link from '@cloudscape-design/components/link'
import { useNavigate } from '@tanstack/react-router'
import type { Schemas } from '../../api/client'
import { firstOf } from '../approvals/words'

/** AskAgain leads to the form, filled as a request was. */
export function AskAgain({ request: r }: { request: Schemas['Request'] }) {
  const navigate = useNavigate()
  return (
    <Link
      href={`/ask?again=${encodeURIComponent(r.id)}`}
      ariaLabel={`Ask again for ${firstOf(r)}`}
      onFollow={e => {
        e.preventDefault()
        void navigate({ to: '/ask', search: { again: r.id } as never })
      }}
    >
      Ask again
    </Link>
  )
}
