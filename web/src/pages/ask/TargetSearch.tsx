import Alert from '@cloudscape-design/components/alert'
import Autosuggest, { type AutosuggestProps } from '@cloudscape-design/components/autosuggest'
import FormField from '@cloudscape-design/components/form-field'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { type RefObject, useState } from 'react'
import { setText } from '../../parts/Names'
import { duration } from '../../words/clock'
import { type Account, useFavourites, useRecent, useSearch } from './choices'
import { denialIn } from './denial'
import { type Choice, keyOf } from './draft'

interface Props {
  chosen: Choice[]
  onChoose: (c: Choice) => void
  errorText?: string
  field: RefObject<AutosuggestProps.Ref | null>
}

// rolesShown of an account: an account can have hundreds, and a word more finds the others.
const rolesShown = 8

/** TargetSearch finds accounts and roles among thousands: favourites and recent ones first, then what the server finds. */
export function TargetSearch({ chosen, onChoose, errorText, field }: Props) {
  const [text, write] = useState('')
  const denial = denialIn(text)
  const words = denial ? denial.accountId : text
  const found = useSearch(words.slice(0, 200))
  const current = found.data?.words === words.trim() && !found.isPlaceholderData
  const recent = useRecent()
  const favourites = useFavourites()
  const taken = new Set(chosen.map(keyOf))
  const byKey = new Map<string, Choice>()
  const group = (label: string, of: Choice[]) => {
    const fits = of.filter(c => !taken.has(keyOf(c)) && fitsWords(c, words))
    for (const c of fits) {
      taken.add(keyOf(c))
      byKey.set(keyOf(c), c)
    }
    return fits.length > 0 ? [{ label, options: fits.map(optionOf) }] : []
  }
  const options: AutosuggestProps.Options = [
    ...group('Favourites', favourites.all),
    ...group('Asked for lately', recent),
    ...narrowed(found.data?.accounts ?? [], current ? '' : words).flatMap(a => accountGroup(a, taken, byKey)),
  ]
  return (
    <FormField
      label="Account and role"
      description="Type any part of an account's name, id, unit or tag, or of a role. Choose as many as you need."
      constraintText="You may also paste a message that denied you access, or the address of a console page."
      errorText={errorText}
      stretch
    >
      <SpaceBetween size="xs">
        <Autosuggest
          ref={field}
          value={text}
          onChange={e => write(e.detail.value)}
          onSelect={e => {
            const c = byKey.get(e.detail.value)
            if (c) onChoose(c)
            write('')
          }}
          options={options}
          filteringType="manual"
          enteredTextLabel={value => `Search for ${value}`}
          hideEnteredTextOption
          placeholder="For example: billing prod readonly"
          ariaLabel="Account and role"
          statusType={found.error ? 'error' : current ? 'finished' : 'loading'}
          loadingText="Searching…"
          errorText="The search failed."
          recoveryText="Search again"
          onLoadItems={() => found.error && void found.refetch()}
          finishedText={found.data?.more ? 'There is more: type another word.' : undefined}
          empty={
            text ? 'Nothing you may ask for matches. Try fewer or other words.' : 'There is nothing you may ask for.'
          }
          selectedAriaLabel="Chosen"
          clearAriaLabel="Clear the search"
          virtualScroll
        />
        {denial && (
          <Alert type="info">
            Read from what you pasted: account {denial.accountId}
            {denial.role && `, where ${denial.role} was refused`}. Choose a role in it that allows what you need.
          </Alert>
        )}
      </SpaceBetween>
    </FormField>
  )
}

const holds = (text: string, words: string) =>
  words
    .toLowerCase()
    .split(/\s+/)
    .every(w => text.toLowerCase().includes(w))

const fitsWords = (c: Choice, words: string) => holds(`${c.accountId} ${c.accountName ?? ''} ${setText(c)}`, words)

/** narrowed leaves, until the answer to what is typed now has come, what of the answer before surely fits: nobody chooses what they did not mean. */
function narrowed(accounts: Account[], words: string): Account[] {
  if (words === '') return accounts
  return accounts.map(a => ({
    ...a,
    roles: a.roles.filter(r => holds(`${a.id} ${a.name} ${a.place} ${r.name}`, words)),
  }))
}

const optionOf = (c: Choice): AutosuggestProps.Option => ({
  value: keyOf(c),
  label: `${setText(c)} in ${c.accountName || c.accountId}`,
  tags: [c.accountId],
})

function accountGroup(a: Account, taken: Set<string>, byKey: Map<string, Choice>): AutosuggestProps.OptionGroup[] {
  const roles = a.roles.flatMap(r => {
    const choice = { accountId: a.id, accountName: a.name, permissionSetArn: r.arn, permissionSetName: r.name }
    return taken.has(keyOf(choice)) ? [] : [{ role: r, choice }]
  })
  if (roles.length === 0) return []
  const shown = roles.slice(0, rolesShown)
  const options: AutosuggestProps.Option[] = shown.map(({ role, choice }) => {
    byKey.set(keyOf(choice), choice)
    return {
      value: keyOf(choice),
      label: role.name,
      description: role.description,
      labelTag: `${role.approvalRequired ? 'approval' : 'no approval'} · at most ${duration(role.maxDurationSeconds)}`,
    }
  })
  if (roles.length > shown.length) {
    options.push({
      value: `more ${a.id}`,
      label: `${roles.length - shown.length} more roles: type part of a name`,
      disabled: true,
    })
  }
  return [{ label: [a.name || a.id, a.id, a.place].filter(Boolean).join(' · '), options }]
}
