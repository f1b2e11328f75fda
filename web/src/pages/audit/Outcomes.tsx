// Outcomes are the requests of each day by what became of them.

import BarChart from '@cloudscape-design/components/bar-chart'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import Table from '@cloudscape-design/components/table'
import * as tokens from '@cloudscape-design/design-tokens'
import type { Schemas } from '../../api/client'
import { Nothing } from '../../parts/Asked'
import { type Status, statusWords } from '../../words/status'
import { AsTable } from './AsTable'
import { byOutcome, dayText } from './figures'

const colours: Record<Status, string> = {
  pending: tokens.colorChartsPaletteCategorical4,
  approved: tokens.colorChartsPaletteCategorical2,
  scheduled: tokens.colorChartsPaletteCategorical5,
  'in progress': tokens.colorChartsStatusPositive,
  ended: tokens.colorChartsPaletteCategorical1,
  revoked: tokens.colorChartsPaletteCategorical3,
  rejected: tokens.colorChartsStatusHigh,
  cancelled: tokens.colorChartsStatusNeutral,
  expired: tokens.colorChartsStatusMedium,
  error: tokens.colorChartsStatusCritical,
}

export function Outcomes({ statistics }: { statistics: Schemas['Statistics'] }) {
  const series = byOutcome(statistics)
  const days = statistics.days.map(d => d.day)
  const highest = Math.max(1, ...days.map((_, i) => series.reduce((n, s) => n + (s.data[i]?.y ?? 0), 0)))
  return (
    <Container
      header={
        <Header variant="h2" description="Of each day, by what became of them until now.">
          Requests filed
        </Header>
      }
    >
      <BarChart
        series={series.map(s => ({
          type: 'bar' as const,
          title: statusWords[s.status].label,
          color: colours[s.status],
          data: s.data,
        }))}
        stackedBars
        xDomain={days}
        yDomain={[0, highest]}
        xScaleType="categorical"
        xTickFormatter={dayText}
        yTickFormatter={n => (Number.isInteger(n) ? n.toLocaleString('en') : '')}
        xTitle="Day (UTC)"
        yTitle="Requests"
        height={260}
        hideFilter
        ariaLabel="Requests filed on each day, by outcome"
        ariaDescription="The table below says the same."
        detailPopoverSeriesContent={({ series: one, y }) => ({ key: one.title, value: y.toLocaleString('en') })}
        empty={<Nothing title="Nobody asked for anything">In these days no request was filed.</Nothing>}
      />
      {series.length > 0 && (
        <AsTable>
          <Table
            variant="embedded"
            items={statistics.days.filter(d => d.requests.length > 0).reverse()}
            trackBy="day"
            ariaLabels={{ tableLabel: 'Requests filed on each day, by outcome' }}
            columnDefinitions={[
              { id: 'day', header: 'Day', isRowHeader: true, cell: d => d.day },
              ...series.map(s => ({
                id: s.status,
                header: statusWords[s.status].label,
                cell: (d: Schemas['StatisticsDay']) => d.requests.find(r => r.status === s.status)?.count ?? 0,
              })),
            ]}
          />
        </AsTable>
      )}
    </Container>
  )
}
