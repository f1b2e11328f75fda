// Instants as people read them. The server's clock counts: what a countdown shows must not depend on the browser's.

let ahead = 0 // milliseconds that the server's clock is ahead of this one

/** noteServerTime learns from an answer's Date header, which is a second coarse. */
export function noteServerTime(date: string | null) {
  if (!date) return
  const difference = Date.parse(date) + 500 - Date.now()
  if (Number.isFinite(difference) && Math.abs(difference - ahead) > 1500) ahead = difference
}

/** serverNow is the server's time, in milliseconds. */
export const serverNow = () => Date.now() + ahead

/** zone is the browser's time zone, as it is shown beside every time: "Europe/Berlin". */
export const zone = Intl.DateTimeFormat().resolvedOptions().timeZone

const day = new Intl.DateTimeFormat('en-GB', { year: 'numeric', month: 'short', day: 'numeric' })
const minute = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
const full = new Intl.DateTimeFormat('en-GB', {
  dateStyle: 'full',
  timeStyle: 'long',
  hourCycle: 'h23',
} as Intl.DateTimeFormatOptions)

/** instant is a time in the browser's zone: "25 Nov 2026, 14:05"; today's without the day. */
export function instant(at: string | Date, now = serverNow()): string {
  const t = new Date(at)
  const today = day.format(t) === day.format(new Date(now))
  return today ? minute.format(t) : `${day.format(t)}, ${minute.format(t)}`
}

/** absolute is a time in full, with its zone and in UTC, for titles. */
export function absolute(at: string | Date): string {
  const t = new Date(at)
  return `${full.format(t)} · ${t.toISOString().replace(/\.\d+Z$/, 'Z')}`
}

/** duration is a number of seconds in words: "1 h 30 min". */
export function duration(seconds: number): string {
  if (seconds < 60) return `${Math.max(0, Math.floor(seconds))} s`
  const minutes = Math.floor(seconds / 60)
  const days = Math.floor(minutes / 1440)
  const hours = Math.floor((minutes % 1440) / 60)
  return [days && `${days} d`, hours && `${hours} h`, minutes % 60 && `${minutes % 60} min`].filter(Boolean).join(' ')
}

/** left is what remains until an instant: "1 h 5 min", below five minutes with seconds; "" when it has come. */
export function left(until: string, now = serverNow()): string {
  const seconds = Math.ceil((Date.parse(until) - now) / 1000)
  if (seconds <= 0) return ''
  if (seconds < 300) return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`
  return duration(seconds)
}

/** ago is how long something is past, or until it comes: "3 min ago", "in 2 h". */
export function ago(at: string, now = serverNow()): string {
  const seconds = Math.round((now - Date.parse(at)) / 1000)
  const about = (n: number) =>
    n < 60 ? 'less than a minute' : n < 86_400 ? duration(n - (n % 60)) : `${Math.floor(n / 86_400)} d`
  return seconds >= 0 ? `${about(seconds)} ago` : `in ${about(-seconds)}`
}
