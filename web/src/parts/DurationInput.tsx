import Input from '@cloudscape-design/components/input'
import SpaceBetween from '@cloudscape-design/components/space-between'

type Unit = { word: string; seconds: number }

const day = { word: 'days', seconds: 86_400 }
const units: Unit[] = [
  { word: 'hours', seconds: 3600 },
  { word: 'minutes', seconds: 60 },
  { word: 'seconds', seconds: 1 },
]

interface Props {
  seconds: number
  onChange: (seconds: number) => void
  label: string
  /** days offers them too, for what is long. */
  days?: boolean
  invalid?: boolean
  disabled?: boolean
}

/** DurationInput takes a duration in hours and minutes; seconds show where there are some already. */
export function DurationInput({ seconds, onChange, label, days, invalid, disabled }: Props) {
  const shown = [...(days ? [day] : []), ...units.filter(u => u.seconds > 1 || seconds % 60 !== 0)]
  let rest = seconds
  const values = shown.map(u => {
    const n = Math.floor(rest / u.seconds)
    rest -= n * u.seconds
    return n
  })
  return (
    <SpaceBetween direction="horizontal" size="xs" alignItems="center">
      {shown.map((u, i) => (
        <SpaceBetween key={u.word} direction="horizontal" size="xxs" alignItems="center">
          <div style={{ width: '6.5rem' }}>
            <Input
              type="number"
              inputMode="numeric"
              step={1}
              value={String(values[i])}
              invalid={invalid}
              disabled={disabled}
              ariaLabel={`${label}: ${u.word}`}
              onChange={e => {
                const typed = Math.max(0, Math.floor(Number(e.detail.value) || 0))
                onChange(seconds + (typed - (values[i] ?? 0)) * u.seconds)
              }}
            />
          </div>
          <span aria-hidden="true">{u.word}</span>
        </SpaceBetween>
      ))}
    </SpaceBetween>
  )
}
