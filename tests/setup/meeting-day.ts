import { addDays, type CalendarDate } from '#app/domain/time.ts'

/**
 * The first day from so many days on that is no Sunday: nobody is appointed then, and tests that go
 * by the true clock run on every day of the week.
 */
export function meetingDay(day: CalendarDate, days: number): CalendarDate {
  const on = addDays(day, days)
  return new Date(`${on}T00:00:00Z`).getUTCDay() === 0 ? addDays(on, 1) : on
}
