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
  type DecidedPoolRow,
  type DecisionRow,
  listDecisions,
  listDecisionsBeside,
  listPoolsOfSchool,
  tallyEntries,
  toSeatPool,
} from '#db/queries/seat.server.ts'
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
  /** Who last decided about it, and when. */
  readonly saved: { readonly by: string; readonly on: CalendarDate }
}

/** What somebody decided about a pool, also for later days. */
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
  /** All that was decided, the newest first; null: not asked for. */
  readonly decisions: readonly ShownDecision[] | null
  /** When the last of them was made; null: there is none. */
  readonly lastDecidedOn: CalendarDate | null
  /** Decisions for days to come that another one has replaced before their first day. */
  readonly overtaken: readonly ShownDecision[]
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

/**
 * Counts the seats of a school now, `withDecisions` also with all that was decided about them. The
 * caller has authorised.
 */
export async function shownSeats(
  ctx: Context,
  centreId: CentreId,
  school: School,
  { withDecisions }: { readonly withDecisions: boolean },
): Promise<ShownSeats> {
  const { db } = ctx.database
  const { number: schoolNumber } = school
  const day = today(ctx.clock)
  const year = schoolYearOf(day)
  const ofSchool = { schoolNumber, fromYear: year }
  const [all, mayDecide, tallies, decided] = await Promise.all([
    listPoolsOfSchool(db, centreId, schoolNumber, { day }),
    kindsToDecide(ctx, centreId, school),
    tallyEntries(db, centreId, ofSchool),
    // who only has to know what will not come does not read all that was ever decided
    withDecisions
      ? listDecisions(db, centreId, ofSchool)
      : listDecisionsBeside(db, centreId, ofSchool, { day }),
  ])
  const turn = await turnDue(ctx, centreId, school, { kinds: mayDecide, pools: all })
  const rows = all.filter((row) => row.school_year >= year)
  const now = instant(ctx.clock)
  const decisions = shownDecisions(byPool(decided), day)
  return {
    schoolNumber,
    today: day,
    years: [year, year + 1],
    grades: gradesOf(school.form),
    band: classSizeBandOf(school.form),
    pools: rows.map((row) => shownPool(row, { school, tallies, now })),
    decisions: withDecisions ? decisions : null,
    lastDecidedOn: lastDecidedOn(rows),
    overtaken: decisions.filter((decision) => isOvertaken(decision, day)),
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

function shownPool(row: DecidedPoolRow, { school: { form }, tallies, now }: Counting): ShownPool {
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
    saved: { by: row.decider, on: dayOf(row.decided_at) },
  }
}

/** Decisions as they came, by pool: of each the newest first. */
function byPool(rows: readonly DecisionRow[]): ReadonlyMap<SeatPoolId, readonly DecisionRow[]> {
  const pools = new Map<SeatPoolId, DecisionRow[]>()
  for (const row of rows) {
    const own = pools.get(row.pool_id)
    if (own === undefined) pools.set(row.pool_id, [row])
    else own.push(row)
  }
  return pools
}

/** The decisions about all pools, the newest first, each looked at beside the others of its pool. */
function shownDecisions(
  pools: ReadonlyMap<SeatPoolId, readonly DecisionRow[]>,
  day: CalendarDate,
): readonly ShownDecision[] {
  return [...pools.values()]
    .flatMap((rows) => {
      const own = rows.map((row) => ({ at: row.decided_at, decision: shownDecision(row) }))
      const oldestFirst = own.map(({ decision }) => decision).toReversed()
      return own.map(({ at, decision }) => ({
        at,
        shown: { ...decision, replacedOn: replacedOn(oldestFirst, decision, day) },
      }))
    })
    .toSorted((one, other) => other.at.localeCompare(one.at))
    .map(({ shown }) => shown)
}

function lastDecidedOn(rows: readonly DecidedPoolRow[]): CalendarDate | null {
  const last = rows
    .map(({ decided_at }) => decided_at)
    .toSorted()
    .at(-1)
  return last === undefined ? null : dayOf(last)
}

/** It was for days to come, and will not come: another decision took its place before its first day. */
function isOvertaken({ replacedOn, validFrom }: ShownDecision, day: CalendarDate): boolean {
  return replacedOn !== null && replacedOn <= validFrom && validFrom > day
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
