import { err, ok, type Result } from '../result.ts'
import type { CalendarDate } from '../time.ts'
import type { SchoolingRow } from './interview.ts'

/** How many years after the year of birth schooling can start. Ours: it catches a typing slip. */
const YOUNGEST_SCHOOL_AGE = 3

export type SchoolingFacts = { readonly birthYear: number; readonly today: CalendarDate }

export type SchoolingRefusal =
  | { readonly code: 'schooling_order'; readonly fromYear: number; readonly toYear: number }
  | { readonly code: 'schooling_before_age'; readonly earliest: number }
  | { readonly code: 'schooling_in_future'; readonly latest: number }
  | { readonly code: 'schooling_years_too_many'; readonly most: number }

/**
 * A row of the school biography whose years can be true: in order, not before the child was three,
 * not after this year, and no more years of schooling than the time holds (2019 to 2021: three).
 * Refused: `schooling_order`, `schooling_before_age`, `schooling_in_future`,
 * `schooling_years_too_many`.
 */
export function checkSchooling(
  row: SchoolingRow,
  facts: SchoolingFacts,
): Result<SchoolingRow, SchoolingRefusal> {
  const { fromYear, toYear, years } = row
  const earliest = facts.birthYear + YOUNGEST_SCHOOL_AGE
  const latest = Number(facts.today.slice(0, 4))
  const most = toYear - fromYear + 1
  if (fromYear > toYear) return err({ code: 'schooling_order', fromYear, toYear })
  if (fromYear < earliest) return err({ code: 'schooling_before_age', earliest })
  if (toYear > latest) return err({ code: 'schooling_in_future', latest })
  if (years < 0 || years > most) return err({ code: 'schooling_years_too_many', most })
  return ok(row)
}

/** All years of schooling together. */
export function schoolingYears(rows: readonly SchoolingRow[]): number {
  return rows.reduce((sum, { years }) => sum + years, 0)
}
