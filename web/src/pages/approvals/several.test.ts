import { expect, test } from 'vitest'
import { ProblemError, type Schemas } from '../../api/client'
import { decideEach, type Outcome } from './several'

const problem = (code: string, status: number) =>
  new ProblemError({ code, status, title: code, type: 'about:blank', detail: code })
const done = (id: string) => Promise.resolve({ id } as Schemas['Request'])

test('each request has its own outcome, and one refusal does not stop the others', async () => {
  const outcomes = new Map<string, Outcome>()
  const refused = problem('conflict', 409)
  const all = await decideEach(['a', 'b', 'c'], outcomes, id => (id === 'b' ? Promise.reject(refused) : done(id)))
  expect(all).toEqual([
    { id: 'a', request: { id: 'a' } },
    { id: 'b', error: refused },
    { id: 'c', request: { id: 'c' } },
  ])
})

test('after a demanded proof it goes on where it was, and decides nothing twice', async () => {
  const outcomes = new Map<string, Outcome>()
  const called: string[] = []
  let proven = false
  const decide = (id: string) => {
    called.push(id)
    return id === 'b' && !proven ? Promise.reject(problem('step_up_required', 403)) : done(id)
  }
  await expect(decideEach(['a', 'b', 'c'], outcomes, decide)).rejects.toThrow('step_up_required')
  proven = true
  const all = await decideEach(['a', 'b', 'c'], outcomes, decide)
  expect(called).toEqual(['a', 'b', 'b', 'c'])
  expect(all.every(o => o.request)).toBe(true)
})

test('what failed is tried again, what was decided is not', async () => {
  const outcomes = new Map<string, Outcome>([
    ['a', { id: 'a', request: { id: 'a' } as Schemas['Request'] }],
    ['b', { id: 'b', error: problem('unavailable', 503) }],
  ])
  const called: string[] = []
  await decideEach(['a', 'b'], outcomes, id => {
    called.push(id)
    return done(id)
  })
  expect(called).toEqual(['b'])
})
