// What a change does: what it changes, who gains, who loses, who decides, and what the linter says of it.

import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import ExpandableSection from '@cloudscape-design/components/expandable-section'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import type { ReactNode } from 'react'
import type { Schemas } from '../../api/client'
import { PersonName, personText } from '../../parts/Names'
import { Reasons } from '../../parts/ProblemBox'
import { duration } from '../../words/clock'
import { FindingItem } from './FindingItem'

type Preview = Schemas['PolicyPreview']
type Block = Schemas['RequestableBlock']

const few = 3

function list(all: Schemas['Named'][]): string {
  const names = all.slice(0, few).map(n => n.name || n.id)
  return all.length > few ? `${names.join(', ')} and ${(all.length - few).toLocaleString('en')} more` : names.join(', ')
}

function Blocks({ blocks }: { blocks: Block[] }) {
  return (
    <ul>
      {blocks.map(b => (
        <li key={JSON.stringify([b.accounts[0], b.permissionSets[0], b.maxDurationSeconds, b.policies])}>
          {list(b.permissionSets)} in{' '}
          {b.accounts.length === 1 ? '' : `${b.accounts.length.toLocaleString('en')} accounts: `}
          {list(b.accounts)}, for at most {duration(b.maxDurationSeconds)},{' '}
          {b.approvalRequired ? 'with approval' : <strong>without approval</strong>}
        </li>
      ))}
    </ul>
  )
}

const people = (n: number) => `${n.toLocaleString('en')} ${n === 1 ? 'person' : 'people'}`

function Side({
  title,
  effects,
  of,
}: {
  title: (n: string) => string
  effects: Schemas['RequestEffect'][]
  of: (e: Schemas['RequestEffect']) => Block[]
}) {
  const theirs = effects.filter(e => of(e).length > 0)
  if (theirs.length === 0) return null
  const groups = alike(theirs, of)
  return (
    <ExpandableSection
      headerText={title(people(theirs.length))}
      defaultExpanded={groups.length <= 5}
      headingTagOverride="h3"
    >
      <SpaceBetween size="xs">
        {groups.slice(0, 50).map(g => (
          <div key={g.users[0]?.id}>
            <strong>
              {g.users.slice(0, 20).map(personText).join(', ')}
              {g.users.length > 20 && ` and ${people(g.users.length - 20)} more`}
            </strong>
            <Blocks blocks={g.blocks} />
          </div>
        ))}
        {groups.length > 50 && (
          <Box color="text-body-secondary">
            and {people(groups.slice(50).reduce((n, g) => n + g.users.length, 0))} more, each in another way
          </Box>
        )}
      </SpaceBetween>
    </ExpandableSection>
  )
}

/** alike puts together people for whom a change does the same. */
function alike(effects: Schemas['RequestEffect'][], of: (e: Schemas['RequestEffect']) => Block[]) {
  const groups = new Map<string, { users: Schemas['Person'][]; blocks: Block[] }>()
  for (const e of effects) {
    const blocks = of(e)
    const key = JSON.stringify(blocks)
    const group = groups.get(key) ?? { users: [], blocks }
    group.users.push(e.user)
    groups.set(key, group)
  }
  return [...groups.values()]
}

function Deciders({ title, effects }: { title: (n: string) => string; effects: Schemas['DecisionEffect'][] }) {
  if (effects.length === 0) return null
  const names = effects.slice(0, 50).map(d => (
    <li key={`${d.user.id} ${d.policy.id}`}>
      <PersonName person={d.user} /> (policy {d.policy.name})
    </li>
  ))
  return (
    <ExpandableSection
      headerText={title(people(effects.length))}
      defaultExpanded={effects.length <= 5}
      headingTagOverride="h3"
    >
      <ul>{names}</ul>
      {effects.length > 50 && <Box color="text-body-secondary">and {people(effects.length - 50)} more</Box>}
    </ExpandableSection>
  )
}

/** Who gains and who loses by a change. */
export function EffectOnPeople({ effect }: { effect: Schemas['PolicyEffect'] }) {
  const requests = effect.requests ?? []
  const decisions = effect.decisions ?? []
  const nobody = requests.length === 0 && decisions.length === 0
  return (
    <SpaceBetween size="xs">
      {nobody && !effect.unexamined && (
        <Box>Nobody gains and nobody loses: what people may ask for and decide on stays as it is.</Box>
      )}
      <Side title={n => `${n} may ask for more, or on easier terms`} effects={requests} of={e => e.gains ?? []} />
      <Side title={n => `${n} may ask for less, or on harder terms`} effects={requests} of={e => e.loses ?? []} />
      <Deciders title={n => `${n} will decide`} effects={decisions.filter(d => d.gains)} />
      <Deciders title={n => `${n} will decide no longer`} effects={decisions.filter(d => !d.gains)} />
      {effect.unexamined ? (
        <StatusIndicator type="warning">
          {people(effect.unexamined)} more might be affected: there are too many to look at each.
        </StatusIndicator>
      ) : null}
    </SpaceBetween>
  )
}

/** Effect is all that is known of a change before it is made. */
export function Effect({ preview, proposed }: { preview: Preview; proposed?: boolean }) {
  const widening = preview.widening ?? []
  const findings = preview.findings ?? []
  if (preview.unchanged) {
    return <Alert type="info">It says what is in force already: there is nothing to save.</Alert>
  }
  return (
    <SpaceBetween size="l">
      {widening.length > 0 ? (
        <Alert
          type={preview.waits ? 'info' : 'warning'}
          header={preview.waits ? 'This widens access, so a second administrator has to agree' : 'This widens access'}
        >
          <Reasons reasons={widening} />
          {!proposed &&
            (preview.waits
              ? 'Until then all stays as it is. For 24 hours after that neither you nor who agrees can gain by it.'
              : 'You are the only administrator, so it takes effect at once. You cannot gain by it for 24 hours.')}
        </Alert>
      ) : (
        <Alert type="success">Nobody gains by this{proposed ? '.' : ', so it takes effect at once.'}</Alert>
      )}
      {(preview.difference ?? []).length > 0 && (
        <Part title="What changes">
          <Difference lines={preview.difference ?? []} />
        </Part>
      )}
      <Part title="Who gains, who loses">
        <EffectOnPeople effect={preview.effect} />
      </Part>
      <Part title="What the linter says">
        {findings.length === 0 ? (
          <StatusIndicator type="success">It finds nothing new.</StatusIndicator>
        ) : (
          <SpaceBetween size="s">
            {findings.map(f => (
              <FindingItem key={JSON.stringify([f.code, f.text])} finding={f} />
            ))}
          </SpaceBetween>
        )}
      </Part>
    </SpaceBetween>
  )
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div>
      <Box variant="h3" tagOverride="h2">
        {title}
      </Box>
      {children}
    </div>
  )
}

const sign = (line: string) => (line.includes(': + ') ? '+' : line.includes(': - ') ? '−' : '~')

/** Difference is what the server says that differs, line by line. What is added and taken away is told by a sign, not by colour alone. */
export function Difference({ lines }: { lines: string[] }) {
  return (
    <ul aria-label="Differences">
      {lines.map((l, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines may be alike and never move
        <li key={i}>
          <Box
            display="inline"
            variant="code"
            color={sign(l) === '+' ? 'text-status-success' : sign(l) === '−' ? 'text-status-error' : 'inherit'}
          >
            {l.replace(': - ', ': − ')}
          </Box>
        </li>
      ))}
    </ul>
  )
}
