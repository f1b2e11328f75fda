import { useQuery } from '@tanstack/react-query'
import { answer, api } from '../../api/client'
import { Confirm } from '../../parts/Confirm'
import { Instant } from '../../parts/Instant'
import { RoleName } from '../../parts/Names'
import { useAct } from '../../parts/useAct'
import type { Held } from './held'

/** Release ends one's own access before its end. */
export function Release({ held, close }: { held: Held; close: () => void }) {
  const whole = useQuery({
    queryKey: ['elevations', held.id],
    queryFn: () => answer(api.GET('/api/v1/elevations/{id}', { params: { path: { id: held.id } } })),
  })
  const act = useAct({
    call: () => answer(api.POST('/api/v1/elevations/{id}/release', { params: { path: { id: held.id } } })),
    done: () => 'Released. AWS is asked to remove the access now.',
    onDone: close,
    makesOld: ['requests', 'elevations', 'me'],
    quiet: true,
  })
  const sharing = whole.data?.sharing?.filter(s => s.state === 'active') ?? []
  return (
    <Confirm
      title="Release the access?"
      verb="Release"
      running={act.running}
      error={act.error}
      onConfirm={() => act.run()}
      onCancel={close}
    >
      <p>
        <RoleName role={held} /> ends now instead of at <Instant at={held.endsAt} />. To have it again, ask again.
      </p>
      {sharing.length > 0 && (
        <p>
          You hold the same access by {sharing.length === 1 ? 'another request' : `${sharing.length} other requests`}{' '}
          too: it stays until that ends.
        </p>
      )}
      {whole.data?.residualUntil && sharing.length === 0 && (
        <p>Credentials that are in use may work for as long as their session lasts. Sign out of the console too.</p>
      )}
    </Confirm>
  )
}
