import FormField from '@cloudscape-design/components/form-field'
import Grid from '@cloudscape-design/components/grid'
import Input from '@cloudscape-design/components/input'
import SegmentedControl from '@cloudscape-design/components/segmented-control'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { duration } from '../../words/clock'
import { type Draft, durationOf, typed } from './draft'

type Length = Pick<Draft, 'hours' | 'minutes'>

interface Props {
  label: string
  value: Length
  onChange: (to: Length) => void
  shortest: number
  /** longest that is possible, as far as it is known. */
  longest: number
  errorText?: string
  /** hint goes on after what is possible. */
  hint?: string
}

const usual = [900, 1800, 3600, 7200, 14_400, 28_800]

/** presetsUpTo are the usual durations within what is possible, and the longest. */
export function presetsUpTo(shortest: number, longest: number): number[] {
  const fits = usual.filter(s => s >= shortest && s <= longest)
  const last = fits[fits.length - 1] ?? 0
  // What hours and minutes cannot say is no choice.
  return longest > last && longest % 60 === 0 ? [...fits, longest] : fits
}

/** HowLong asks for a duration: one of the usual, or any. */
export function HowLong({ label, value, onChange, shortest, longest, errorText, hint }: Props) {
  const presets = presetsUpTo(shortest, longest)
  const seconds = durationOf(value)
  return (
    <FormField
      label={label}
      constraintText={`From ${duration(shortest)} to ${duration(longest)}.${hint ? ` ${hint}` : ''}`}
      errorText={errorText}
      stretch
    >
      <SpaceBetween size="s">
        {presets.length > 1 && (
          <SegmentedControl
            label="Usual durations"
            selectedId={presets.includes(seconds ?? 0) ? String(seconds) : null}
            options={presets.map(s => ({ id: String(s), text: duration(s) }))}
            onChange={e => onChange(typed(Number(e.detail.selectedId)))}
          />
        )}
        <Grid gridDefinition={[{ colspan: { default: 6, m: 4 } }, { colspan: { default: 6, m: 4 } }]}>
          <FormField label="Hours">
            <Input
              type="number"
              inputMode="numeric"
              step={1}
              value={value.hours}
              onChange={e => onChange({ ...value, hours: e.detail.value })}
            />
          </FormField>
          <FormField label="Minutes">
            <Input
              type="number"
              inputMode="numeric"
              step={5}
              value={value.minutes}
              onChange={e => onChange({ ...value, minutes: e.detail.value })}
            />
          </FormField>
        </Grid>
      </SpaceBetween>
    </FormField>
  )
}
