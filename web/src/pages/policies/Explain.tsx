// Explain: can this person ask for that, who decides, and why. What is asked stands in the address, to be sent on.

import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import ColumnLayout from '@cloudscape-design/components/column-layout'
import Container from '@cloudscape-design/components/container'
import ContentLayout from '@cloudscape-design/components/content-layout'
import ExpandableSection from '@cloudscape-design/components/expandable-section'
import FormField from '@cloudscape-design/components/form-field'
import Header from '@cloudscape-design/components/header'
import Input from '@cloudscape-design/components/input'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { answer, api, ProblemError, type Schemas } from '../../api/client'
import { Nothing } from '../../parts/Asked'
import { DurationInput } from '../../parts/DurationInput'
import { Go, personText } from '../../parts/Names'
import { ProblemBox } from '../../parts/ProblemBox'
import { PickThing } from '../../parts/Things'
import { duration } from '../../words/clock'
import { kindWords, policyPath } from '../../words/policy'
import { demandText } from './MemberValue'

interface Asked {
  user?: string
  account?: string
  set?: string
  machine?: string
  seconds?: string
  ticket?: string
}

export default function Explain() {
  const asked = useSearch({ strict: false }) as Asked
  const navigate = useNavigate()
  const set = (to: Asked) =>
    void navigate({ to: '.', search: ((before: object) => ({ ...before, ...to })) as never, replace: true })
  const { user, account, set: permissionSet } = asked
  const seconds = Number(asked.seconds) || 0
  const whole = Boolean(user && account && permissionSet)
  const query = useQuery({
    queryKey: ['policies', 'explain', asked],
    queryFn: () =>
      answer(
        api.POST('/api/v1/policies/explain', {
          body: {
            userId: user ?? '',
            accountId: account ?? '',
            permissionSetArn: permissionSet ?? '',
            ...(seconds > 0 && { durationSeconds: seconds }),
            ...(asked.ticket && { ticket: asked.ticket }),
            ...(asked.machine && { machineId: asked.machine }),
          },
        }),
      ),
    enabled: whole,
    placeholderData: before => before,
  })
  const errorOf = (name: string) => (query.error instanceof ProblemError ? query.error.field(name) : undefined)
  return (
    <ContentLayout
      header={
        <Header variant="h1" description="Can this person ask for that, who decides, and why.">
          Explain
        </Header>
      }
    >
      <SpaceBetween size="l">
        <Container>
          <SpaceBetween size="m">
            <ColumnLayout columns={3}>
              <FormField label="Who would ask" errorText={errorOf('userId')} stretch>
                <PickThing kind="users" label="Who would ask" id={user ?? ''} onChange={id => set({ user: id })} />
              </FormField>
              <FormField label="In which account" errorText={errorOf('accountId')} stretch>
                <PickThing
                  kind="accounts"
                  label="In which account"
                  id={account ?? ''}
                  onChange={id => set({ account: id })}
                />
              </FormField>
              <FormField label="Which permission set" errorText={errorOf('permissionSetArn')} stretch>
                <PickThing
                  kind="permission-sets"
                  label="Which permission set"
                  id={permissionSet ?? ''}
                  onChange={id => set({ set: id })}
                />
              </FormField>
            </ColumnLayout>
            <ExpandableSection
              headerText="For how long, with which ticket, by which machine"
              defaultExpanded={Boolean(asked.seconds || asked.ticket || asked.machine)}
            >
              <ColumnLayout columns={3}>
                <FormField label="For how long – optional" errorText={errorOf('durationSeconds')}>
                  <DurationInput
                    label="For how long"
                    seconds={seconds}
                    onChange={s => set({ seconds: s > 0 ? String(s) : undefined })}
                  />
                </FormField>
                <FormField label="Ticket – optional" errorText={errorOf('ticket')} stretch>
                  <Input value={asked.ticket ?? ''} onChange={e => set({ ticket: e.detail.value || undefined })} />
                </FormField>
                <FormField label="Machine client – optional" errorText={errorOf('machineId')} stretch>
                  <PickThing
                    kind="machines"
                    label="Machine client"
                    id={asked.machine ?? ''}
                    optional="None: they ask themselves"
                    onChange={id => set({ machine: id || undefined })}
                  />
                </FormField>
              </ColumnLayout>
            </ExpandableSection>
          </SpaceBetween>
        </Container>
        {!whole && (
          <Container>
            <Nothing title="Choose a person, an account and a permission set">
              Then this says what the policies in force answer.
            </Nothing>
          </Container>
        )}
        {whole && query.error && <ProblemBox error={query.error} again={() => void query.refetch()} />}
        {whole && !query.error && query.data && <Explained x={query.data} />}
      </SpaceBetween>
    </ContentLayout>
  )
}

function Explained({ x }: { x: Schemas['PolicyExplanation'] }) {
  const role = `${x.permissionSetName ?? 'this permission set'} in ${x.accountName ?? 'this account'}`
  const stages = x.stages && x.stages.length > 0 ? x.stages : x.deciders
  return (
    <SpaceBetween size="l">
      <Alert
        type={x.allowed ? 'success' : 'error'}
        header={
          x.allowed
            ? `Yes: ${personText(x.user)} may ask for ${role}`
            : `No: ${personText(x.user)} may not ask for ${role}`
        }
      >
        {x.allowed &&
          `For at most ${duration(x.maxDurationSeconds)}, ${x.approvalRequired ? 'and somebody has to agree' : 'and nobody has to agree'}.`}
      </Alert>
      {(x.against ?? []).length > 0 && (
        <Container header={<Header variant="h2">Why not, and what would be a yes</Header>}>
          <ReasonList reasons={x.against ?? []} />
        </Container>
      )}
      {(x.for ?? []).length > 0 && (
        <Container header={<Header variant="h2">What speaks for it</Header>}>
          <ReasonList reasons={x.for ?? []} />
        </Container>
      )}
      <Container
        header={
          <Header
            variant="h2"
            description={x.approvalRequired ? undefined : 'Nobody is asked just now; these would be.'}
          >
            Who decides
          </Header>
        }
      >
        {stages.length === 0 ? (
          <Box>Nobody: no approver policy counts here.</Box>
        ) : (
          <ol>
            {stages.map((s, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a stage is told from others by its place alone
              <li key={i}>
                {s.required} of{' '}
                {s.candidates.length === 0 ? <strong>nobody</strong> : s.candidates.map(personText).join(', ')}
              </li>
            ))}
          </ol>
        )}
        {(x.stepUp ?? []).map(d => (
          <p key={demandText(d)}>Who decides must have shown {demandText(d)}.</p>
        ))}
      </Container>
      <Container header={<Header variant="h2">What it rests on</Header>}>
        <KeyValuePairs
          columns={3}
          items={[
            { label: 'Protected account', value: x.protected ? 'yes' : 'no' },
            {
              label: 'Residual access after the end',
              value: x.residualAccessSeconds > 0 ? `up to ${duration(x.residualAccessSeconds)}` : 'none',
            },
            {
              label: 'Policies',
              value:
                x.policies.length === 0 ? (
                  'none'
                ) : (
                  <SpaceBetween size="xxs">
                    {x.policies.map(p => (
                      <div key={`${p.kind} ${p.id}`}>
                        <Go to={policyPath(p)}>{p.name || kindWords[p.kind].label}</Go>, version {p.version}
                      </div>
                    ))}
                  </SpaceBetween>
                ),
            },
          ]}
        />
      </Container>
    </SpaceBetween>
  )
}

/** ReasonList are reasons with the way to the policy that gives each. */
function ReasonList({ reasons }: { reasons: Schemas['Reason'][] }) {
  return (
    <ul>
      {reasons.map(r => (
        <li key={`${r.code} ${r.text}`}>
          {r.text}
          {r.policy && (
            <>
              {' – '}
              <Go to={policyPath(r.policy)}>{r.policy.name || kindWords[r.policy.kind].label}</Go>
            </>
          )}
        </li>
      ))}
    </ul>
  )
}
