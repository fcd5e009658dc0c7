import type { SchoolNumber, SeatPoolId } from '../ids.ts'
import { err, ok, type Result } from '../result.ts'
import type { SchoolForm } from '../school/form.ts'
import { addDays, type CalendarDate, schoolYearOf } from '../time.ts'
import { ALL_GRADES, type GradeRange, gradesOf } from './grades.ts'
import type { SeatCount } from './seat-entry.ts'

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
  /**
   * Of these, how many last through the school year (`bleibend`): the fewest decided on for any day
   * from now until its end. What ends earlier is no seat for a child who comes now and stays.
   */
  readonly lasting: number
  /** Where children sit who came another way (`belegt von anderen Kindern`): a fact of today. */
  readonly others: number
  /** Kept back for expected arrivals, through `reserveUntil`; null: nothing is. */
  readonly reserve: number
  readonly reserveUntil: CalendarDate | null
}

/** A number of seats, and since and until when it holds. */
export type Capacity = {
  readonly seats: number
  readonly validFrom: CalendarDate
  /** The last day; null: until a later decision. */
  readonly validTo: CalendarDate | null
}

/**
 * The decision in force on a day: the newest of those that cover it; null before the first.
 * `decisions`: oldest first. Where a decision that had an end is over, the one before it holds again.
 */
export function capacityOn<C extends Capacity>(
  decisions: readonly C[],
  day: CalendarDate,
): C | null {
  return (
    decisions.findLast(({ validFrom, validTo }) => isWithinDays(day, validFrom, validTo)) ?? null
  )
}

/**
 * The fewest seats decided on for any day from `day` until the end of its school year: what a child
 * who comes on that day and stays can be promised. Never more than on the day itself; a day on which
 * nothing is decided has none. `decisions`: oldest first.
 */
export function lastingSeats(decisions: readonly Capacity[], day: CalendarDate): number {
  const last = lastDay(schoolYearOf(day))
  let fewest = capacityOn(decisions, day)?.seats ?? 0
  let turn = nextChange(decisions, day)
  while (turn !== null && turn <= last) {
    fewest = Math.min(fewest, capacityOn(decisions, turn)?.seats ?? 0)
    turn = nextChange(decisions, turn)
  }
  return fewest
}

/** A decision with the day on which somebody made it. */
type MadeCapacity = Capacity & { readonly decidedOn: CalendarDate }

/**
 * Since when later decisions have replaced one of `decisions` (oldest first) for good; null while a
 * day from `today` on is left to it, and where it ended by itself. One that never comes to hold is
 * replaced on the day somebody decided so.
 */
export function replacedOn(
  decisions: readonly MadeCapacity[],
  decision: MadeCapacity,
  today: CalendarDate,
): CalendarDate | null {
  const newer = decisions.slice(decisions.indexOf(decision) + 1)
  const starts = startsLeft(decision, newer)
  const last = starts.at(-1)
  if (last === undefined) {
    const by = newer.find(
      (_, index) => startsLeft(decision, newer.slice(0, index + 1)).length === 0,
    )
    return by?.decidedOn ?? null
  }
  const next = newer
    .map(({ validFrom }) => validFrom)
    .filter((from) => from > last && (decision.validTo === null || from <= decision.validTo))
    .toSorted()[0]
  return next !== undefined && next <= today ? next : null
}

/** The days on which a decision comes to hold, or holds again, beside the newer ones; in order. */
function startsLeft(
  { validFrom, validTo }: Capacity,
  newer: readonly Capacity[],
): readonly CalendarDate[] {
  const after = newer.flatMap((one) => (one.validTo === null ? [] : addDays(one.validTo, 1)))
  return [validFrom, ...after]
    .filter((day) => isWithinDays(day, validFrom, validTo) && capacityOn(newer, day) === null)
    .toSorted()
}

/** The first day after `day` on which another decision is in force than on the day before it; null: none. */
export function nextChange(decisions: readonly Capacity[], day: CalendarDate): CalendarDate | null {
  const turns = decisions.flatMap(({ validFrom, validTo }) =>
    validTo === null ? [validFrom] : [validFrom, addDays(validTo, 1)],
  )
  const ahead = [...new Set(turns)].filter((turn) => turn > day).toSorted()
  return (
    ahead.find(
      (turn) => capacityOn(decisions, turn) !== capacityOn(decisions, addDays(turn, -1)),
    ) ?? null
  )
}

/**
 * The day on which a pool's numbers are told: today, and of a later school year its first day, from
 * which its seats can be sat on.
 */
export function tellingDay(schoolYear: number, today: CalendarDate): CalendarDate {
  const first: CalendarDate = `${schoolYear}-08-01`
  return today > first ? today : first
}

/** The last day of a school year. */
function lastDay(schoolYear: number): CalendarDate {
  return `${schoolYear + 1}-07-31`
}

function isWithinDays(day: CalendarDate, from: CalendarDate, to: CalendarDate | null): boolean {
  return from <= day && (to === null || day <= to)
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

/** Why a decision is what it is: somebody's reason, or that it goes on as in the year before. */
export type DecisionReason = CapacityReason | 'carried_over'

/** The most seats one pool may have. Ours: it catches a typing slip. */
const MOST_SEATS = 500
/** The most parallel classes of one grade. Ours as well. */
const MOST_CLASSES = 40

export type SeatDecision = Omit<SeatPool, 'id' | 'lasting' | 'reserve' | 'reserveUntil'> &
  Pick<Capacity, 'validFrom' | 'validTo'> & {
    /** Parallel classes of each grade (Züge); null: nobody said. */
    readonly classes: number | null
    /** The pool that is changed; null: a new one. */
    readonly id: SeatPoolId | null
    readonly form: SchoolForm
  }

/** What the decision is held against, read in the transaction that stores it. */
export type SeatFacts = {
  /** The school's other pools; of other years and kinds too, they do no harm. */
  readonly pools: readonly SeatPool[]
  /** The seats of the changed pool as they are now; null for a new one. */
  readonly now: Pick<SeatCount, 'held' | 'assigned' | 'taken' | 'reserve'> | null
  readonly today: CalendarDate
}

export type SeatDecisionRefusal =
  | { readonly code: 'seats_out_of_range'; readonly min: number; readonly max: number }
  | { readonly code: 'others_above_seats'; readonly max: number }
  | { readonly code: 'classes_out_of_range'; readonly min: number; readonly max: number }
  | { readonly code: 'grade_range_invalid'; readonly from: number; readonly to: number }
  | { readonly code: 'grades_not_taught'; readonly from: number; readonly to: number }
  | { readonly code: 'pool_overlaps'; readonly from: number; readonly to: number }
  | {
      readonly code: 'validity_invalid'
      readonly earliest: CalendarDate
      readonly latest: CalendarDate
    }
  /** `taken`: where children sit or are assigned; all figures as they stood in the transaction. */
  | {
      readonly code: 'capacity_below_taken'
      readonly least: number
      readonly taken: number
      readonly held: number
      readonly reserve: number
    }

/**
 * Decides how many seats a pool has, from a day and until a day of its school year. Refused:
 * `seats_out_of_range` (whole numbers from 0 to 500), `others_above_seats`, `classes_out_of_range`,
 * `grade_range_invalid`, `grades_not_taught` by a school of this form, `pool_overlaps` when another
 * pool of the school, kind and year holds one of the grades (a seat would be counted twice),
 * `validity_invalid` (from the past, beyond the school year, or an end before its start), and
 * `capacity_below_taken` with the figures, whatever its days (a promised seat is not taken away by a
 * number, neither at once nor by announcing it).
 */
export function decideSeats(
  decision: SeatDecision,
  facts: SeatFacts,
): Result<SeatDecision, SeatDecisionRefusal> {
  const refusal =
    checkNumbers(decision) ??
    checkGrades({ from: decision.gradeFrom, to: decision.gradeTo }, gradesOf(decision.form)) ??
    checkOverlap(decision, facts.pools) ??
    checkValidity(decision, facts.today) ??
    checkTaken(decision, facts.now)
  return refusal === null ? ok(decision) : err(refusal)
}

function checkNumbers({ decided, others, classes }: SeatDecision): SeatDecisionRefusal | null {
  if (!isCount(decided, MOST_SEATS)) return { code: 'seats_out_of_range', min: 0, max: MOST_SEATS }
  if (!isCount(others, decided)) return { code: 'others_above_seats', max: decided }
  if (classes === null || (isCount(classes, MOST_CLASSES) && classes > 0)) return null
  return { code: 'classes_out_of_range', min: 1, max: MOST_CLASSES }
}

function isCount(number: number, most: number): boolean {
  return Number.isInteger(number) && number >= 0 && number <= most
}

/** The days on which a decision about a pool may begin to hold, and the last on which it can. */
function checkValidity(
  { validFrom, validTo, schoolYear }: SeatDecision,
  today: CalendarDate,
): SeatDecisionRefusal | null {
  const earliest = tellingDay(schoolYear, today)
  const latest = lastDay(schoolYear)
  const isWithin = earliest <= validFrom && validFrom <= latest
  const endsRight = validTo === null || (validFrom <= validTo && validTo <= latest)
  return isWithin && endsRight ? null : { code: 'validity_invalid', earliest, latest }
}

function checkTaken(
  { decided, others }: SeatDecision,
  now: SeatFacts['now'],
): SeatDecisionRefusal | null {
  if (now === null) return null
  const { held, assigned, reserve } = now
  const taken = others + assigned + now.taken
  const least = taken + held + reserve
  return decided < least ? { code: 'capacity_below_taken', least, taken, held, reserve } : null
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

type Place = Pick<SeatPool, 'schoolNumber' | 'schoolYear' | 'kind' | 'gradeFrom' | 'gradeTo'>

/** Whether two pools would count the same seats: same school, kind and year, a grade in common. */
function sharesSeats(one: Place, other: Place): boolean {
  return (
    one.schoolNumber === other.schoolNumber &&
    one.schoolYear === other.schoolYear &&
    one.kind === other.kind &&
    one.gradeFrom <= other.gradeTo &&
    other.gradeFrom <= one.gradeTo
  )
}

export type ReserveRefusal =
  | { readonly code: 'reserve_until_past'; readonly earliest: CalendarDate }
  | { readonly code: 'reserve_until_too_late'; readonly latest: CalendarDate }
  | { readonly code: 'reserve_above_free'; readonly free: number }

/**
 * Keeps seats of a pool back for expected arrivals, through a day of its school year; 0 gives them
 * free again. Refused: more than are free (what is kept back already counts as free here),
 * `reserve_until_past`, `reserve_until_too_late`.
 */
export function keepReserve(
  pool: Pick<SeatPool, 'schoolYear'>,
  count: Pick<SeatCount, 'free' | 'reserve'>,
  wanted: { readonly seats: number; readonly until: CalendarDate; readonly today: CalendarDate },
): Result<
  { readonly reserve: number; readonly reserveUntil: CalendarDate | null },
  ReserveRefusal
> {
  const { seats, until, today } = wanted
  if (seats === 0) return ok({ reserve: 0, reserveUntil: null })
  const latest = lastDay(pool.schoolYear)
  if (until < today) return err({ code: 'reserve_until_past', earliest: today })
  if (until > latest) return err({ code: 'reserve_until_too_late', latest })
  const free = count.free + count.reserve
  if (!isCount(seats, free)) return err({ code: 'reserve_above_free', free })
  return ok({ reserve: seats, reserveUntil: until })
}
