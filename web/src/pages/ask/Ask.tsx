// Ask for access: one form, and beside it what would become of it.

import ContentLayout from '@cloudscape-design/components/content-layout'
import Header from '@cloudscape-design/components/header'
import { useQuery } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { answer, api, type Schemas } from '../../api/client'
import { Asked } from '../../parts/Asked'
import { AskForm } from './AskForm'
import { choiceOf, type Draft, emptyDraft, typed } from './draft'

export default function Ask() {
  const { again, account, permissionSet } = useSearch({ strict: false }) as Record<string, string | undefined>
  return (
    <ContentLayout
      header={
        <Header variant="h1" description="For a time, with a reason; access ends by itself.">
          Ask for access
        </Header>
      }
    >
      {again ? (
        <Again key={again} id={again} />
      ) : (
        <AskForm
          key={`${account} ${permissionSet}`}
          begin={{ ...emptyDraft, targets: named(account, permissionSet) }}
        />
      )}
    </ContentLayout>
  )
}

/** named is the target that an address names. */
function named(accountId: string | undefined, permissionSetArn: string | undefined) {
  return accountId && permissionSetArn ? [{ accountId, permissionSetArn }] : []
}

function Again({ id }: { id: string }) {
  const earlier = useQuery({
    queryKey: ['requests', id],
    queryFn: () => answer(api.GET('/api/v1/requests/{id}', { params: { path: { id } } })),
  })
  return (
    <Asked query={earlier} what="the earlier request">
      {r => <AskForm begin={draftAs(r)} />}
    </Asked>
  )
}

/** draftAs is a draft that asks for the same as an earlier request, now. */
function draftAs(r: Schemas['Request']): Draft {
  return {
    ...emptyDraft,
    ...typed(r.durationSeconds),
    targets: r.targets.map(choiceOf),
    justification: r.justification,
    ticket: r.ticket ?? '',
  }
}
