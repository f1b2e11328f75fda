// EventData shows one event whole: everything that is in the log, as text.

import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard'
import KeyValuePairs, { type KeyValuePairsProps } from '@cloudscape-design/components/key-value-pairs'
import Modal from '@cloudscape-design/components/modal'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { colorBorderDividerDefault } from '@cloudscape-design/design-tokens'
import type { Schemas } from '../../api/client'
import { Go } from '../../parts/Names'
import { absolute } from '../../words/clock'
import { actorText, eventTitle } from '../../words/events'
import './audit.css'

type Event = Schemas['Event']

interface Names {
  person: (id: string) => string
  account: (id: string) => string
}

/** about is what an event is about, each thing with where it leads. */
function about(e: Event, names: Names): KeyValuePairsProps.Item[] {
  const s = e.subject
  const items: KeyValuePairsProps.Item[] = []
  if (s.user) items.push({ label: 'Person', value: named(names.person(s.user), s.user) })
  if (s.account) items.push({ label: 'Account', value: named(names.account(s.account), s.account) })
  if (s.request) items.push({ label: 'Request', value: <Go to={`/requests/${s.request}`}>{s.request}</Go> })
  if (s.policy) {
    const kind = e.data?.kind
    const known = kind === 'eligibility' || kind === 'approver'
    const to = s.policy === 'settings' ? '/settings' : known ? `/policies/${kind}/${s.policy}` : undefined
    items.push({ label: 'Policy', value: to ? <Go to={to}>{s.policy}</Go> : s.policy })
  }
  if (s.machine) items.push({ label: 'Machine', value: <Go to={`/machines/${s.machine}`}>{s.machine}</Go> })
  for (const [label, id] of [
    ['Target', s.target],
    ['Elevation', s.elevation],
    ['Assignment', s.assignment],
    ['Alarm', s.alarm],
  ] as const) {
    if (id) items.push({ label, value: id })
  }
  return items
}

const named = (name: string, id: string) => (name === id ? id : `${name} (${id})`)

export function EventData({ event, names, onClose }: { event: Event; names: Names; onClose: () => void }) {
  const text = JSON.stringify(event, null, 2)
  return (
    <Modal
      visible
      size="large"
      header={`${eventTitle(event)}: event ${event.sequence}`}
      onDismiss={onClose}
      closeAriaLabel="Close"
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <CopyToClipboard
              copyButtonText="Copy"
              copyErrorText="Could not be copied"
              copySuccessText="Copied"
              textToCopy={text}
            />
            <Button variant="primary" onClick={onClose}>
              Close
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        <KeyValuePairs
          columns={2}
          items={[
            { label: 'When', value: absolute(event.at) },
            { label: 'Kind', value: event.kind },
            { label: 'Who', value: named(actorText(event.actor), event.actor.id) },
            ...about(event, names),
          ]}
        />
        <div>
          <Box variant="h3" padding={{ bottom: 'xs' }}>
            As it is in the log
          </Box>
          <pre className="team-json" style={{ borderColor: colorBorderDividerDefault }}>
            {text}
          </pre>
        </div>
      </SpaceBetween>
    </Modal>
  )
}
