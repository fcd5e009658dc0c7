import type { CentreId, SchoolNumber, SeatPoolId } from '#app/domain/ids.ts'
import { type ClassSizeHint, classSizeBandOf, classSizeHint } from '#app/domain/law/class-size.ts'
import type { School } from '#app/domain/school/school.ts'
import { type GradeRange, gradesOf } from '#app/domain/seat/grades.ts'
import { countSeats, type SeatTally } from '#app/domain/seat/seat-entry.ts'
import { type DecisionReason, replacedOn, type SeatKind } from '#app/domain/seat/seat-pool.ts'
import {
  type CalendarDate,
  dayOf,
  type Instant,
  instant,
  schoolYearOf,
  today,
} from '#app/domain/time.ts'
import { can } from '#app/policy/policy.ts'
import type { Context } from '#app/services/context.server.ts'
import { kindsDecided } from '#app/services/seat/seat-permit.server.ts'
import {
  listDecisions,
  listPoolsOfSchool,
  type SeatPoolRow,
  tallyEntries,
  toSeatPool,
} from '#db/queries/seat.server.ts'
import type { Row } from '#db/schema.ts'
import { type TurnDue, turnDue } from './school-year-due.server.ts'

/** A pool of a school with its seats counted. */
export type ShownPool = {
  readonly poolId: SeatPoolId
  readonly version: number
  readonly schoolYear: number
  readonly gradeFrom: number
  readonly gradeTo: number
  readonly kind: SeatKind
  readonly decided: number
  /** Of these, those that last through the school year. */
  readonly lasting: number
  /** Parallel classes of each grade; null: nobody said. */
  readonly classes: number | null
  /** Where children sit who came another way. */
  readonly others: number
  /** All that is occupied: `others`, assigned and taken. */
  readonly taken: number
  readonly held: number
  readonly reserve: number
  /** The last day of the reserve; null: there is none. */
  readonly reserveUntil: CalendarDate | null
  readonly free: number
  /** The class size lies outside of the band, or at its upper end. */
  readonly hint: ClassSizeHint | null
}

/** What somebody decided about a pool; the newest first, those of later days among them. */
export type ShownDecision = {
  readonly id: string
  readonly poolId: SeatPoolId
  readonly seats: number
  readonly reason: DecisionReason
  readonly validFrom: CalendarDate
  readonly validTo: CalendarDate | null
  /** Since when newer decisions have left no day to it; null: they have not. */
  readonly replacedOn: CalendarDate | null
  readonly decider: string
  readonly decidedOn: CalendarDate
  readonly enteredForSchool: boolean
}

/** The seats of a school, this school year and later, and what new ones may be. */
export type ShownSeats = {
  readonly schoolNumber: SchoolNumber
  readonly today: CalendarDate
  readonly pools: readonly ShownPool[]
  readonly decisions: readonly ShownDecision[]
  /** School years seats may be entered for, by the year they start in. */
  readonly years: readonly number[]
  readonly grades: GradeRange
  /** How many children a class of this form may have; null: nobody has told us. */
  readonly band: ReturnType<typeof classSizeBandOf>
  /** The kinds of seat this person decides on, or enters for who has no account. */
  readonly mayDecide: readonly SeatKind[]
  /** Whether this person keeps seats back for expected arrivals. */
  readonly mayReserve: boolean
  /** What of the kinds it decides on can be carried over into a new school year; null: nothing. */
  readonly turn: TurnDue | null
}

const KINDS: readonly SeatKind[] = ['support', 'regular']

/** Counts the seats of a school now. The caller has authorised. */
export async function shownSeats(
  ctx: Context,
  centreId: CentreId,
  school: School,
): Promise<ShownSeats> {
  const { db } = ctx.database
  const day = today(ctx.clock)
  const year = schoolYearOf(day)
  const [all, mayDecide] = await Promise.all([
    listPoolsOfSchool(db, centreId, school.number, { day }),
    kindsToDecide(ctx, centreId, school),
  ])
  const rows = all.filter((row) => row.school_year >= year)
  const poolIds = rows.map(({ id }) => id)
  const [tallies, decisions, turn] = await Promise.all([
    tallyEntries(db, centreId, poolIds),
    listDecisions(db, centreId, poolIds),
    turnDue(ctx, centreId, school, { kinds: mayDecide, pools: all }),
  ])
  const { number: schoolNumber } = school
  const now = instant(ctx.clock)
  return {
    schoolNumber,
    today: day,
    years: [year, year + 1],
    grades: gradesOf(school.form),
    band: classSizeBandOf(school.form),
    pools: rows.map((row) => shownPool(row, { school, tallies, now })),
    decisions: shownDecisions(decisions, day),
    mayDecide,
    mayReserve: can(ctx.actor, 'seat.reserve', { centreId, schoolNumber }),
    turn,
  }
}

/** The kinds of seat at a school on which this person decides, or which it enters for others. */
export function kindsToDecide(
  ctx: Context,
  centreId: CentreId,
  school: School,
): Promise<readonly SeatKind[]> {
  return kindsDecided(ctx, centreId, school, KINDS)
}

type Counting = {
  readonly school: School
  readonly tallies: readonly SeatTally[]
  readonly now: Instant
}

function shownPool(row: SeatPoolRow, { school: { form }, tallies, now }: Counting): ShownPool {
  const pool = toSeatPool(row)
  const { others, held, assigned, taken, reserve, free } = countSeats(pool, tallies, now)
  const { grade_from: from, grade_to: to, classes, seats } = row
  return {
    poolId: row.id,
    version: row.version,
    schoolYear: row.school_year,
    gradeFrom: from,
    gradeTo: to,
    kind: row.kind,
    decided: seats,
    lasting: pool.lasting,
    classes,
    others,
    taken: others + assigned + taken,
    held,
    reserve,
    reserveUntil: reserve === 0 ? null : row.reserve_until,
    free,
    hint: row.kind === 'regular' ? classSizeHint(form, { from, to }, { seats, classes }) : null,
  }
}

type DecisionRow = Row<'seat_decision'> & { readonly decider: string }

/** Decisions about some pools, the newest first, each beside the others of its pool. */
function shownDecisions(rows: readonly DecisionRow[], day: CalendarDate): readonly ShownDecision[] {
  const shown = rows.map(shownDecision)
  const oldestFirst = shown.toReversed()
  return shown.map((decision) => ({
    ...decision,
    replacedOn: replacedOn(
      oldestFirst.filter(({ poolId }) => poolId === decision.poolId),
      decision,
      day,
    ),
  }))
}

function shownDecision(row: DecisionRow): Omit<ShownDecision, 'replacedOn'> {
  return {
    id: row.id,
    poolId: row.pool_id,
    seats: row.seats,
    reason: row.reason_code as DecisionReason,
    validFrom: row.valid_from,
    validTo: row.valid_to,
    decider: row.decider,
    decidedOn: dayOf(row.decided_at),
    enteredForSchool: row.entered_for_school === 1,
  }
}
