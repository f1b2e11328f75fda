import Badge from '@cloudscape-design/components/badge'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import List from '@cloudscape-design/components/list'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { answer, api, type Schemas } from '../../api/client'
import { Asked, Nothing } from '../../parts/Asked'
import { Confirm } from '../../parts/Confirm'
import { Instant } from '../../parts/Instant'
import { useAct } from '../../parts/useAct'

type SignIn = Schemas['SignIn']

const kinds: Record<string, string> = { browser: 'Browser', cli: 'Command line', operator: 'Begun by an operator' }

/** SignIns are where somebody is signed in. What they do not know, they end. */
export function SignIns() {
  const [all, setAll] = useState(false)
  const list = useQuery({
    queryKey: ['sign-ins', 'mine'],
    queryFn: () =>
      answer(api.GET('/api/v1/sign-ins', { params: { query: { scope: 'mine', state: 'open', limit: 200 } } })),
  })
  const end = useAct<SignIn>({
    call: s => answer(api.POST('/api/v1/sign-ins/{id}/end', { params: { path: { id: s.id } } })),
    done: () => 'The sign-in is ended.',
    makesOld: ['sign-ins'],
  })
  const endAll = useAct({
    call: () => answer(api.POST('/api/v1/sign-ins/end', { body: {} })),
    onDone: () => window.location.assign('/'),
    quiet: true,
  })
  return (
    <Container
      header={
        <Header
          variant="h2"
          description="Does one look unfamiliar? End it, and tell who runs TEAM."
          actions={<Button onClick={() => setAll(true)}>End all</Button>}
        >
          Sign-ins
        </Header>
      }
    >
      <Asked query={list} what="your sign-ins">
        {({ items }) =>
          items.length === 0 ? (
            <Nothing title="No sign-ins">This page is asked for by a token.</Nothing>
          ) : (
            <List
              ariaLabel="Sign-ins"
              items={items}
              disablePaddings
              renderItem={s => ({
                id: s.id,
                content: (
                  <SpaceBetween direction="horizontal" size="xs">
                    <Box variant="strong">{kinds[s.kind] ?? s.kind}</Box>
                    {s.current && <Badge color="green">This one</Badge>}
                  </SpaceBetween>
                ),
                secondaryContent: <About signIn={s} />,
                actions: s.current ? undefined : (
                  <Button ariaLabel={`End the sign-in from ${s.address ?? 'somewhere'}`} onClick={() => end.run(s)}>
                    End
                  </Button>
                ),
              })}
            />
          )
        }
      </Asked>
      {end.dialog}
      {endAll.dialog}
      {all && (
        <Confirm
          title="End all your sign-ins?"
          verb="End all"
          running={endAll.running}
          error={endAll.error}
          onConfirm={() => endAll.run()}
          onCancel={() => setAll(false)}
        >
          <p>You are signed out everywhere, here too, and sign in again. Tokens go on working: revoke them below.</p>
        </Confirm>
      )}
    </Container>
  )
}

const programs: [part: RegExp, name: string][] = [
  [/\bEdg(?:e|A|iOS)?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\bFirefox\/|\bFxiOS\//, 'Firefox'],
  [/Chrome\/|\bCriOS\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
]
const systems: [part: RegExp, name: string][] = [
  [/Android/, 'Android'],
  [/iPhone|iPad/, 'iOS'],
  [/Windows/, 'Windows'],
  [/Mac OS X/, 'macOS'],
  [/Linux/, 'Linux'],
]

/** programOf names browser and system as people do; what is not known is shown as it said. */
function programOf(userAgent: string): string {
  const program = programs.find(([part]) => part.test(userAgent))?.[1]
  const system = systems.find(([part]) => part.test(userAgent))?.[1]
  return program && system ? `${program} on ${system}` : userAgent
}

function About({ signIn: s }: { signIn: SignIn }) {
  return (
    <Box color="text-body-secondary">
      {s.userAgent && <div title={s.userAgent}>{programOf(s.userAgent)}</div>}
      <div>
        by {s.provider}
        {s.address && `, from ${s.address}`} · since <Instant at={s.startedAt} /> · used{' '}
        <Instant at={s.lastSeenAt} relative /> · ends <Instant at={s.expiresAt} />
      </div>
    </Box>
  )
}
