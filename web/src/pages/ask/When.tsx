import DatePicker from '@cloudscape-design/components/date-picker'
import FormField from '@cloudscape-design/components/form-field'
import RadioGroup from '@cloudscape-design/components/radio-group'
import SpaceBetween from '@cloudscape-design/components/space-between'
import TimeInput from '@cloudscape-design/components/time-input'
import { absolute, duration, serverNow, zone } from '../../words/clock'
import { type Draft, startOf } from './draft'

interface Props {
  draft: Draft
  onChange: (to: Partial<Draft>) => void
  horizonSeconds: number
  errorText?: string
}

/** When asks for the start. What is typed is in the zone that is shown. */
export function When({ draft, onChange, horizonSeconds, errorText }: Props) {
  const at = draft.later ? startOf(draft) : undefined
  const today = new Date(serverNow())
  const beginning = new Date(today.getFullYear(), today.getMonth(), today.getDate()).getTime()
  return (
    <FormField label="Start" errorText={errorText} stretch>
      <SpaceBetween size="s">
        <RadioGroup
          ariaLabel="Start"
          value={draft.later ? 'later' : 'now'}
          onChange={e => onChange({ later: e.detail.value === 'later' })}
          items={[
            { value: 'now', label: 'Now: as soon as it is agreed' },
            { value: 'later', label: 'Later: at a time of your choice' },
          ]}
        />
        {draft.later && (
          <SpaceBetween direction="horizontal" size="s">
            <FormField label="Day" constraintText="YYYY/MM/DD">
              <DatePicker
                value={draft.date}
                onChange={e => onChange({ date: e.detail.value })}
                placeholder="YYYY/MM/DD"
                openCalendarAriaLabel={selected => (selected ? `Choose a day, now ${selected}` : 'Choose a day')}
                isDateEnabled={d => d.getTime() >= beginning && d.getTime() <= serverNow() + horizonSeconds * 1000}
              />
            </FormField>
            <FormField
              label="Time"
              constraintText={
                at ? absolute(at) : `In your time zone, ${zone}; at most ${duration(horizonSeconds)} ahead`
              }
            >
              <TimeInput
                format="hh:mm"
                placeholder="hh:mm"
                value={draft.time}
                onChange={e => onChange({ time: e.detail.value })}
              />
            </FormField>
          </SpaceBetween>
        )}
      </SpaceBetween>
    </FormField>
  )
}
