import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useQuery } from '@tanstack/react-query'
import { answer, api, type Schemas } from '../../api/client'
import { Asked } from '../../parts/Asked'
import { ProblemBox } from '../../parts/ProblemBox'
import { useAct } from '../../parts/useAct'
import { etagOf } from '../../words/policy'
import { Effect } from './Effect'

interface Props {
  kind: 'eligibility' | 'approver'
  id: string
  version: number
  name: string
  onDeleted: (o: Schemas['PolicyOutcome']) => void
  onCancel: () => void
}

/** Deletion shows what deleting a policy would do, and does it. */
export function Deletion({ kind, id, version, name, onDeleted, onCancel }: Props) {
  const preview = useQuery({
    queryKey: ['policies', 'deletion', kind, id, version],
    queryFn: () =>
      answer(
        api.POST('/api/v1/policies/preview', { body: { kind, policyId: id, baseVersion: version, delete: true } }),
      ),
    staleTime: 0,
  })
  const act = useAct<void, Schemas['PolicyOutcome']>({
    call: () => {
      const params = { path: { id }, header: { 'If-Match': etagOf(version) } }
      return kind === 'eligibility'
        ? answer(api.DELETE('/api/v1/policies/eligibility/{id}', { params }))
        : answer(api.DELETE('/api/v1/policies/approver/{id}', { params }))
    },
    done: o => (o.proposal ? 'The deletion is proposed. A second administrator has to agree.' : `${name} is deleted.`),
    onDone: onDeleted,
    makesOld: ['proposals', 'me'],
    quiet: true,
  })
  return (
    <Container
      header={
        <Header
          variant="h2"
          description={`This is version ${version}. Its versions stay to be read.`}
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              <Button variant="link" onClick={onCancel} disabled={act.running}>
                Cancel
              </Button>
              <Button variant="primary" loading={act.running} disabled={!preview.data} onClick={() => act.run()}>
                {preview.data?.waits ? 'Propose the deletion' : 'Delete'}
              </Button>
            </SpaceBetween>
          }
        >
          What deleting it would do
        </Header>
      }
    >
      <SpaceBetween size="m">
        {act.dialog}
        {act.error !== null && act.error !== undefined && <ProblemBox error={act.error} />}
        <Asked query={preview} what="what it would do">
          {p => <Effect preview={p} />}
        </Asked>
      </SpaceBetween>
    </Container>
  )
}
