// Revoke ends somebody's access. Elevations share an assignment: whoever ends one is shown what stays, and chooses.

import RadioGroup from '@cloudscape-design/components/radio-group'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { answer, api, type Schemas } from '../../api/client'
import { useMe } from '../../api/me'
import { Asked } from '../../parts/Asked'
import { Confirm } from '../../parts/Confirm'
import { Instant } from '../../parts/Instant'
import { PersonName, personText, RoleName, roleText } from '../../parts/Names'
import { useAct } from '../../parts/useAct'
import { duration } from '../../words/clock'
import { deliveryWords } from '../../words/status'

type Elevation = Schemas['Elevation']

interface Order {
  only: boolean
  comment: string
}

export function Revoke({ elevation: id, close }: { elevation: string; close: () => void }) {
  const me = useMe()
  const [only, setOnly] = useState(false)
  const elevation = useQuery({
    queryKey: ['elevations', id],
    queryFn: () => answer(api.GET('/api/v1/elevations/{id}', { params: { path: { id } } })),
  })
  const act = useAct<Order, Elevation>({
    call: o =>
      answer(
        api.POST('/api/v1/elevations/{id}/revoke', {
          params: { path: { id } },
          body: { only: o.only || undefined, comment: o.comment || undefined },
        }),
      ),
    done: revokedText,
    onDone: close,
    makesOld: ['elevations', 'requests', 'assignments', 'me'],
    quiet: true,
  })
  const shared = (elevation.data?.sharing ?? []).length > 0
  const over = elevation.data && !canRevoke(elevation.data)
  return (
    <>
      <Confirm
        title="Revoke access"
        verb={shared && only ? 'Revoke this elevation' : 'Revoke'}
        comment={{
          label: 'Comment',
          optional: !me.limits.commentRequired,
          hint: 'Who holds the access and auditors read it.',
        }}
        running={act.running}
        error={act.error ?? undefined}
        onConfirm={comment => act.run({ only: shared && only, comment })}
        onCancel={close}
      >
        <Asked query={elevation} what="the access">
          {e => (
            <SpaceBetween size="s">
              <div>
                <PersonName person={e.user} /> holds <RoleName role={e} />
                {e.endsAt && (
                  <>
                    {' '}
                    until <Instant at={e.endsAt} />
                  </>
                )}
                .
              </div>
              {over && (
                <StatusIndicator type="info">
                  It is {deliveryWords[e.state].label.toLowerCase()} already.
                </StatusIndicator>
              )}
              {shared && <HowMuch elevation={e} only={only} choose={setOnly} />}
              {e.residualUntil && e.endsAt && !(shared && only) && (
                <div>
                  <StatusIndicator type="warning">Residual access</StatusIndicator> Revoking stops new sessions.
                  Credentials taken before can be used for up to{' '}
                  {duration((Date.parse(e.residualUntil) - Date.parse(e.endsAt)) / 1000)} from now.
                </div>
              )}
            </SpaceBetween>
          )}
        </Asked>
      </Confirm>
      {act.dialog}
    </>
  )
}

/** HowMuch lets somebody choose between one elevation and all that share its assignment, and says what stays. */
function HowMuch({
  elevation: e,
  only,
  choose,
}: {
  elevation: Elevation
  only: boolean
  choose: (only: boolean) => void
}) {
  const others = e.sharing ?? []
  const n = others.length
  const last = others
    .map(o => o.endsAt)
    .filter(at => at !== undefined)
    .sort()
    .pop()
  return (
    <RadioGroup
      ariaLabel="How much to end"
      value={only ? 'only' : 'all'}
      onChange={ev => choose(ev.detail.value === 'only')}
      items={[
        {
          value: 'all',
          label: 'Everything on this assignment',
          description: `This elevation and the ${n === 1 ? 'other one' : `${n} others`} that ${n === 1 ? 'gives' : 'give'} the same access. The access is gone.`,
        },
        {
          value: 'only',
          label: 'Only this elevation',
          description: (
            <>
              {personText(e.user)} keeps the access through the {n === 1 ? 'other request' : `${n} other requests`}
              {last && (
                <>
                  , until <Instant at={last} /> at the latest
                </>
              )}
              .
            </>
          ),
        },
      ]}
    />
  )
}

/** canRevoke says whether there is anything to end. */
export function canRevoke(e: Elevation): boolean {
  return e.state === 'scheduled' || e.state === 'activating' || e.state === 'active'
}

/** revokedText says what was begun: AWS confirms it later. */
export function revokedText(e: Elevation): string {
  const what = `${roleText(e)} for ${personText(e.user)}`
  if (e.state !== 'ended') return `Revoked: ${what}. AWS is taking it away; the list says when it is gone.`
  return e.heldBy ? `Revoked: ${what}. Another elevation still gives the same access.` : `Revoked: ${what}.`
}
