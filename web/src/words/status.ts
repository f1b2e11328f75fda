// Words and colours of the states that the API knows. The words themselves are the API's.

import type { StatusIndicatorProps } from '@cloudscape-design/components/status-indicator'
import type { Schemas } from '../api/client'

export type Status = Schemas['Request']['status']

/** statuses are all, in the order in which a request goes through them. */
export const statuses: Status[] = [
  'pending',
  'approved',
  'scheduled',
  'in progress',
  'ended',
  'revoked',
  'rejected',
  'cancelled',
  'expired',
  'error',
]

interface Word {
  label: string
  look: StatusIndicatorProps.Type
  /** means is a sentence for people who see the word for the first time. */
  means: string
}

export const statusWords: Record<Status, Word> = {
  pending: { label: 'Pending', look: 'pending', means: 'Somebody has to decide.' },
  approved: { label: 'Approved', look: 'in-progress', means: 'Agreed; access is being given.' },
  scheduled: { label: 'Scheduled', look: 'info', means: 'Agreed; access begins at the start that was asked for.' },
  'in progress': { label: 'Active', look: 'success', means: 'AWS confirmed the access; it lasts until the end.' },
  ended: { label: 'Ended', look: 'stopped', means: 'AWS confirmed that the access is gone.' },
  revoked: { label: 'Revoked', look: 'stopped', means: 'Somebody ended the access before its time.' },
  rejected: { label: 'Rejected', look: 'error', means: 'Somebody entitled said no.' },
  cancelled: { label: 'Cancelled', look: 'stopped', means: 'Taken back by who asked.' },
  expired: { label: 'Expired', look: 'warning', means: 'Nobody decided in time.' },
  error: { label: 'Failed', look: 'error', means: 'Access could not be given; the reason is beside it.' },
}

/** deliveryWords say how far an elevation is. */
export const deliveryWords: Record<Schemas['Elevation']['state'], Word> = {
  waiting: { label: 'Waiting', look: 'pending', means: 'Waits for a decision.' },
  scheduled: { label: 'Scheduled', look: 'info', means: 'Begins at the start that was asked for.' },
  activating: { label: 'Activating', look: 'in-progress', means: 'Asked of AWS, and not confirmed yet.' },
  active: { label: 'Active', look: 'success', means: 'Confirmed by AWS.' },
  ending: { label: 'Ending', look: 'in-progress', means: 'Its removal is asked of AWS, and not confirmed yet.' },
  ended: { label: 'Ended', look: 'stopped', means: 'Confirmed gone by AWS.' },
}
