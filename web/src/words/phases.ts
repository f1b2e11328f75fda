// Where TEAM stands with an assignment: the API's word, what TEAM is about, and what AWS last showed.

import type { StatusIndicatorProps } from '@cloudscape-design/components/status-indicator'
import type { Schemas } from '../api/client'

export type Phase = Schemas['Assignment']['phase']

interface Word {
  label: string
  look: StatusIndicatorProps.Type
  /** about is what TEAM works on. */
  about: string
  /** aws is what AWS last said. */
  aws: string
}

export const phaseWords: Record<Phase, Word> = {
  idle: { label: 'Idle', look: 'stopped', about: 'Nothing', aws: 'Nothing there that TEAM made' },
  claimed: {
    label: 'Claimed',
    look: 'pending',
    about: 'Giving access',
    aws: 'Not there when read; creation is to be sent',
  },
  creating: { label: 'Creating', look: 'in-progress', about: 'Giving access', aws: 'Works on the creation' },
  verifying: {
    label: 'Verifying',
    look: 'in-progress',
    about: 'Giving access',
    aws: 'Says created; a read has yet to show it',
  },
  held: { label: 'Held', look: 'success', about: 'Holding access', aws: 'There, when read' },
  removing: { label: 'Removing', look: 'pending', about: 'Taking access back', aws: 'There; removal is to be sent' },
  deleting: { label: 'Deleting', look: 'in-progress', about: 'Taking access back', aws: 'Works on the removal' },
  clearing: {
    label: 'Clearing',
    look: 'in-progress',
    about: 'Taking access back',
    aws: 'A read has yet to show that it is gone',
  },
}

export const phases = Object.keys(phaseWords) as Phase[]
