import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import { useLocation } from '@tanstack/react-router'
import { Go } from '../parts/Names'

/** Lost is an address that leads nowhere. */
export function Lost() {
  const { pathname } = useLocation()
  return (
    <Box padding="l">
      <Box variant="h1">There is no such page</Box>
      <p>
        <code>{pathname}</code> leads nowhere. <Go to="/">Go home</Go>, or choose a page from the list at the side.
      </p>
    </Box>
  )
}

/** Broken is a page that failed: a defect of ours, or a part of the application that could not be loaded. */
export function Broken({ error }: { error: unknown }) {
  const message = error instanceof Error ? error.message : String(error)
  // After TEAM was renewed, the parts that an old page would load are gone.
  const renewed = /dynamically imported module|module script/i.test(message)
  return (
    <Box padding="l">
      <Alert
        type={renewed ? 'info' : 'error'}
        header={renewed ? 'TEAM was renewed' : 'This page failed'}
        action={<Button onClick={() => window.location.reload()}>Load the page again</Button>}
      >
        {renewed
          ? 'This page is of the version before.'
          : 'It is a defect of TEAM. Load it again; if it fails again, tell who runs TEAM: '}
        {!renewed && <code>{message}</code>}
      </Alert>
    </Box>
  )
}
