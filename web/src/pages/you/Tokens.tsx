import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import List from '@cloudscape-design/components/list'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { answer, api, type Schemas } from '../../api/client'
import { Asked, Nothing } from '../../parts/Asked'
import { Confirm } from '../../parts/Confirm'
import { Instant } from '../../parts/Instant'
import { useAct } from '../../parts/useAct'
import { Issue } from './Issue'

type Token = Schemas['Token']

const nameOf = (t: Token) => t.label || 'A token without a label'

/** Tokens act in somebody's name, or in that of a machine client they own, for programs. */
export function Tokens() {
  const [issuing, setIssuing] = useState(false)
  const [revoking, setRevoking] = useState<Token>()
  const list = useQuery({
    queryKey: ['tokens', 'mine'],
    queryFn: () =>
      answer(api.GET('/api/v1/tokens', { params: { query: { scope: 'mine', state: 'working', limit: 200 } } })),
  })
  const revoke = useAct<Token>({
    call: t => answer(api.POST('/api/v1/tokens/{id}/revoke', { params: { path: { id: t.id } } })),
    done: () => 'The token is revoked.',
    onDone: () => setRevoking(undefined),
    makesOld: ['tokens'],
    quiet: true,
  })
  return (
    <Container
      header={
        <Header
          variant="h2"
          description="For programs that act in your name. A token cannot decide on requests."
          actions={<Button onClick={() => setIssuing(true)}>Issue a token</Button>}
        >
          Tokens
        </Header>
      }
    >
      <Asked query={list} what="your tokens">
        {({ items }) =>
          items.length === 0 ? (
            <Nothing title="No tokens">The command line needs none: team login signs in with the browser.</Nothing>
          ) : (
            <List
              ariaLabel="Tokens"
              items={items}
              disablePaddings
              renderItem={t => ({
                id: t.id,
                content: <Box variant="strong">{nameOf(t)}</Box>,
                secondaryContent: <About token={t} />,
                actions: (
                  <Button ariaLabel={`Revoke: ${nameOf(t)}`} onClick={() => setRevoking(t)}>
                    Revoke
                  </Button>
                ),
              })}
            />
          )
        }
      </Asked>
      {revoke.dialog}
      {issuing && <Issue close={() => setIssuing(false)} />}
      {revoking && !revoke.dialog && (
        <Confirm
          title="Revoke the token?"
          verb="Revoke"
          running={revoke.running}
          error={revoke.error}
          onConfirm={() => revoke.run(revoking)}
          onCancel={() => setRevoking(undefined)}
        >
          <p>{nameOf(revoking)} stops working at once. It cannot be brought back.</p>
        </Confirm>
      )}
    </Container>
  )
}

function About({ token: t }: { token: Token }) {
  return (
    <Box color="text-body-secondary">
      {t.machine && `For the machine ${t.machine.name} · `}may {t.scopes.join(', ')} · issued{' '}
      <Instant at={t.issuedAt} /> · expires <Instant at={t.expiresAt} /> ·{' '}
      {t.lastUsedAt ? (
        <>
          used <Instant at={t.lastUsedAt} relative />
        </>
      ) : (
        'not used yet'
      )}
    </Box>
  )
}
