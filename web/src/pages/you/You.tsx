// You: one's own sign-ins and tokens.

import ContentLayout from '@cloudscape-design/components/content-layout'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { SignIns } from './SignIns'
import { Tokens } from './Tokens'

export default function You() {
  return (
    <ContentLayout
      header={
        <Header variant="h1" description="Where you are signed in, and what may act in your name.">
          Sign-ins and tokens
        </Header>
      }
    >
      <SpaceBetween size="l">
        <SignIns />
        <Tokens />
      </SpaceBetween>
    </ContentLayout>
  )
}
