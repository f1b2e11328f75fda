import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import List from '@cloudscape-design/components/list'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import { AccountName, setText } from '../../parts/Names'
import { duration } from '../../words/clock'
import { useFavourites, useRole } from './choices'
import { type Choice, keyOf } from './draft'

/** ChosenTargets are what is asked for, each with what helps to see that it is the right one. */
export function ChosenTargets({ chosen, onRemove }: { chosen: Choice[]; onRemove: (c: Choice) => void }) {
  if (chosen.length === 0) return null
  return (
    <List
      ariaLabel="Chosen"
      items={chosen}
      disablePaddings
      renderItem={c => ({
        id: keyOf(c),
        content: <Named choice={c} />,
        secondaryContent: <Described choice={c} />,
        actions: <Actions choice={c} onRemove={() => onRemove(c)} />,
      })}
    />
  )
}

function Named({ choice }: { choice: Choice }) {
  const known = useRole(choice).data
  return (
    <>
      <Box variant="strong">{known?.role.name ?? setText(choice)}</Box> in{' '}
      <AccountName id={choice.accountId} name={known?.account.name || choice.accountName} />
    </>
  )
}

function Described({ choice }: { choice: Choice }) {
  const known = useRole(choice).data
  if (known === null) {
    return <StatusIndicator type="warning">This is nothing you may ask for just now.</StatusIndicator>
  }
  if (!known) return null
  const { account, role } = known
  return (
    <Box color="text-body-secondary" fontSize="body-s">
      {role.description && <div>{role.description}</div>}
      <div>
        {[
          account.place,
          role.sessionDurationSeconds && `sessions of ${duration(role.sessionDurationSeconds)}`,
          `at most ${duration(role.maxDurationSeconds)}`,
        ]
          .filter(Boolean)
          .join(' · ')}
      </div>
    </Box>
  )
}

function Actions({ choice, onRemove }: { choice: Choice; onRemove: () => void }) {
  const favourites = useFavourites()
  const favourite = favourites.is(choice)
  const name = `${setText(choice)} in ${choice.accountName || choice.accountId}`
  return (
    <SpaceBetween direction="horizontal" size="xxs">
      <Button
        variant="icon"
        iconName={favourite ? 'star-filled' : 'star'}
        ariaLabel={favourite ? `${name}: no favourite any more` : `${name}: make it a favourite`}
        onClick={() => favourites.toggle(choice)}
      />
      <Button variant="icon" iconName="close" ariaLabel={`Remove ${name}`} onClick={onRemove} />
    </SpaceBetween>
  )
}
