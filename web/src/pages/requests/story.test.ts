import { expect, test } from 'vitest'
import type { Schemas } from '../../api/client'
import { storyOf } from './story'

type Request = Schemas['Request']
type Target = Schemas['Target']
type Delivery = Schemas['Delivery']

const at = '2026-11-25T10:00:00Z'
const rita = { id: 'u1', displayName: 'Rita Moreau' }
const anton = { id: 'u2', displayName: 'Anton Pavlik' }

function request(target: Partial<Target>, elevation?: Partial<Delivery>): [Request, Target] {
  const t: Target = {
    id: 't',
    accountId: '111122223333',
    permissionSetArn: 'p',
    decision: 'approved',
    status: 'approved',
    ...target,
    ...(elevation && {
      elevation: {
        id: 'e',
        attempt: 1,
        durationSeconds: 3600,
        extensions: 0,
        startAt: at,
        state: 'active',
        status: 'in progress',
        ...elevation,
      },
    }),
  }
  const r: Request = {
    id: 'r',
    beneficiary: rita,
    filedBy: rita,
    createdAt: at,
    durationSeconds: 3600,
    expiresAt: at,
    justification: 'Because',
    kind: 'access',
    machine: false,
    startAt: at,
    status: 'approved',
    targets: [t],
  }
  return [r, t]
}

const titles = (...of: Parameters<typeof storyOf>) => storyOf(...of).map(c => c.title)
const vote = (approve: boolean, more = {}) => ({ approve, at, stage: 1, voter: anton, ...more })

test('a request that waits says for whom', () => {
  const story = storyOf(
    ...request(
      {
        decision: 'pending',
        approval: { needed: 2, stage: 1, stages: [{ required: 2, candidates: [anton] }] },
      },
      { state: 'waiting' },
    ),
  )
  expect(story.map(c => c.title)).toEqual(['Asked by Rita Moreau', 'Waits for 2 approvals'])
  expect(story[1]?.details).toEqual(['Who may decide: Anton Pavlik.'])
})

test('access is told as given only once AWS confirmed it', () => {
  expect(titles(...request({ votes: [vote(true)] }, { state: 'activating' }))).toEqual([
    'Asked by Rita Moreau',
    'Approved by Anton Pavlik',
    'Being given: asked of AWS, not confirmed yet',
  ])
  expect(titles(...request({ votes: [vote(true)] }, { activatedAt: at, endsAt: at })).at(-1)).toBe(
    'Given: AWS confirmed the access, for 1 h',
  )
})

test('access is told as gone only once AWS confirmed it', () => {
  const given = { activatedAt: at, reason: 'revoked', endedBy: anton } as const
  expect(titles(...request({}, { ...given, state: 'ending' })).at(-1)).toBe(
    'It was revoked by Anton Pavlik: being removed in AWS',
  )
  expect(titles(...request({}, { ...given, state: 'ended', endedAt: at })).at(-1)).toBe(
    'It was revoked by Anton Pavlik: AWS confirmed that the access is gone',
  )
})

test('what was never given is not told as removed', () => {
  const [failed] = storyOf(...request({}, { state: 'ended', reason: 'failed', detail: 'The quota is reached' })).slice(
    -1,
  )
  expect(failed?.title).toBe('AWS could not give the access')
  expect(failed?.details).toEqual(['The quota is reached'])
  expect(
    titles(...request({ decision: 'rejected', votes: [vote(false)] }, { state: 'ended', reason: 'rejected' })),
  ).toEqual(['Asked by Rita Moreau', 'Rejected by Anton Pavlik'])
})

test('a vote that does not count any more is told so', () => {
  expect(titles(...request({ decision: 'expired', votes: [vote(true, { void: true })] }))).toEqual([
    'Asked by Rita Moreau',
    'Approved by Anton Pavlik, which does not count any more',
    'Expired: nobody decided in time',
  ])
})

test('a machine that asked is named', () => {
  const [r, t] = request({ votes: [] })
  expect(titles({ ...r, machine: true, filedBy: { id: 'm', userName: 'pipeline' } }, t)).toEqual([
    'Asked by pipeline, for Rita Moreau',
    'No approval was needed',
  ])
})
