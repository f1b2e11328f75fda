import { expect, test } from 'vitest'
import { absolute, ago, duration, instant, left } from './clock'

const now = Date.parse('2026-11-25T21:00:00Z')

test('an instant of today is a time of the day, in the zone of the browser', () => {
  expect(instant('2026-11-25T13:05:00Z', now)).toBe('14:05')
  // It is 25 November in UTC, and the 26th here.
  expect(instant('2026-11-25T23:30:00Z', now)).toBe('26 Nov 2026, 00:30')
})

test('an absolute time says its zone, and UTC', () => {
  expect(absolute('2026-11-25T13:05:07.123Z')).toMatch(/14:05:07 .* · 2026-11-25T13:05:07Z$/)
})

test.each([
  [-5, '0 s'],
  [59.9, '59 s'],
  [60, '1 min'],
  [3600, '1 h'],
  [5459, '1 h 30 min'],
  [90_061, '1 d 1 h 1 min'],
])('%s seconds are %s', (seconds, words) => {
  expect(duration(seconds)).toBe(words)
})

test.each([
  [0, ''],
  [-1, ''],
  [0.2, '1 s'],
  [59, '59 s'],
  [61, '1 min 1 s'],
  [299, '4 min 59 s'],
  [3900, '1 h 5 min'],
])('%s seconds before its end %s is left', (seconds, words) => {
  expect(left(new Date(now + seconds * 1000).toISOString(), now)).toBe(words)
})

test.each([
  [-10, 'less than a minute ago'],
  [-200, '3 min ago'],
  [-200_000, '2 d ago'],
  [7200, 'in 2 h'],
])('what is %s seconds away is %s', (seconds, words) => {
  expect(ago(new Date(now + seconds * 1000).toISOString(), now)).toBe(words)
})
