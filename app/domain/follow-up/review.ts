import { LEGAL_SOURCES } from '../law/legal-source.ts'
import { err, ok, type Result } from '../result.ts'
import { addDays, type CalendarDate } from '../time.ts'
import { type GerLevel, reachesB1 } from './ger-level.ts'

/** A half-yearly review (Lernstand): day and level, never the report's text. */
export type Review = {
  readonly on: CalendarDate
  readonly gerLevel: GerLevel
  /** Whether the school considers B1 reached. */
  readonly b1: boolean
}

/** How long after the first school day, or the last review, a review may first fall due, in days. */
export const REVIEW_PAUSE_DAYS = 56

/** The half-yearly reviews are no law but local practice. */
export const REVIEW_SOURCE = LEGAL_SOURCES.localRule

/**
 * The day the next review is due: the next 31 January or 31 July that lies at least eight weeks
 * after `since`, the first school day or the last review (örtliche Regel).
 */
export function nextReview(since: CalendarDate): CalendarDate {
  const earliest = addDays(since, REVIEW_PAUSE_DAYS)
  const year = earliest.slice(0, 4)
  const monthAndDay = earliest.slice(5)
  if (monthAndDay <= '01-31') return `${year}-01-31` as CalendarDate
  if (monthAndDay <= '07-31') return `${year}-07-31` as CalendarDate
  return `${String(Number(year) + 1).padStart(4, '0')}-01-31` as CalendarDate
}

export type ReviewRefusal = {
  readonly code: 'review_contradicts_level'
  readonly gerLevel: GerLevel
  readonly b1: boolean
}

/**
 * A review whose two answers fit: B1 is reached exactly from level B1 on; between A2 and B1 the
 * school may say either. Refused: `review_contradicts_level`.
 */
export function checkReview(review: Review): Result<Review, ReviewRefusal> {
  const { gerLevel, b1 } = review
  if (gerLevel === 'A2/B1' || b1 === reachesB1(gerLevel)) return ok(review)
  return err({ code: 'review_contradicts_level', gerLevel, b1 })
}
