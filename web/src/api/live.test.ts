import { QueryClient, QueryObserver } from '@tanstack/react-query'
import { expect, test, vi } from 'vitest'
import { askAgain, concernedBy } from './live'

test.each([
  ['request.created', 'requests'],
  ['target.approved', 'elevations'],
  ['elevation.active', 'me'],
  ['policy.changed', 'requestable'],
  ['sign-in.ended', 'sign-ins'],
])('%s makes %s old', (kind, key) => {
  expect(concernedBy(kind)).toContain(key)
})

test('what nobody thought of makes everything old', () => {
  expect(concernedBy('novelty.happened')).toBeUndefined()
})

test('what is answered for the first time while something happens is asked again', async () => {
  const queries = new QueryClient()
  const answers: ((text: string) => void)[] = []
  const observer = new QueryObserver(queries, {
    queryKey: ['requests', 'one'],
    queryFn: () => new Promise<string>(answer => answers.push(answer)),
  })
  const stop = observer.subscribe(() => undefined)
  expect(answers).toHaveLength(1)
  askAgain(queries, q => q.queryKey[0] === 'requests')
  answers[0]?.('before')
  await vi.waitFor(() => expect(answers).toHaveLength(2))
  answers[1]?.('after')
  await vi.waitFor(() => expect(observer.getCurrentResult().data).toBe('after'))
  expect(answers).toHaveLength(2)
  stop()
})
