// What the linter finds in the policies in force.

import Alert from '@cloudscape-design/components/alert'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import ContentLayout from '@cloudscape-design/components/content-layout'
import Header from '@cloudscape-design/components/header'
import SegmentedControl from '@cloudscape-design/components/segmented-control'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { answer, api, type Schemas } from '../../api/client'
import { Asked, Nothing } from '../../parts/Asked'
import { severityWords } from '../../words/policy'
import { FindingItem } from './FindingItem'

type Severity = Schemas['PolicyFinding']['severity']

const severities: Severity[] = ['error', 'warning', 'note']
const isSeverity = (s: string | undefined): s is Severity => severities.includes(s as Severity)

export default function Findings() {
  const search = useSearch({ strict: false }) as { severity?: string }
  const navigate = useNavigate()
  const severity = isSeverity(search.severity) ? search.severity : 'note'
  const lint = useQuery({
    queryKey: ['policies', 'lint', 'all', severity],
    queryFn: () => answer(api.GET('/api/v1/policies/lint', { params: { query: { severity } } })),
    placeholderData: before => before,
  })
  return (
    <ContentLayout
      header={
        <Header
          variant="h1"
          description="What is probably not meant in the policies in force. A finding is advice: what is allowed, the policies alone decide."
          actions={
            <Button
              iconName="refresh"
              ariaLabel="Look again"
              loading={lint.isFetching}
              onClick={() => void lint.refetch()}
            />
          }
        >
          Findings
        </Header>
      }
    >
      <SpaceBetween size="l">
        <SegmentedControl
          label="How grave"
          selectedId={severity}
          options={[
            { id: 'error', text: 'Errors' },
            { id: 'warning', text: 'Warnings too' },
            { id: 'note', text: 'All' },
          ]}
          onChange={e => void navigate({ to: '.', search: { severity: e.detail.selectedId } as never, replace: true })}
        />
        <Asked query={lint} what="what the linter finds">
          {l => <Found lint={l} />}
        </Asked>
      </SpaceBetween>
    </ContentLayout>
  )
}

function Found({ lint: l }: { lint: Schemas['PolicyLint'] }) {
  const notRead = l.notRead ?? []
  return (
    <SpaceBetween size="l">
      {notRead.length > 0 && (
        <Alert type="info">
          Not read from AWS yet: {notRead.join(', ')}. Rules that need them wait, so there may be more.
        </Alert>
      )}
      {l.items.length === 0 && (
        <Container>
          <Nothing title="The linter finds nothing">All policies can match, and somebody can decide.</Nothing>
        </Container>
      )}
      {severities.map(s => {
        const items = l.items.filter(f => f.severity === s)
        if (items.length === 0) return null
        const word = severityWords[s]
        return (
          <Container
            key={s}
            header={
              <Header variant="h2" counter={`(${l.counts[s]})`} description={word.means}>
                {word.many}
              </Header>
            }
          >
            <SpaceBetween size="m">
              {items.map(f => (
                <FindingItem key={JSON.stringify([f.code, f.text])} finding={f} />
              ))}
            </SpaceBetween>
          </Container>
        )
      })}
      {l.omitted ? <Alert type="info">{l.omitted.toLocaleString('en')} more are not shown.</Alert> : null}
      {l.unexamined ? (
        <Alert type="info">
          {l.unexamined.toLocaleString('en')} policies were not searched for requests that nobody could decide: it took
          too long.
        </Alert>
      ) : null}
    </SpaceBetween>
  )
}
