// StepUp asks for the fresh proof that an act demands, and goes on with the act: what was typed is not lost by it.

import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Modal from '@cloudscape-design/components/modal'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import { answer, api, type Schemas } from '../api/client'
import { assertion } from '../api/webauthn'
import { duration } from '../words/clock'

interface Props {
  proof: Schemas['NeededProof']
  proven: () => void
  cancel: () => void
  trying: boolean
}

export function StepUp({ proof, proven, cancel, trying }: Props) {
  const [error, setError] = useState<unknown>()
  const [asking, setAsking] = useState(false)
  const passkey = proof.kinds.includes('passkey')
  const elsewhere = proof.url

  const prove = async () => {
    setAsking(true)
    setError(undefined)
    try {
      const options = await answer(api.POST('/api/v1/passkeys/proof/begin', {}))
      const credential = await assertion(options)
      await api.POST('/api/v1/passkeys/proof/finish', { body: credential })
      proven()
    } catch (e) {
      setError(e)
    }
    setAsking(false)
  }

  return (
    <Modal
      visible
      onDismiss={cancel}
      header="Show that it is you"
      closeAriaLabel="Cancel"
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={cancel}>
              Cancel
            </Button>
            {elsewhere && (
              <Button href={elsewhere} target="_blank" iconName="external" iconAlign="right">
                {passkey ? 'Another way' : 'Sign in again'}
              </Button>
            )}
            {elsewhere && (
              <Button onClick={proven} loading={trying}>
                I have shown it: go on
              </Button>
            )}
            {passkey && (
              <Button variant="primary" onClick={() => void prove()} loading={asking || trying}>
                Use a passkey
              </Button>
            )}
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        <p>
          This asks for {passkey ? 'your passkey' : ''}
          {passkey && proof.kinds.includes('provider') ? ' or ' : ''}
          {proof.kinds.includes('provider') ? 'signing in again' : ''}, used no more than{' '}
          {duration(proof.maxAgeSeconds)} ago. What you typed stays here.
        </p>
        {error !== undefined && (
          <Alert type="error">
            {error instanceof Error ? error.message : String(error)}
            {elsewhere && ' There may be another way: it opens in another tab; come back here afterwards.'}
          </Alert>
        )}
      </SpaceBetween>
    </Modal>
  )
}
