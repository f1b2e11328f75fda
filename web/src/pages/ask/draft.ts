// A draft is what somebody typed into the form, and what of it is sent.

import type { Schemas } from '../../api/client'
import { setText } from '../../parts/Names'

/** Choice is one target somebody may choose: a role in an account. */
export interface Choice {
  accountId: string
  accountName?: string
  permissionSetArn: string
  permissionSetName?: string
}

export interface Draft {
  targets: Choice[]
  hours: string
  minutes: string
  later: boolean
  date: string // in the browser's zone, as 2026-11-25
  time: string // in the browser's zone, as 14:05
  justification: string
  ticket: string
}

export const emptyDraft: Draft = {
  targets: [],
  hours: '1',
  minutes: '0',
  later: false,
  date: '',
  time: '',
  justification: '',
  ticket: '',
}

export const keyOf = (c: Choice) => `${c.accountId} ${c.permissionSetArn}`

/** choiceOf takes of something larger what names a target. */
export function choiceOf(c: Choice): Choice {
  return {
    accountId: c.accountId,
    accountName: c.accountName,
    permissionSetArn: c.permissionSetArn,
    permissionSetName: setText(c),
  }
}

/** durationOf is how many seconds hours and minutes are, as they were typed; undefined where they are no numbers, or nothing. */
export function durationOf(d: Pick<Draft, 'hours' | 'minutes'>): number | undefined {
  const number = (text: string) => (text.trim() === '' ? 0 : Number(text))
  const seconds = Math.round(number(d.hours) * 3600 + number(d.minutes) * 60)
  return Number.isFinite(seconds) && seconds > 0 ? seconds : undefined
}

/** typed is a duration as hours and minutes. */
export function typed(seconds: number): Pick<Draft, 'hours' | 'minutes'> {
  return { hours: String(Math.floor(seconds / 3600)), minutes: String(Math.round((seconds % 3600) / 60)) }
}

/** startOf is the instant of a later start; undefined where date or time are missing or wrong. */
export function startOf(d: Draft): Date | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(d.date) || !/^\d{2}:\d{2}$/.test(d.time)) return undefined
  const at = new Date(`${d.date}T${d.time}`)
  return Number.isNaN(at.getTime()) ? undefined : at
}

/** Missing is what must be typed before anything can be sent, by field. What is allowed, the server decides. */
export type Missing = Partial<Record<'targets' | 'duration' | 'start' | 'justification' | 'ticket', string>>

export function missingIn(d: Draft, limits: Schemas['Limits']): Missing {
  const missing: Missing = {}
  if (d.targets.length === 0) missing.targets = 'Choose at least one role in an account.'
  if (!durationOf(d)) missing.duration = 'Say for how long.'
  if (d.later && !startOf(d)) missing.start = 'Say on which day and at what time it is to begin.'
  if (d.justification.trim() === '') missing.justification = 'Say what you need it for.'
  if (limits.ticketRequired && d.ticket.trim() === '') missing.ticket = 'A ticket is required here.'
  return missing
}

/** bodyOf is what is sent. */
export function bodyOf(d: Draft): Schemas['NewRequest'] {
  const at = d.later ? startOf(d) : undefined
  const ticket = d.ticket.trim()
  return {
    targets: d.targets.map(t => ({ accountId: t.accountId, permissionSetArn: t.permissionSetArn })),
    durationSeconds: durationOf(d) ?? 0,
    justification: d.justification.trim(),
    ...(at && { startAt: at.toISOString() }),
    ...(ticket && { ticket }),
  }
}
