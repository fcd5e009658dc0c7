import type { SchoolNumber, SeatPoolId } from '../ids.ts'
import { err, ok, type Result } from '../result.ts'
import type { SchoolForm } from '../school/form.ts'
import { ALL_GRADES, type GradeRange, gradesOf } from './grades.ts'

/** A support place (Förderplatz) now, a regular place (Regelplatz) later (domain.md §3.7). */
export type SeatKind = 'support' | 'regular'

/** The seats of one kind at one school for some grades of one school year. */
export type SeatPool = {
  readonly id: SeatPoolId
  readonly schoolNumber: SchoolNumber
  /** The year the school year starts in: 2026 for 2026/27. */
  readonly schoolYear: number
  readonly gradeFrom: number
  readonly gradeTo: number
  readonly kind: SeatKind
  /** How many seats the school or its owner has decided on. Never a formula. */
  readonly decided: number
}

/** Why a capacity is what it is, in terms of § 46 Abs. 3 SchulG (OVG NRW 19 B 457/24). */
export const CAPACITY_REASONS = [
  'owner_resolution',
  'rooms',
  'teachers',
  'balanced_classes',
  'learning_conditions',
  'other',
] as const
export type CapacityReason = (typeof CAPACITY_REASONS)[number]

/** The most seats one pool may have. Ours: it catches a typing slip. */
const MOST_SEATS = 500

export type SeatDecision = Omit<SeatPool, 'id'> & {
  /** The pool that is changed; null: a new one. */
  readonly id: SeatPoolId | null
  readonly form: SchoolForm
}

/** What the decision is held against, read in the transaction that stores it. */
export type SeatFacts = {
  /** The school's other pools; of other years and kinds too, they do no harm. */
  readonly pools: readonly SeatPool[]
  /** Seats of the changed pool that are held, assigned or taken now; 0 for a new one. */
  readonly taken: number
}

export type SeatDecisionRefusal =
  | { readonly code: 'seats_out_of_range'; readonly min: number; readonly max: number }
  | { readonly code: 'grade_range_invalid'; readonly from: number; readonly to: number }
  | { readonly code: 'grades_not_taught'; readonly from: number; readonly to: number }
  | { readonly code: 'pool_overlaps'; readonly from: number; readonly to: number }
  | { readonly code: 'capacity_below_taken'; readonly taken: number }

/**
 * Decides how many seats a pool has. Refused: `seats_out_of_range` (whole numbers from 0 to 500),
 * `grade_range_invalid`, `grades_not_taught` by a school of this form, `pool_overlaps` when another
 * pool of the school, kind and year holds one of the grades (a seat would be counted twice), and
 * `capacity_below_taken` (a promised seat is not taken away by a number).
 */
export function decideSeats(
  decision: SeatDecision,
  facts: SeatFacts,
): Result<Omit<SeatPool, 'id'>, SeatDecisionRefusal> {
  const { id, form, ...pool } = decision
  const refusal =
    checkNumber(pool.decided) ??
    checkGrades({ from: pool.gradeFrom, to: pool.gradeTo }, gradesOf(form)) ??
    checkOverlap(decision, facts.pools)
  if (refusal !== null) return err(refusal)
  if (pool.decided < facts.taken) return err({ code: 'capacity_below_taken', taken: facts.taken })
  return ok(pool)
}

function checkNumber(decided: number): SeatDecisionRefusal | null {
  if (Number.isInteger(decided) && decided >= 0 && decided <= MOST_SEATS) return null
  return { code: 'seats_out_of_range', min: 0, max: MOST_SEATS }
}

function checkGrades(range: GradeRange, taught: GradeRange): SeatDecisionRefusal | null {
  const whole = Number.isInteger(range.from) && Number.isInteger(range.to)
  if (!whole || range.from > range.to || !isWithin(range, ALL_GRADES)) {
    return { code: 'grade_range_invalid', ...range }
  }
  return isWithin(range, taught) ? null : { code: 'grades_not_taught', ...taught }
}

function isWithin(range: GradeRange, outer: GradeRange): boolean {
  return range.from >= outer.from && range.to <= outer.to
}

function checkOverlap(
  decision: SeatDecision,
  pools: readonly SeatPool[],
): SeatDecisionRefusal | null {
  const other = pools.find((pool) => pool.id !== decision.id && sharesSeats(pool, decision))
  if (other === undefined) return null
  return { code: 'pool_overlaps', from: other.gradeFrom, to: other.gradeTo }
}

/** Whether two pools would count the same seats: same school, kind and year, a grade in common. */
function sharesSeats(one: Omit<SeatPool, 'id'>, other: Omit<SeatPool, 'id'>): boolean {
  return (
    one.schoolNumber === other.schoolNumber &&
    one.schoolYear === other.schoolYear &&
    one.kind === other.kind &&
    one.gradeFrom <= other.gradeTo &&
    other.gradeFrom <= one.gradeTo
  )
}
