import { addDays, today as berlinDay, type CalendarDate } from '#app/domain/time.ts'

/** The day it is in Berlin. */
export function today(): CalendarDate {
  return berlinDay({ now: () => new Date() })
}

/** The first 31.01. or 31.07. at least eight weeks after a day. */
export function nextReviewAfter(day: CalendarDate): CalendarDate {
  const earliest = addDays(day, 8 * 7)
  const year = Number(earliest.slice(0, 4))
  const halfYears = [`${year}-01-31`, `${year}-07-31`, `${year + 1}-01-31`] as CalendarDate[]
  return halfYears.find((end) => end >= earliest) as CalendarDate
}
