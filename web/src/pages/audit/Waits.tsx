// Waits are how long something took, of each day: half of them, and nine of ten.

import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import MixedLineBarChart from '@cloudscape-design/components/mixed-line-bar-chart'
import Table from '@cloudscape-design/components/table'
import type { Schemas } from '../../api/client'
import { Nothing } from '../../parts/Asked'
import { AsTable } from './AsTable'
import { took } from './Figures'
import { dayText, inUnit, waits } from './figures'

interface Props {
  statistics: Schemas['Statistics']
  what: 'decisions' | 'activations'
  title: string
  text: string
}

export function Waits({ statistics, what, title, text }: Props) {
  const { unit, median, p90 } = waits(statistics, what)
  const days = statistics.days.map(d => d.day)
  const highest = Math.max(1, ...p90.data.map(d => d.y))
  // A line needs two points; the only one is shown as a bar.
  const type = median.data.length > 1 ? 'line' : 'bar'
  return (
    <Container
      fitHeight
      header={
        <Header variant="h2" description={text}>
          {title}
        </Header>
      }
    >
      <MixedLineBarChart
        series={[median, p90]
          .filter(s => s.data.length > 0)
          .map(s => ({ ...s, type, valueFormatter: inUnit(unit) }) as const)}
        xDomain={days}
        yDomain={[0, highest]}
        xScaleType="categorical"
        xTickFormatter={dayText}
        yTickFormatter={inUnit(unit)}
        xTitle="Day (UTC)"
        height={220}
        hideFilter
        ariaLabel={`${title} on each day`}
        ariaDescription="The table below says the same."
        empty={<Nothing title="Nothing to measure">In these days nothing had to be waited for.</Nothing>}
      />
      {median.data.length > 0 && (
        <AsTable>
          <Table
            variant="embedded"
            items={statistics.days.filter(d => d[what].count > 0).reverse()}
            trackBy="day"
            ariaLabels={{ tableLabel: `${title} on each day` }}
            columnDefinitions={[
              { id: 'day', header: 'Day', isRowHeader: true, cell: d => d.day },
              { id: 'count', header: 'How many', cell: d => d[what].count.toLocaleString('en') },
              { id: 'median', header: median.title, cell: d => took(d[what].medianMillis) },
              { id: 'p90', header: p90.title, cell: d => took(d[what].p90Millis) },
            ]}
          />
        </AsTable>
      )}
    </Container>
  )
}
