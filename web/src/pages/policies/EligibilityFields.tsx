import Container from '@cloudscape-design/components/container'
import ExpandableSection from '@cloudscape-design/components/expandable-section'
import FormField from '@cloudscape-design/components/form-field'
import Header from '@cloudscape-design/components/header'
import Input from '@cloudscape-design/components/input'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Toggle from '@cloudscape-design/components/toggle'
import { DurationInput } from '../../parts/DurationInput'
import { PickThings } from '../../parts/Things'
import type { Fields } from './ChangeForm'
import type { Approver, Eligibility } from './members'
import { TargetFields } from './TargetFields'

/** EligibilityFields are all members of an eligibility policy. */
export function EligibilityFields(f: Fields<Eligibility>) {
  const { draft: d, set, errorOf } = f
  return (
    <SpaceBetween size="l">
      <Container header={<Header variant="h2">Who may ask</Header>}>
        <SpaceBetween size="l">
          <FormField label="Name" description="People speak of the policy by it." errorText={errorOf('name')} stretch>
            <Input value={d.name} onChange={e => set('name', e.detail.value)} />
          </FormField>
          <FormField label="Groups who may ask" errorText={errorOf('principals')} stretch>
            <PickThings
              kind="groups"
              label="Groups who may ask"
              ids={d.principals.groups ?? []}
              onChange={ids => set('principals.groups', ids)}
              invalid={Boolean(errorOf('principals'))}
            />
          </FormField>
          <FormField label="People who may ask" stretch>
            <PickThings
              kind="users"
              label="People who may ask"
              ids={d.principals.users ?? []}
              onChange={ids => set('principals.users', ids)}
            />
          </FormField>
        </SpaceBetween>
      </Container>
      <Container header={<Header variant="h2">For which accounts</Header>}>
        <TargetFields {...f} />
      </Container>
      <Container header={<Header variant="h2">What, and on which terms</Header>}>
        <SpaceBetween size="l">
          <FormField label="Permission sets" errorText={errorOf('permissionSets')} stretch>
            <PickThings
              kind="permission-sets"
              label="Permission sets"
              ids={d.permissionSets}
              onChange={ids => set('permissionSets', ids)}
              invalid={Boolean(errorOf('permissionSets'))}
            />
          </FormField>
          <FormField
            label="Longest access"
            description="For at most so long; the settings' maximum holds besides."
            errorText={errorOf('maxDurationSeconds')}
          >
            <DurationInput
              label="Longest access"
              seconds={d.maxDurationSeconds}
              onChange={s => set('maxDurationSeconds', s)}
              invalid={Boolean(errorOf('maxDurationSeconds'))}
            />
          </FormField>
          <Toggle
            checked={d.approvalRequired}
            onChange={e => set('approvalRequired', e.detail.checked)}
            description="Where several policies match, approval is needed if any of them says so."
          >
            Somebody has to agree
          </Toggle>
          <FormField
            label="Pattern of tickets – optional"
            description="A regular expression that the ticket must match besides the settings' pattern, such as [A-Z]+-[0-9]+"
            errorText={errorOf('ticketPattern')}
            stretch
          >
            <Input
              value={d.ticketPattern ?? ''}
              onChange={e => set('ticketPattern', e.detail.value)}
              spellcheck={false}
            />
          </FormField>
          <Toggle
            checked={d.emergency ?? false}
            onChange={e => set('emergency', e.detail.checked)}
            description="These people may use it outside the normal decision, announced and reviewed."
          >
            For emergency access
          </Toggle>
          <FormField
            label="Machine clients that may ask for these people – optional"
            errorText={errorOf('machines')}
            stretch
          >
            <PickThings
              kind="machines"
              label="Machine clients"
              ids={d.machines ?? []}
              onChange={ids => set('machines', ids)}
            />
          </FormField>
        </SpaceBetween>
      </Container>
      <OwnerFields {...f} />
    </SpaceBetween>
  )
}

/** OwnerFields say whom to ask about a policy. */
export function OwnerFields({ draft: d, set, errorOf }: Fields<Eligibility> | Fields<Approver>) {
  return (
    <ExpandableSection variant="container" headerText="Whom to ask about it" headerDescription="It gives no right.">
      <SpaceBetween size="l">
        <FormField label="Groups to ask about it" errorText={errorOf('owners')} stretch>
          <PickThings
            kind="groups"
            label="Groups to ask about it"
            ids={d.owners?.groups ?? []}
            onChange={ids => set('owners.groups', ids)}
          />
        </FormField>
        <FormField label="People to ask about it" stretch>
          <PickThings
            kind="users"
            label="People to ask about it"
            ids={d.owners?.users ?? []}
            onChange={ids => set('owners.users', ids)}
          />
        </FormField>
      </SpaceBetween>
    </ExpandableSection>
  )
}
