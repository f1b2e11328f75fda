import AttributeEditor from '@cloudscape-design/components/attribute-editor'
import ColumnLayout from '@cloudscape-design/components/column-layout'
import Container from '@cloudscape-design/components/container'
import FormField from '@cloudscape-design/components/form-field'
import Header from '@cloudscape-design/components/header'
import Input from '@cloudscape-design/components/input'
import RadioGroup from '@cloudscape-design/components/radio-group'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Toggle from '@cloudscape-design/components/toggle'
import type { Schemas } from '../../api/client'
import { DurationInput } from '../../parts/DurationInput'
import { PickThing } from '../../parts/Things'
import type { Fields } from '../policies/ChangeForm'
import { DemandField } from '../policies/DemandField'
import type { Settings } from '../policies/members'

type Durations = Extract<keyof Settings, `${string}Seconds`>

const durations: { path: Durations; label: string; description: string; days?: boolean }[] = [
  { path: 'maxDurationSeconds', label: 'Longest access', description: 'No policy gives more.' },
  { path: 'minDurationSeconds', label: 'Shortest access', description: 'Nobody asks for less.' },
  { path: 'pendingExpirySeconds', label: 'Requests expire after', description: 'Where nobody decided until then.' },
  {
    path: 'startHorizonSeconds',
    label: 'Latest start ahead',
    description: 'For access that starts later.',
    days: true,
  },
  {
    path: 'activationDeadlineSeconds',
    label: 'Deadline of activation',
    description: 'Where AWS does not give access until then, it fails: no access starts hours late.',
  },
]

const acts: { id: keyof Schemas['StepUpBody']; label: string; description: string }[] = [
  { id: 'decide', label: 'For approving and rejecting', description: 'Of every decision.' },
  {
    id: 'policies',
    label: 'For changing policies, settings and protected accounts',
    description: 'And for agreeing to such a change. You must meet it yourself to save it.',
  },
  { id: 'tokens', label: 'For issuing tokens', description: "One's own and of machine clients." },
  { id: 'emergency', label: 'For emergency access', description: 'Asked of who takes it.' },
]

/** SettingsFields are all members of the settings but the protected accounts, which have their own page. */
export function SettingsFields(f: Fields<Settings>) {
  const { draft: d, set, errorOf } = f
  return (
    <SpaceBetween size="l">
      <Container header={<Header variant="h2">Requests and decisions</Header>}>
        <SpaceBetween size="l">
          <Toggle
            checked={d.approvalRequired}
            onChange={e => set('approvalRequired', e.detail.checked)}
            description="Off: nobody's agreement is needed anywhere, but on protected accounts."
          >
            Somebody has to agree
          </Toggle>
          <Toggle checked={d.commentRequired} onChange={e => set('commentRequired', e.detail.checked)}>
            Decisions need a comment
          </Toggle>
          <Toggle checked={d.ticketRequired} onChange={e => set('ticketRequired', e.detail.checked)}>
            Requests need a ticket
          </Toggle>
          <FormField
            label="Pattern of tickets"
            description="A regular expression that every ticket must match, such as [A-Z]+-[0-9]+"
            errorText={errorOf('ticketPattern')}
            stretch
          >
            <Input value={d.ticketPattern} spellcheck={false} onChange={e => set('ticketPattern', e.detail.value)} />
          </FormField>
          <ColumnLayout columns={2}>
            {(['maxExtensions', 'maxTargets'] as const).map(path => (
              <FormField
                key={path}
                label={path === 'maxExtensions' ? 'Extensions of one access' : 'Targets of one request'}
                description="At most"
                errorText={errorOf(path)}
              >
                <Input
                  type="number"
                  inputMode="numeric"
                  value={String(d[path])}
                  onChange={e => set(path, Math.floor(Number(e.detail.value) || 0))}
                />
              </FormField>
            ))}
          </ColumnLayout>
        </SpaceBetween>
      </Container>
      <Container header={<Header variant="h2">Durations</Header>}>
        <ColumnLayout columns={2}>
          {durations.map(u => (
            <FormField key={u.path} label={u.label} description={u.description} errorText={errorOf(u.path)}>
              <DurationInput
                label={u.label}
                seconds={d[u.path]}
                days={u.days}
                invalid={Boolean(errorOf(u.path))}
                onChange={s => set(u.path, s)}
              />
            </FormField>
          ))}
        </ColumnLayout>
      </Container>
      <Container header={<Header variant="h2">Who runs TEAM</Header>}>
        <SpaceBetween size="l">
          <FormField label="Group of administrators" errorText={errorOf('administratorGroup')} stretch>
            <PickThing
              kind="groups"
              label="Group of administrators"
              id={d.administratorGroup}
              onChange={id => set('administratorGroup', id)}
              invalid={Boolean(errorOf('administratorGroup'))}
            />
          </FormField>
          <FormField label="Group of auditors" errorText={errorOf('auditorGroup')} stretch>
            <PickThing
              kind="groups"
              label="Group of auditors"
              id={d.auditorGroup}
              optional="None"
              onChange={id => set('auditorGroup', id)}
            />
          </FormField>
          <FormField
            label="When a change that widens access needs a second administrator"
            errorText={errorOf('secondAdministrator')}
          >
            <RadioGroup
              value={d.secondAdministrator}
              onChange={e => set('secondAdministrator', e.detail.value)}
              items={[
                { value: 'auto', label: 'As soon as there are two people who could be one' },
                {
                  value: 'always',
                  label: 'Always',
                  description: 'With one administrator alone nothing could be widened then.',
                },
              ]}
            />
          </FormField>
        </SpaceBetween>
      </Container>
      <Container
        header={
          <Header
            variant="h2"
            description="That it is really them: shown a moment before, by passkey or by signing in again."
          >
            Fresh proof
          </Header>
        }
      >
        <ColumnLayout columns={2}>
          {acts.map(a => (
            <DemandField
              key={a.id}
              label={a.label}
              description={a.description}
              demand={d.stepUp?.[a.id]}
              onChange={to => set(`stepUp.${a.id}`, to)}
              errorText={errorOf(`stepUp.${a.id}`)}
            />
          ))}
        </ColumnLayout>
      </Container>
      <Container
        header={
          <Header
            variant="h2"
            description="By whose ID tokens machine clients are known, such as a CI system. It opens nothing by itself: each machine client names the claims it is known by."
          >
            Trusted issuers
          </Header>
        }
      >
        <IssuerFields {...f} />
      </Container>
    </SpaceBetween>
  )
}

type Issuer = Schemas['TrustedIssuer']

const issuerParts: { path: keyof Issuer; label: string; placeholder: string }[] = [
  { path: 'name', label: 'Name', placeholder: 'github' },
  { path: 'issuer', label: 'Address', placeholder: 'https://token.actions.githubusercontent.com' },
  { path: 'audience', label: 'Audience; none: the address of TEAM', placeholder: '' },
  { path: 'jwksUrl', label: 'Keys; none: as its discovery document says', placeholder: '' },
]

function IssuerFields({ draft, set, errorOf }: Fields<Settings>) {
  const issuers = draft.trustedIssuers ?? []
  const change = (i: number, path: keyof Issuer, value: string) =>
    set(
      'trustedIssuers',
      issuers.map((t, j) => (j === i ? { ...t, [path]: value } : t)),
    )
  return (
    <AttributeEditor
      items={issuers}
      addButtonText="Add an issuer"
      removeButtonText="Take out"
      removeButtonAriaLabel={t => `Take out the issuer ${t.name}`}
      empty="None: machine clients are known by their tokens only."
      onAddButtonClick={() => set('trustedIssuers', [...issuers, { name: '', issuer: '' }])}
      onRemoveButtonClick={e =>
        set(
          'trustedIssuers',
          issuers.filter((_, i) => i !== e.detail.itemIndex),
        )
      }
      definition={issuerParts.map(part => ({
        label: part.label,
        errorText: (_: Issuer, i: number) => errorOf(`trustedIssuers[${i}].${part.path}`),
        control: (t: Issuer, i: number) => (
          <Input
            value={t[part.path] ?? ''}
            placeholder={part.placeholder}
            spellcheck={false}
            ariaLabel={`${part.label} of issuer ${i + 1}`}
            onChange={e => change(i, part.path, e.detail.value)}
          />
        ),
      }))}
    />
  )
}
