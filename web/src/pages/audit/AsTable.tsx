import ExpandableSection from '@cloudscape-design/components/expandable-section'
import { type ReactNode, useState } from 'react'

/** AsTable offers what a chart shows as a table: it can be read aloud, and copied. It is made when it is opened. */
export function AsTable({ children }: { children: ReactNode }) {
  const [open, setOpen] = useState(false)
  return (
    <ExpandableSection headerText="As a table" expanded={open} onChange={e => setOpen(e.detail.expanded)}>
      {open && children}
    </ExpandableSection>
  )
}
