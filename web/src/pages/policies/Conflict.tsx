// Two people changed one policy: both sides beside each other, and which counts for each member that differs.

import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import ColumnLayout from '@cloudscape-design/components/column-layout'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import RadioButton from '@cloudscape-design/components/radio-button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import type { PolicyKind } from '../../words/policy'
import { MemberValue } from './MemberValue'
import { at, type Body, differing, merged, type Side, sideAtFirst } from './members'

interface Props<B extends Body> {
  kind: PolicyKind
  /** began is the version that the draft was made from. */
  began: B
  yours: B
  theirs: { body: B; version: number }
  onMerged: (body: B) => void
}

export function Conflict<B extends Body>({ kind, began, yours, theirs, onMerged }: Props<B>) {
  const differs = differing(kind, theirs.body, yours)
  const [sides, setSides] = useState<Record<string, Side>>(() =>
    Object.fromEntries(differs.map(m => [m.path, sideAtFirst(m, began, yours)])),
  )
  return (
    <SpaceBetween size="m">
      <Alert type="warning" header="Somebody changed it meanwhile">
        It is at version {theirs.version} now. Nothing of yours is lost, and nothing of theirs is overwritten: choose
        for each line that differs which is to count. Where only one of you changed it, that one is chosen already.
      </Alert>
      {differs.length === 0 && <Box>Both say the same: there is nothing left to change.</Box>}
      {differs.map(m => (
        <Container
          key={m.path}
          header={
            <Header variant="h3" headingTagOverride="h2">
              {m.label}
            </Header>
          }
        >
          <div role="radiogroup" aria-label={`What counts for ${m.label}`}>
            <ColumnLayout columns={2} minColumnWidth={140} borders="vertical">
              {(['theirs', 'yours'] as const).map(side => (
                <RadioButton
                  key={side}
                  name={m.path}
                  checked={sides[m.path] === side}
                  onSelect={() => setSides({ ...sides, [m.path]: side })}
                  description={<MemberValue member={m} value={at(side === 'theirs' ? theirs.body : yours, m.path)} />}
                >
                  {side === 'theirs' ? `Theirs (version ${theirs.version})` : 'Yours'}
                </RadioButton>
              ))}
            </ColumnLayout>
          </div>
        </Container>
      ))}
      <Box float="right">
        <Button variant="primary" onClick={() => onMerged(merged(kind, theirs.body, yours, sides))}>
          Go on with these
        </Button>
      </Box>
    </SpaceBetween>
  )
}
