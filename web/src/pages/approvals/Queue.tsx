// Queue is what waits for somebody's decision: a list, and beside it (on a phone: in its place) the card of the one that is opened.

import Button from '@cloudscape-design/components/button'
import Checkbox from '@cloudscape-design/components/checkbox'
import ContentLayout from '@cloudscape-design/components/content-layout'
import Grid from '@cloudscape-design/components/grid'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { answer, api, type Schemas } from '../../api/client'
import { Asked, Nothing } from '../../parts/Asked'
import { Go } from '../../parts/Names'
import { useWide } from '../../parts/useWide'
import './approvals.css'
import { Case } from './Case'
import { DecideSeveral } from './DecideSeveral'
import { Gone } from './Gone'
import { QueueItem } from './QueueItem'
import { useGone } from './useGone'

type Request = Schemas['Request']
type Order = 'created' | '-created'

const atOnce = 50

export default function Queue() {
  const search = useSearch({ strict: false }) as { open?: string; sort?: string }
  const order: Order = search.sort === '-created' ? '-created' : 'created'
  return <Ordered key={order} order={order} open={search.open} />
}

function Ordered({ order, open }: { order: Order; open: string | undefined }) {
  const navigate = useNavigate()
  const wide = useWide(1100)
  const list = useInfiniteQuery({
    queryKey: ['requests', 'decidable', order],
    queryFn: ({ pageParam, signal }) =>
      answer(
        api.GET('/api/v1/requests', {
          params: { query: { scope: 'decidable', sort: order, total: true, limit: atOnce, cursor: pageParam } },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: page => page.nextCursor,
  })
  const items = useMemo(() => list.data?.pages.flatMap(p => p.items), [list.data])
  const [gone, dismiss] = useGone(items)
  const [chosen, setChosen] = useState<string[]>([])
  const [deciding, setDeciding] = useState<{ requests: Request[]; approve: boolean }>()
  const go = (id: string | undefined) =>
    void navigate({ to: '/approvals', search: { sort: order === 'created' ? undefined : order, open: id } as never })

  // Beside the list a card is always open: the first, until another is chosen.
  const shown = open ?? (wide ? items?.[0]?.id : undefined)
  const after = (id: string | undefined) => items?.find(r => r.id !== id)?.id
  const picked = (items ?? []).filter(r => chosen.includes(r.id))
  const count = list.data?.pages[0]

  const card = shown && (
    <Case
      key={shown}
      id={shown}
      onDecided={r => {
        if (!r.decidable?.length) go(wide ? after(r.id) : undefined)
        // What was decided in part stays open; what came of it is told at the top.
        else window.scrollTo({ top: 0 })
      }}
      leave={wide ? undefined : () => go(undefined)}
      next={after(shown) ? () => go(after(shown)) : undefined}
    />
  )
  return (
    <ContentLayout
      header={
        <Header
          variant="h1"
          counter={
            count && (count.total !== undefined ? `(${count.total})` : count.totalAtLeast && `(${count.totalAtLeast}+)`)
          }
          description="Requests that you may decide on now. What others settle leaves by itself."
        >
          Waiting for me
        </Header>
      }
    >
      {shown && !wide ? (
        card
      ) : (
        <Asked query={list} what="what waits for you">
          {() => (
            <Grid gridDefinition={wide ? [{ colspan: 5 }, { colspan: 7 }] : [{ colspan: 12 }]}>
              <SpaceBetween size="s">
                {/* The card that is open says so itself. */}
                {gone
                  .filter(r => r.id !== shown)
                  .map(r => (
                    <Gone key={r.id} request={r} dismiss={() => dismiss(r.id)} />
                  ))}
                {items && items.length > 0 ? (
                  <>
                    <Bar
                      order={order}
                      count={items.length}
                      chosen={picked.length}
                      chooseAll={all => setChosen(all ? items.map(r => r.id) : [])}
                      decide={approve => setDeciding({ requests: picked, approve })}
                    />
                    <ul className="queue" aria-label="Requests that wait for you">
                      {items.map(r => (
                        <QueueItem
                          key={r.id}
                          request={r}
                          href={`/approvals?${new URLSearchParams({ ...(order === 'created' ? {} : { sort: order }), open: r.id })}`}
                          opened={r.id === shown}
                          chosen={chosen.includes(r.id)}
                          open={() => go(r.id)}
                          choose={yes => setChosen(c => (yes ? [...c, r.id] : c.filter(id => id !== r.id)))}
                        />
                      ))}
                    </ul>
                    {list.hasNextPage && (
                      <Button loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()} fullWidth>
                        Show more
                      </Button>
                    )}
                  </>
                ) : (
                  <Empty />
                )}
              </SpaceBetween>
              {wide && <div className="beside">{card}</div>}
            </Grid>
          )}
        </Asked>
      )}
      {deciding && (
        <DecideSeveral
          {...deciding}
          close={decided => {
            setChosen(c => c.filter(id => !decided.includes(id)))
            setDeciding(undefined)
          }}
        />
      )}
    </ContentLayout>
  )
}

function Empty() {
  return (
    <Nothing title="Nothing waits for you" action={<Go to="/approvals/decided">What you decided before</Go>}>
      What people ask for appears here by itself as soon as you may decide on it.
    </Nothing>
  )
}

interface BarProps {
  order: Order
  count: number
  chosen: number
  chooseAll: (all: boolean) => void
  decide: (approve: boolean) => void
}

/** Bar orders the list, and decides on what is chosen in it. */
function Bar({ order, count, chosen, chooseAll, decide }: BarProps) {
  const navigate = useNavigate()
  return (
    <div className="bar thumb">
      <Checkbox
        checked={chosen > 0 && chosen === count}
        indeterminate={chosen > 0 && chosen < count}
        onChange={e => chooseAll(e.detail.checked)}
      >
        {chosen === 0 ? 'Choose all' : `${chosen} chosen`}
      </Checkbox>
      {chosen > 0 ? (
        <SpaceBetween direction="horizontal" size="xs">
          <Button iconName="check" onClick={() => decide(true)}>
            Approve {chosen}
          </Button>
          <Button iconName="close" onClick={() => decide(false)}>
            Reject {chosen}
          </Button>
        </SpaceBetween>
      ) : (
        <Button
          iconName={order === 'created' ? 'angle-down' : 'angle-up'}
          ariaLabel={
            order === 'created' ? 'Oldest first: show the newest first' : 'Newest first: show the oldest first'
          }
          onClick={() =>
            void navigate({
              to: '/approvals',
              search: { sort: order === 'created' ? '-created' : undefined } as never,
              replace: true,
            })
          }
        >
          {order === 'created' ? 'Oldest first' : 'Newest first'}
        </Button>
      )}
    </div>
  )
}
