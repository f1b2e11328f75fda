import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import FormField from '@cloudscape-design/components/form-field'
import Header from '@cloudscape-design/components/header'
import Input from '@cloudscape-design/components/input'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Toggle from '@cloudscape-design/components/toggle'
import type { Schemas } from '../../api/client'
import { PickThings } from '../../parts/Things'
import type { Fields } from './ChangeForm'
import { DemandField } from './DemandField'
import { OwnerFields } from './EligibilityFields'
import type { Approver } from './members'
import { TargetFields } from './TargetFields'

type Stage = Schemas['ApprovalStage']

/** ApproverFields are all members of an approver policy. */
export function ApproverFields(f: Fields<Approver>) {
  const { draft: d, set, errorOf } = f
  const change = (i: number, to: Partial<Stage>) =>
    set(
      'stages',
      d.stages.map((s, j) => (j === i ? { ...s, ...to } : s)),
    )
  return (
    <SpaceBetween size="l">
      <Container header={<Header variant="h2">Who decides</Header>}>
        <SpaceBetween size="l">
          <FormField label="Name" description="People speak of the policy by it." errorText={errorOf('name')} stretch>
            <Input value={d.name} onChange={e => set('name', e.detail.value)} />
          </FormField>
          {d.stages.length === 0 && <FormField errorText={errorOf('stages')}>There is no stage yet.</FormField>}
          {d.stages.map((s, i) => (
            <StageFields
              // biome-ignore lint/suspicious/noArrayIndexKey: a stage is told from others by its place alone
              key={i}
              stage={s}
              number={i + 1}
              only={d.stages.length === 1}
              onChange={to => change(i, to)}
              onRemove={() =>
                set(
                  'stages',
                  d.stages.filter((_, j) => j !== i),
                )
              }
              errors={{
                approvers: errorOf(`stages[${i}].approvers`),
                required: errorOf(`stages[${i}].required`),
              }}
            />
          ))}
          <Button
            formAction="none"
            iconName="add-plus"
            onClick={() => set('stages', [...d.stages, { approvers: {}, required: 1 }])}
          >
            Add a stage
          </Button>
        </SpaceBetween>
      </Container>
      <Container
        header={
          <Header variant="h2" description="Nothing chosen: every account that is not protected.">
            On which accounts
          </Header>
        }
      >
        <TargetFields {...f} />
      </Container>
      <Container header={<Header variant="h2">On which requests, and how</Header>}>
        <SpaceBetween size="l">
          <FormField
            label="Permission sets – optional"
            description="None: any."
            errorText={errorOf('permissionSets')}
            stretch
          >
            <PickThings
              kind="permission-sets"
              label="Permission sets"
              ids={d.permissionSets ?? []}
              onChange={ids => set('permissionSets', ids)}
            />
          </FormField>
          <FormField
            label="Requests of members of – optional"
            description="None: anybody's request."
            errorText={errorOf('requesterGroups')}
            stretch
          >
            <PickThings
              kind="groups"
              label="Requests of members of"
              ids={d.requesterGroups ?? []}
              onChange={ids => set('requesterGroups', ids)}
            />
          </FormField>
          <Toggle
            checked={d.stopInheritance ?? false}
            onChange={e => set('stopInheritance', e.detail.checked)}
            description="Only this policy and those nearer to the account say who decides."
          >
            Policies of units above do not count
          </Toggle>
          <DemandField
            label="Fresh proof of who decides"
            description="Besides what the settings demand. Choose what counts; nothing chosen: nothing more."
            demand={d.stepUp}
            onChange={to => set('stepUp', to)}
            errorText={errorOf('stepUp')}
          />
        </SpaceBetween>
      </Container>
      <OwnerFields {...f} />
    </SpaceBetween>
  )
}

interface StageProps {
  stage: Stage
  number: number
  only: boolean
  onChange: (to: Partial<Stage>) => void
  onRemove: () => void
  errors: { approvers?: string; required?: string }
}

function StageFields({ stage: s, number, only, onChange, onRemove, errors }: StageProps) {
  return (
    <SpaceBetween size="s">
      <Header
        variant="h3"
        actions={
          !only && (
            <Button formAction="none" onClick={onRemove} ariaLabel={`Take out stage ${number}`}>
              Take out
            </Button>
          )
        }
      >
        Stage {number}
      </Header>
      <FormField label={`Groups who decide in stage ${number}`} errorText={errors.approvers} stretch>
        <PickThings
          kind="groups"
          label={`Groups who decide in stage ${number}`}
          ids={s.approvers.groups ?? []}
          onChange={groups => onChange({ approvers: { ...s.approvers, groups } })}
          invalid={Boolean(errors.approvers)}
        />
      </FormField>
      <FormField label={`People who decide in stage ${number}`} stretch>
        <PickThings
          kind="users"
          label={`People who decide in stage ${number}`}
          ids={s.approvers.users ?? []}
          onChange={users => onChange({ approvers: { ...s.approvers, users } })}
        />
      </FormField>
      <FormField label={`How many must agree in stage ${number}`} errorText={errors.required}>
        <Input
          type="number"
          inputMode="numeric"
          value={String(s.required)}
          ariaLabel={`How many must agree in stage ${number}`}
          onChange={e => onChange({ required: Math.max(0, Math.floor(Number(e.detail.value) || 0)) })}
        />
      </FormField>
    </SpaceBetween>
  )
}
