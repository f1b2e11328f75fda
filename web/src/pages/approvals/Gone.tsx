// Gone says of a request that left the queue what became of it, where somebody else settled it.

import Alert from '@cloudscape-design/components/alert'
import { useQuery } from '@tanstack/react-query'
import { answer, api, type Schemas } from '../../api/client'
import { useMe } from '../../api/me'
import { Go, personText } from '../../parts/Names'
import { decidableOf, roleShort, settledText, several, votedOn } from './words'

export function Gone({ request, dismiss }: { request: Schemas['Request']; dismiss: () => void }) {
  const me = useMe()
  const now = useQuery({
    queryKey: ['requests', request.id],
    queryFn: () => answer(api.GET('/api/v1/requests/{id}', { params: { path: { id: request.id } } })),
  })
  const r = now.data
  // It may only have moved to another page; and one's own decision was told already.
  if (!r || decidableOf(r).length > 0 || votedOn(r, me.id)) return null
  return (
    <Alert type="info" dismissible dismissAriaLabel="Dismiss" onDismiss={dismiss}>
      <Go to={`/requests/${r.id}`}>{personText(r.beneficiary)}</Go>:{' '}
      {several(
        r.targets.map(t => `${roleShort(t)} ${settledText(t)}`),
        'and',
      )}
      .
    </Alert>
  )
}
