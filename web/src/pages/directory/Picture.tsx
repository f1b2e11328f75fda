// Picture draws columns of cards with lines between what belongs together. The cards are lists for those who do not see
// the lines; beside the picture there is the same as a table.

import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import { useLayoutEffect, useRef, useState } from 'react'
import { type Column, type Edge, type Item, together } from './picture'
import './picture.css'

// few cards of a column are drawn at first: a picture of hundreds shows nothing.
const few = 12

export function Picture({ columns, edges, label }: { columns: Column[]; edges: Edge[]; label: string }) {
  const place = useRef<HTMLDivElement>(null)
  const [all, setAll] = useState<number[]>([])
  const [pointed, point] = useState<string>()
  const shown = columns.map((c, i) => (all.includes(i) ? c.items : c.items.slice(0, few)))
  const visible = edges.filter(e => has(shown, e.from) && has(shown, e.to))
  const lines = useLines(place, visible, shown.map(c => c.length).join())
  const lit = pointed ? together(pointed, visible) : undefined
  return (
    <section className="picture" aria-label={label} ref={place}>
      <svg className="picture-lines" aria-hidden="true">
        {visible.map((e, i) => {
          const d = lines[i]
          if (!d) return null
          const state = !lit ? '' : lit.has(e.from) && lit.has(e.to) ? ' picture-lit' : ' picture-dim'
          return <path key={`${e.from} ${e.to}`} d={d} className={`${e.asked ? 'picture-asked' : ''}${state}`} />
        })}
      </svg>
      {columns.map((c, i) => (
        <div key={c.title} className="picture-column">
          <Box variant="h3" padding={{ bottom: 'xs', top: 'n' }}>
            {c.title}
          </Box>
          {c.items.length === 0 ? (
            <Box color="text-body-secondary">{c.empty}</Box>
          ) : (
            <ul>
              {(shown[i] ?? []).map(item => (
                <Card key={item.id} item={item} lit={lit?.has(item.id) ?? false} point={point} />
              ))}
            </ul>
          )}
          {c.items.length > (shown[i]?.length ?? 0) && (
            <Button variant="inline-link" onClick={() => setAll([...all, i])}>
              {`${(c.items.length - few).toLocaleString('en')} more`}
            </Button>
          )}
        </div>
      ))}
    </section>
  )
}

const has = (shown: Item[][], id: string) => shown.some(c => c.some(i => i.id === id))

function Card({ item, lit, point }: { item: Item; lit: boolean; point: (id: string | undefined) => void }) {
  return (
    <li
      data-item={item.id}
      className={lit ? 'picture-card picture-lit' : 'picture-card'}
      onMouseEnter={() => point(item.id)}
      onMouseLeave={() => point(undefined)}
      onFocus={() => point(item.id)}
      onBlur={() => point(undefined)}
    >
      <Box fontWeight="bold">{item.title}</Box>
      {item.detail}
    </li>
  )
}

/** useLines are the lines between cards where these are on the page: it measures again whenever that may have changed. */
function useLines(place: React.RefObject<HTMLDivElement | null>, edges: Edge[], of: string): string[] {
  const [lines, setLines] = useState<string[]>([])
  const drawn = useRef(edges)
  drawn.current = edges
  const key = `${of} ${edges.map(e => `${e.from}>${e.to}`).join()}`
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is drawn is told by the key; edges are new with every rendering
  useLayoutEffect(() => {
    const whole = place.current
    if (!whole) return undefined
    const measure = () => {
      const origin = whole.getBoundingClientRect()
      const cards = new Map<string, DOMRect>()
      for (const card of whole.querySelectorAll<HTMLElement>('[data-item]')) {
        cards.set(card.dataset.item ?? '', card.getBoundingClientRect())
      }
      setLines(drawn.current.map(e => line(cards.get(e.from), cards.get(e.to), origin)))
    }
    const watch = new ResizeObserver(measure)
    watch.observe(whole)
    for (const card of whole.querySelectorAll('[data-item]')) watch.observe(card)
    return () => watch.disconnect()
  }, [key, place])
  return lines
}

function line(from: DOMRect | undefined, to: DOMRect | undefined, origin: DOMRect): string {
  if (!from || !to) return ''
  const [x1, y1] = [from.right - origin.left, from.top + from.height / 2 - origin.top]
  const [x2, y2] = [to.left - origin.left, to.top + to.height / 2 - origin.top]
  const bend = Math.max(20, (x2 - x1) / 2)
  return `M${x1} ${y1} C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`
}
