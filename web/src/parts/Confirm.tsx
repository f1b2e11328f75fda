import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import FormField from '@cloudscape-design/components/form-field'
import Modal from '@cloudscape-design/components/modal'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Textarea from '@cloudscape-design/components/textarea'
import { type ReactNode, useState } from 'react'
import { ProblemBox } from './ProblemBox'

interface Props {
  title: string
  /** children say what will happen. */
  children: ReactNode
  /** verb is on the button: what will be done, never "OK". */
  verb: string
  /** comment asks for one, and says what for; optional leaves it to the person. */
  comment?: { label: string; optional?: boolean; hint?: string }
  running: boolean
  error?: unknown
  onConfirm: (comment: string) => void
  onCancel: () => void
}

/** Confirm asks before something that cannot be taken back. */
export function Confirm({ title, children, verb, comment, running, error, onConfirm, onCancel }: Props) {
  const [text, setText] = useState('')
  const [tried, setTried] = useState(false)
  const missing = comment && !comment.optional && text.trim() === ''
  return (
    <Modal
      visible
      header={title}
      onDismiss={onCancel}
      closeAriaLabel="Cancel"
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onCancel} disabled={running}>
              Cancel
            </Button>
            <Button
              variant="primary"
              loading={running}
              onClick={() => {
                setTried(true)
                if (!missing) onConfirm(text.trim())
              }}
            >
              {verb}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        {children}
        {comment && (
          <FormField
            label={comment.optional ? `${comment.label} – optional` : comment.label}
            description={comment.hint}
            errorText={tried && missing ? 'Say why.' : undefined}
          >
            <Textarea value={text} onChange={e => setText(e.detail.value)} rows={3} />
          </FormField>
        )}
        {error !== undefined && error !== null && <ProblemBox error={error} />}
      </SpaceBetween>
    </Modal>
  )
}
