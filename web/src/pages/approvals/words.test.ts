import { expect, test } from 'vitest'
import type { Schemas } from '../../api/client'
import { decisionText, firstOf, lengthOf, neededText, settledText, several } from './words'

type Target = Schemas['Target']

const set = 'arn:aws:sso:::permissionSet/ssoins-1/ps-1'
const target = (t: Partial<Target>): Target => ({
  id: 'tgt_1',
  accountId: '111122223333',
  accountName: 'shop-prod',
  permissionSetArn: set,
  permissionSetName: 'ReadOnly',
  decision: 'pending',
  status: 'pending',
  ...t,
})
const request = (targets: Target[], r: Partial<Schemas['Request']> = {}): Schemas['Request'] => ({
  id: 'req_1',
  kind: 'access',
  status: 'pending',
  beneficiary: { id: 'u1', displayName: 'Rita' },
  filedBy: { id: 'u1' },
  machine: false,
  justification: 'x',
  startAt: '2026-11-25T10:00:00Z',
  durationSeconds: 7200,
  createdAt: '2026-11-25T10:00:00Z',
  expiresAt: '2026-11-25T12:00:00Z',
  targets,
  ...r,
})
const vote = (name: string, approve: boolean, v: Partial<Schemas['Vote']> = {}): Schemas['Vote'] => ({
  voter: { id: name, displayName: name },
  stage: 1,
  approve,
  at: '2026-11-25T10:00:00Z',
  ...v,
})

test('several words are joined as people say them', () => {
  expect(several(['a'], 'or')).toBe('a')
  expect(several(['a', 'b'], 'or')).toBe('a or b')
  expect(several(['a', 'b', 'c'], 'and')).toBe('a, b and c')
})

test('what is asked for is named by its first target', () => {
  expect(firstOf(request([target({})]))).toBe('ReadOnly in shop-prod')
  expect(firstOf(request([target({}), target({ id: 'tgt_2' }), target({ id: 'tgt_3' })]))).toBe(
    'ReadOnly in shop-prod and 2 more',
  )
  expect(lengthOf(request([], { kind: 'extension', durationSeconds: 3600 }))).toBe('1 h more')
})

test('what became of a target names who did it, and not whose vote is void or went the other way', () => {
  expect(
    settledText(
      target({
        decision: 'approved',
        votes: [vote('Selma', true), vote('Omar', true), vote('Old', true, { void: true })],
      }),
    ),
  ).toBe('approved by Selma and Omar')
  expect(settledText(target({ decision: 'rejected', votes: [vote('Selma', true), vote('Omar', false)] }))).toBe(
    'rejected by Omar',
  )
  expect(settledText(target({ decision: 'approved', votes: [] }))).toBe('approved: no policy asks for approval')
  expect(settledText(target({ decision: 'cancelled' }))).toBe('taken back by who asked')
})

test('an approval that does not settle it says that more are needed', () => {
  const waits = target({ approval: { stage: 1, needed: 1, stages: [] } })
  expect(decisionText(request([waits]), ['tgt_1'], true)).toBe(
    'Your approval counts: ReadOnly in shop-prod for Rita. It waits for 1 more.',
  )
  expect(decisionText(request([target({ decision: 'approved' })]), ['tgt_1'], true)).toBe(
    'Approved: ReadOnly in shop-prod for Rita.',
  )
  expect(decisionText(request([target({ decision: 'rejected' })]), ['tgt_1'], false)).toBe(
    'Rejected: ReadOnly in shop-prod for Rita.',
  )
})

test('who else could decide is named without oneself', () => {
  const candidates = ['me', 'Selma', 'Omar'].map(id => ({ id, displayName: id }))
  expect(neededText({ stage: 1, needed: 2, stages: [{ required: 2, candidates }] }, 'me')).toBe(
    '2 more approvals are needed, of different people. Besides you, Selma or Omar could.',
  )
  expect(
    neededText(
      {
        stage: 2,
        needed: 1,
        stages: [
          { required: 1, candidates },
          { required: 1, candidates: [{ id: 'me' }] },
        ],
      },
      'me',
    ),
  ).toBe('Stage 2 of 2: one more approval is needed. Nobody else could.')
})
