/** A day on the German calendar, `YYYY-MM-DD`: what statutes count in. Carries no time zone. */
export type CalendarDate = `${number}-${number}-${number}`

/** A point in time in UTC, as `Date.toISOString()` writes it: what the audit trail counts in. */
export type Instant = `${string}T${string}Z`

/** The only source of "now". Production reads the system clock, tests set the day. */
export type Clock = { now(): Date }

const berlinDay = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Berlin' })

/** The day it is in Berlin, whatever zone the server runs in. */
export function today(clock: Clock): CalendarDate {
  return dayOf(instant(clock))
}

/** Now, in UTC, with milliseconds. */
export function instant(clock: Clock): Instant {
  return clock.now().toISOString() as Instant
}

let lastAsked: { readonly hour: string; readonly day: CalendarDate } | null = null

/**
 * The Berlin day on which an instant falls. The last answer is kept: a page asks for every row on
 * which day it is now, and within an hour of UTC no day begins in Berlin.
 */
export function dayOf(at: Instant): CalendarDate {
  const hour = at.slice(0, HOUR_LENGTH)
  if (lastAsked?.hour === hour) return lastAsked.day
  const day = berlinDay.format(new Date(at)) as CalendarDate
  lastAsked = { hour, day }
  return day
}

/** `2026-11-22T08` */
const HOUR_LENGTH = 13

/** `at` moved by whole hours (negative: back). Hours are exact: no daylight saving in UTC. */
export function addHours(at: Instant, hours: number): Instant {
  return new Date(Date.parse(at) + hours * 3_600_000).toISOString() as Instant
}

/** The day `count` days later (negative: earlier), by the calendar. */
export function addDays(date: CalendarDate, count: number): CalendarDate {
  return new Date(Date.parse(`${date}T00:00:00Z`) + count * 86_400_000)
    .toISOString()
    .slice(0, 10) as CalendarDate
}

/** Calendar days from `from` to `to`; negative when `to` is earlier. */
export function daysBetween(from: CalendarDate, to: CalendarDate): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000)
}

/**
 * The same day `count` months later, or the last day of that month where it is shorter
 * (30 November + 3 months = 28 February). § 188 Abs. 2 and 3 BGB.
 */
export function addMonths(date: CalendarDate, count: number): CalendarDate {
  const [year, month, day] = date.split('-').map(Number) as [number, number, number]
  const lastDay = new Date(Date.UTC(year, month + count, 0))
  lastDay.setUTCDate(Math.min(day, lastDay.getUTCDate()))
  return lastDay.toISOString().slice(0, 10) as CalendarDate
}

/** The calendar date in `text` (`YYYY-MM-DD`) when such a day exists, else null (30 February is none). */
export function toCalendarDate(text: string): CalendarDate | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return null
  const parsed = new Date(`${text}T00:00:00Z`)
  if (Number.isNaN(parsed.getTime()) || parsed.toISOString().slice(0, 10) !== text) return null
  return text as CalendarDate
}

/** The instant of a Berlin wall-clock time, or null where the night of the change skips it. */
export function berlinInstant(date: CalendarDate, time: `${string}:${string}`): Instant | null {
  for (const offset of ['+01:00', '+02:00']) {
    const candidate = new Date(`${date}T${time}:00${offset}`)
    if (Number.isNaN(candidate.getTime())) return null
    if (berlinWallClock.format(candidate) === `${date} ${time}`)
      return candidate.toISOString() as Instant
  }
  return null
}

const berlinWallClock = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'Europe/Berlin',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
})

/** The starting year of the school year a day lies in: school years run 1 August to 31 July (§ 7 SchulG). */
export function schoolYearOf(date: CalendarDate): number {
  const year = Number(date.slice(0, 4))
  return date.slice(5) >= '08-01' ? year : year - 1
}
