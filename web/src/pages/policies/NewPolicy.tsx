import ContentLayout from '@cloudscape-design/components/content-layout'
import Header from '@cloudscape-design/components/header'
import { useNavigate, useParams } from '@tanstack/react-router'
import { useRef } from 'react'
import { answer, api, newKey, type Schemas } from '../../api/client'
import { Lost } from '../../app/Lost'
import { kindWords, policyPath } from '../../words/policy'
import { ApproverFields } from './ApproverFields'
import { ChangeForm } from './ChangeForm'
import { EligibilityFields } from './EligibilityFields'
import type { Approver, Eligibility } from './members'

const eligibility: Eligibility = {
  name: '',
  principals: {},
  targets: {},
  permissionSets: [],
  maxDurationSeconds: 4 * 3600,
  approvalRequired: true,
}

const approver: Approver = { name: '', targets: {}, stages: [{ approvers: {}, required: 1 }] }

/** useKeyFor gives one key for each body: sent again with every try of it, and another for what was changed. */
function useKeyFor() {
  const last = useRef({ text: '', key: '' })
  return (body: unknown) => {
    const text = JSON.stringify(body)
    if (last.current.text !== text) last.current = { text, key: newKey() }
    return { header: { 'Idempotency-Key': last.current.key } }
  }
}

export default function NewPolicy() {
  const { kind } = useParams({ strict: false }) as { kind: string }
  const navigate = useNavigate()
  const keyFor = useKeyFor()
  if (kind !== 'eligibility' && kind !== 'approver') return <Lost />
  const cancel = () => void navigate({ to: '/policies' })
  const saved = (o: Schemas['PolicyOutcome']) =>
    void navigate({ to: o.proposal ? `/proposals/${o.proposal.id}` : o.policy ? policyPath(o.policy) : '/policies' })
  return (
    <ContentLayout
      header={
        <Header variant="h1" description={kindWords[kind].means}>
          New {kind} policy
        </Header>
      }
    >
      {kind === 'eligibility' ? (
        <ChangeForm<Eligibility>
          key={kind}
          kind={kind}
          inForce={{ body: eligibility, version: 0 }}
          save={policy =>
            answer(api.POST('/api/v1/policies/eligibility', { params: keyFor(policy), body: { policy } }))
          }
          fields={f => <EligibilityFields {...f} />}
          onSaved={saved}
          onCancel={cancel}
        />
      ) : (
        <ChangeForm<Approver>
          key={kind}
          kind={kind}
          inForce={{ body: approver, version: 0 }}
          save={policy => answer(api.POST('/api/v1/policies/approver', { params: keyFor(policy), body: { policy } }))}
          fields={f => <ApproverFields {...f} />}
          onSaved={saved}
          onCancel={cancel}
        />
      )}
    </ContentLayout>
  )
}
