// Figures are charts of what happened, for auditors and administrators. Each says the same as a table.

import ColumnLayout from '@cloudscape-design/components/column-layout'
import Container from '@cloudscape-design/components/container'
import ContentLayout from '@cloudscape-design/components/content-layout'
import Grid from '@cloudscape-design/components/grid'
import Header from '@cloudscape-design/components/header'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { answer, api, type Schemas } from '../../api/client'
import { Asked } from '../../parts/Asked'
import { DateRange } from '../../parts/DateRange'
import type { Address } from '../../parts/listAddress'
import { duration, serverNow } from '../../words/clock'
import { mostDays, span, usual } from './figures'
import { HeldNow } from './HeldNow'
import { Outcomes } from './Outcomes'
import { Waits } from './Waits'

const words = ['within', 'from', 'to']

/** took is how long something took, in words. */
export function took(millis: number | undefined): string {
  if (millis === undefined) return '–'
  return millis < 1000 ? `${millis} ms` : duration(Math.round(millis / 1000))
}

function Totals({ statistics: s }: { statistics: Schemas['Statistics'] }) {
  const filed = s.requests.reduce((n, r) => n + r.count, 0)
  const rejected = s.requests.find(r => r.status === 'rejected')?.count ?? 0
  const wait = (w: Schemas['Waits']) =>
    w.count === 0 ? 'nothing to measure' : `half in ${took(w.medianMillis)}, nine of ten in ${took(w.p90Millis)}`
  return (
    <Container>
      <KeyValuePairs
        columns={4}
        items={[
          {
            label: 'Requests filed',
            value: `${filed.toLocaleString('en')}, ${rejected.toLocaleString('en')} rejected`,
          },
          { label: 'Time to decision', value: wait(s.decisions) },
          { label: 'Time to access', value: wait(s.activations) },
          {
            label: 'Held now',
            value: `${s.held.elevations.toLocaleString('en')} by ${s.held.people === 1 ? 'one person' : `${s.held.people.toLocaleString('en')} people`}`,
          },
        ]}
      />
    </Container>
  )
}

export default function Figures() {
  const address = useSearch({ strict: false }) as Address
  const navigate = useNavigate()
  const asked = words.some(w => address[w]) ? address : usual
  const statistics = useQuery({
    queryKey: ['statistics', ...words.map(w => asked[w])],
    queryFn: ({ signal }) =>
      answer(api.GET('/api/v1/statistics', { params: { query: span(asked, serverNow()) }, signal })),
    placeholderData: keepPreviousData,
  })
  return (
    <ContentLayout
      header={
        <Header
          variant="h1"
          description="What was asked for, how long it took, and who holds what. Days are in UTC."
          actions={
            <DateRange
              label="Days"
              address={asked}
              onChange={to =>
                void navigate({ to: '.', search: ((b: object) => ({ ...b, ...to })) as never, replace: true })
              }
              choices={[
                { amount: 7, unit: 'day' },
                { amount: 30, unit: 'day' },
                { amount: 90, unit: 'day' },
              ]}
              maxDays={mostDays}
              always
              days
            />
          }
        >
          Figures
        </Header>
      }
    >
      <Asked query={statistics} what="figures">
        {s => (
          <SpaceBetween size="l">
            <Totals statistics={s} />
            <Outcomes statistics={s} />
            <Grid gridDefinition={[{ colspan: { default: 12, s: 6 } }, { colspan: { default: 12, s: 6 } }]}>
              <Waits
                statistics={s}
                what="decisions"
                title="Time to decision"
                text="How long targets waited that somebody decided on that day."
              />
              <Waits
                statistics={s}
                what="activations"
                title="Time to access"
                text="From the decision, or the start if that was later, until AWS confirmed the access."
              />
            </Grid>
            <ColumnLayout columns={2}>
              <HeldNow title="Held now, by permission set" by="permissionSet" of={s.held.permissionSets} />
              <HeldNow title="Held now, by account" by="account" of={s.held.accounts} />
            </ColumnLayout>
          </SpaceBetween>
        )}
      </Asked>
    </ContentLayout>
  )
}
