// Which columns of a list are shown: what somebody keeps, and what is so by itself.

import type { TableProps } from '@cloudscape-design/components/table'

export interface Column<T> extends TableProps.ColumnDefinition<T> {
  id: string
  header: string
  /** hidden unless somebody chooses to see it. */
  extra?: boolean
  /** narrow columns are those of a narrow screen; without any, the first three are. */
  narrow?: boolean
}

/** Shown is a choice of columns, in their order. */
export type Shown = { id: string; visible: boolean }[]

/** shownOf are the columns as somebody keeps them; those that came since are as they are by themselves. */
export function shownOf(
  columns: Pick<Column<never>, 'id' | 'extra' | 'narrow'>[],
  kept: Shown | undefined,
  narrow: boolean,
): Shown {
  const told = columns.some(c => c.narrow)
  const byItself = (c: Pick<Column<never>, 'id' | 'extra' | 'narrow'>, i: number) =>
    !c.extra && (!narrow || (told ? c.narrow === true : i < 3))
  const still = kept?.filter(k => columns.some(c => c.id === k.id)) ?? []
  return [
    ...still,
    ...columns.map((c, i) => ({ id: c.id, visible: byItself(c, i) })).filter(c => !still.some(k => k.id === c.id)),
  ]
}
