// A demand for fresh proof: that whoever does something showed lately that it is really them.

import Checkbox from '@cloudscape-design/components/checkbox'
import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import SpaceBetween from '@cloudscape-design/components/space-between'
import type { Schemas } from '../../api/client'
import { DurationInput } from '../../parts/DurationInput'

type Demand = Schemas['StepUpDemand']
type Proof = Demand['kinds'][number]

const kinds: { id: Proof; label: string; description: string }[] = [
  { id: 'passkey', label: 'A passkey counts', description: 'One that is registered in TEAM.' },
  {
    id: 'provider',
    label: 'Signing in at the provider counts',
    description: 'The sign-in of the morning too, while it is young enough.',
  },
]

interface Props {
  label: string
  description?: string
  demand: Demand | undefined
  onChange: (demand: Demand | undefined) => void
  errorText?: string
}

export function DemandField({ label, description, demand, onChange, errorText }: Props) {
  const chosen = demand?.kinds ?? []
  const change = (d: Partial<Demand>) => onChange({ kinds: chosen, maxAgeSeconds: 900, ...demand, ...d })
  return (
    <FormField
      label={label}
      description={description ?? 'Choose what counts; nothing chosen: none is demanded.'}
      errorText={errorText}
      stretch
    >
      <SpaceBetween size="xs">
        {kinds.map(k => (
          <Checkbox
            key={k.id}
            checked={chosen.includes(k.id)}
            description={k.description}
            ariaLabel={`${label}: ${k.label}`}
            onChange={e => {
              const now = e.detail.checked ? [...chosen, k.id] : chosen.filter(other => other !== k.id)
              if (now.length === 0) onChange(undefined)
              else change({ kinds: now, ...(now.includes('provider') ? {} : { acr: undefined }) })
            }}
          >
            {k.label}
          </Checkbox>
        ))}
        {chosen.length > 0 && demand && (
          <FormField label="At most so old">
            <DurationInput
              label={`${label}: at most so old`}
              seconds={demand.maxAgeSeconds}
              onChange={s => change({ maxAgeSeconds: s })}
            />
          </FormField>
        )}
        {chosen.includes('provider') && demand && (
          <FormField
            label="Authentication contexts – optional"
            description="With blanks between; only a sign-in in one of them counts, as your provider names them: phr"
          >
            <Input
              value={(demand.acr ?? []).join(' ')}
              ariaLabel={`${label}: authentication contexts`}
              spellcheck={false}
              onChange={e => change({ acr: e.detail.value === '' ? [] : e.detail.value.split(' ') })}
              onBlur={() => change({ acr: (demand.acr ?? []).filter(Boolean) })}
            />
          </FormField>
        )}
      </SpaceBetween>
    </FormField>
  )
}
