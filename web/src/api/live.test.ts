import { expect, test } from 'vitest'
import { concernedBy } from './live'

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
