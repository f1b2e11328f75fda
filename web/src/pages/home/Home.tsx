// Home answers: what do I hold, until when; what waits for me; ask again.

import Button from '@cloudscape-design/components/button'
import ContentLayout from '@cloudscape-design/components/content-layout'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useNavigate } from '@tanstack/react-router'
import { useMe } from '../../api/me'
import { Holding } from './Holding'
import { Recent } from './Recent'
import { WaitsForMe } from './WaitsForMe'

export default function Home() {
  const me = useMe()
  const navigate = useNavigate()
  return (
    <ContentLayout
      header={
        <Header
          variant="h1"
          actions={
            <Button variant="primary" onClick={() => void navigate({ to: '/ask' })}>
              Ask for access
            </Button>
          }
        >
          Home
        </Header>
      }
    >
      <SpaceBetween size="l">
        <WaitsForMe me={me} />
        <Holding holds={me.holds} />
        <Recent />
      </SpaceBetween>
    </ContentLayout>
  )
}
