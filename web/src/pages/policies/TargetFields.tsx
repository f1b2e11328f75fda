// The accounts that a policy is about: by name, by unit, by tag, and what is left out.

import AttributeEditor from '@cloudscape-design/components/attribute-editor'
import Checkbox from '@cloudscape-design/components/checkbox'
import ExpandableSection from '@cloudscape-design/components/expandable-section'
import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Textarea from '@cloudscape-design/components/textarea'
import type { Schemas } from '../../api/client'
import { useNames } from '../../api/directory'
import { PickThings } from '../../parts/Things'
import type { Fields } from './ChangeForm'
import type { Approver, Eligibility } from './members'

export function TargetFields({ draft, set, errorOf }: Fields<Eligibility> | Fields<Approver>) {
  const t = draft.targets
  const ous = t.ous ?? []
  const excluded = (t.excludeAccounts?.length ?? 0) + (t.excludeOUs?.length ?? 0)
  const error = (path: string) => errorOf(`targets.${path}`)
  return (
    <SpaceBetween size="l">
      <FormField
        label="Accounts"
        description="A protected account is matched only where it is named here."
        errorText={
          error('accounts') ?? (errorOf('targets') && !error('ous') && !error('tags') ? errorOf('targets') : undefined)
        }
        stretch
      >
        <PickThings
          kind="accounts"
          label="Accounts"
          ids={t.accounts ?? []}
          onChange={ids => set('targets.accounts', ids)}
          invalid={Boolean(error('accounts'))}
        />
      </FormField>
      <FormField label="Organizational units" errorText={error('ous')} stretch>
        <SpaceBetween size="xs">
          <PickThings
            kind="ous"
            label="Organizational units"
            ids={ous.map(o => o.id)}
            onChange={ids =>
              set(
                'targets.ous',
                ids.map(id => ous.find(o => o.id === id) ?? { id }),
              )
            }
            invalid={Boolean(error('ous'))}
          />
          <Reach
            units={ous}
            onChange={(id, directOnly) =>
              set(
                'targets.ous',
                ous.map(o => (o.id === id ? { id, directOnly } : o)),
              )
            }
          />
        </SpaceBetween>
      </FormField>
      <FormField label="Accounts with tags" errorText={error('tags')} stretch>
        <TagFields tags={t.tags ?? []} onChange={tags => set('targets.tags', tags)} />
      </FormField>
      <ExpandableSection
        headerText={`Leave out accounts or units${excluded ? ` (${excluded})` : ''}`}
        defaultExpanded={excluded > 0}
      >
        <SpaceBetween size="m">
          <FormField label="But not these accounts" errorText={error('excludeAccounts')} stretch>
            <PickThings
              kind="accounts"
              label="But not these accounts"
              ids={t.excludeAccounts ?? []}
              onChange={ids => set('targets.excludeAccounts', ids)}
            />
          </FormField>
          <FormField label="But not in these units, nor below them" errorText={error('excludeOUs')} stretch>
            <PickThings
              kind="ous"
              label="But not in these units"
              ids={t.excludeOUs ?? []}
              onChange={ids => set('targets.excludeOUs', ids)}
            />
          </FormField>
        </SpaceBetween>
      </ExpandableSection>
    </SpaceBetween>
  )
}

/** Reach says of each unit whether what is below it counts. */
function Reach({
  units,
  onChange,
}: {
  units: Schemas['OUTarget'][]
  onChange: (id: string, directOnly: boolean) => void
}) {
  const names = useNames(
    'ous',
    units.map(u => u.id),
  )
  return (
    <SpaceBetween size="xxs">
      {units.map(u => (
        <Checkbox key={u.id} checked={!u.directOnly} onChange={e => onChange(u.id, !e.detail.checked)}>
          with everything below {names.get(u.id)?.name ?? u.id}
        </Checkbox>
      ))}
    </SpaceBetween>
  )
}

const lines = (text: string) => text.split('\n')

function TagFields({
  tags,
  onChange,
}: {
  tags: Schemas['TagTarget'][]
  onChange: (tags: Schemas['TagTarget'][]) => void
}) {
  const change = (i: number, t: Partial<Schemas['TagTarget']>) =>
    onChange(tags.map((old, j) => (j === i ? { ...old, ...t } : old)))
  return (
    <AttributeEditor
      items={tags}
      addButtonText="Add a tag"
      removeButtonText="Take out"
      removeButtonAriaLabel={t => `Take out the tag ${t.key}`}
      empty="No tags: accounts are not chosen by what they are tagged with."
      onAddButtonClick={() => onChange([...tags, { key: '', values: [] }])}
      onRemoveButtonClick={e => onChange(tags.filter((_, i) => i !== e.detail.itemIndex))}
      definition={[
        {
          label: 'Key',
          control: (t, i) => (
            <Input value={t.key} ariaLabel={`Key of tag ${i + 1}`} onChange={e => change(i, { key: e.detail.value })} />
          ),
        },
        {
          label: 'Values, one on a line; none: whatever its value',
          control: (t, i) => (
            <Textarea
              rows={2}
              value={(t.values ?? []).join('\n')}
              ariaLabel={`Values of tag ${i + 1}`}
              onChange={e => change(i, { values: e.detail.value === '' ? [] : lines(e.detail.value) })}
              onBlur={() => change(i, { values: (t.values ?? []).map(v => v.trim()).filter(Boolean) })}
            />
          ),
        },
      ]}
    />
  )
}
