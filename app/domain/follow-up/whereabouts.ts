import { type CalendarDate, schoolYearOf } from '../time.ts'

/** From this day of a school year on a school is asked whether its newcomers are still there. */
const ASKED_FROM = '10-01'

/** Whom a school is asked about on a day. */
export type WhereaboutsAsked = {
  /** The year the school year starts in: 2026 for 2026/27. */
  readonly schoolYear: number
  /** Children whose first school day lies before this day; null: nobody is asked about yet. */
  readonly startedBefore: CalendarDate | null
}

/**
 * The yearly question whether a child is still at its school (Verbleib): once a school year, from
 * 1 October on, about children who came before that day. No law asks for it; both are our setting.
 */
export function whereaboutsAsked(today: CalendarDate): WhereaboutsAsked {
  const schoolYear = schoolYearOf(today)
  const from = `${String(schoolYear).padStart(4, '0')}-${ASKED_FROM}` as CalendarDate
  return { schoolYear, startedBefore: today >= from ? from : null }
}
