import { expect, test } from 'vitest'
import { bodyOf, durationOf, emptyDraft, missingIn, startOf, typed } from './draft'
import { presetsUpTo } from './HowLong'

const limits = {
  commentRequired: false,
  maxDurationSeconds: 28_800,
  maxExtensions: 1,
  maxTargets: 10,
  minDurationSeconds: 900,
  startHorizonSeconds: 86_400,
  ticketRequired: true,
}

test('hours and minutes are a duration', () => {
  expect(durationOf({ hours: '1', minutes: '30' })).toBe(5400)
  expect(durationOf({ hours: '', minutes: '45' })).toBe(2700)
  expect(durationOf({ hours: '0', minutes: '0' })).toBeUndefined()
  expect(durationOf({ hours: 'x', minutes: '1' })).toBeUndefined()
  expect(durationOf({ hours: '1', minutes: '-90' })).toBeUndefined()
  expect(typed(5400)).toEqual({ hours: '1', minutes: '30' })
})

test('usual durations are those that are possible, and the longest', () => {
  expect(presetsUpTo(900, 5400)).toEqual([900, 1800, 3600, 5400])
  expect(presetsUpTo(3600, 3600)).toEqual([3600])
  expect(presetsUpTo(60, 90)).toEqual([])
})

test('a later start needs a day and a time', () => {
  expect(startOf({ ...emptyDraft, date: '2026-11-25' })).toBeUndefined()
  expect(startOf({ ...emptyDraft, date: '2026-13-25', time: '10:00' })).toBeUndefined()
  expect(startOf({ ...emptyDraft, date: '2026-11-25', time: '10:05' })?.getMinutes()).toBe(5)
})

test('what is missing is said by field, and what is not wanted is not sent', () => {
  expect(Object.keys(missingIn({ ...emptyDraft, later: true }, limits)).sort()).toEqual([
    'justification',
    'start',
    'targets',
    'ticket',
  ])
  const draft = {
    ...emptyDraft,
    targets: [{ accountId: '1', accountName: 'a', permissionSetArn: 'p' }],
    date: '2026-11-25',
    time: '10:00',
    justification: ' why ',
  }
  expect(missingIn(draft, { ...limits, ticketRequired: false })).toEqual({})
  expect(bodyOf(draft)).toEqual({
    targets: [{ accountId: '1', permissionSetArn: 'p' }],
    durationSeconds: 3600,
    justification: 'why',
  })
})
