import type { CentreId, SchoolNumber, SeatPoolId } from '#app/domain/ids.ts'
import { err, ok, type Result } from '#app/domain/result.ts'
import type { School } from '#app/domain/school/school.ts'
import { countSeats, type SeatTally } from '#app/domain/seat/seat-entry.ts'
import {
  type CapacityReason,
  decideSeats as decide,
  type SeatDecision,
  type SeatDecisionRefusal,
  type SeatKind,
  tellingDay,
} from '#app/domain/seat/seat-pool.ts'
import { addDays, type CalendarDate, instant, today } from '#app/domain/time.ts'
import type { Forbidden } from '#app/policy/policy.ts'
import { centreOfMunicipality } from '#db/queries/centre.server.ts'
import { findSchool } from '#db/queries/school.server.ts'
import {
  listPoolsOfSchool,
  type SeatPoolRow,
  tallyEntries,
  toSeatPool,
} from '#db/queries/seat.server.ts'
import type { Db } from '#db/schema.ts'
import type { Context } from '../context.server.ts'
import { type DecidedElsewhere, permitsToDecide, type SeatPermit } from './seat-permit.server.ts'

/** Of a pool besides its seats; what is left out stays as it is, in a new pool none. */
type MoreNumbers = {
  /** Where children sit who came another way. */
  readonly others?: number
  /** Parallel classes; null: unknown. */
  readonly classes?: number | null
}

/** A number of seats somebody decided on: for a pool that is there, or for a new one. */
export type PoolDecision = MoreNumbers &
  (
    | { readonly poolId: SeatPoolId; readonly version: number; readonly seats: number }
    | {
        readonly poolId: null
        readonly schoolYear: number
        readonly gradeFrom: number
        readonly gradeTo: number
        readonly kind: SeatKind
        readonly seats: number
      }
  )

export type DecideSeats = {
  readonly schoolNumber: SchoolNumber
  readonly reason: CapacityReason
  /** Since when the numbers hold; left out: from today, or from the first day of a later school year. */
  readonly validFrom?: CalendarDate | null
  /** Their last day; left out: until another decision. */
  readonly validTo?: CalendarDate | null
  readonly pools: readonly [PoolDecision, ...PoolDecision[]]
}

/** `poolId` says which of several pools it is about; null: the new one. */
export type DecideSeatsRefusal =
  | { readonly code: 'school_not_found' }
  | DecidedElsewhere
  | Forbidden
  | ((SeatDecisionRefusal | { readonly code: 'pool_not_found' | 'stale_pool' }) & {
      readonly poolId: SeatPoolId | null
    })

/** What a command about seats rests on: the school, its centre, and who may decide. */
export type DecisionGround = {
  readonly centreId: CentreId
  readonly school: School
  readonly permits: ReadonlyMap<SeatKind, SeatPermit>
  readonly first: SeatPermit
  readonly command: DecideSeats
}

/**
 * Whether this person may decide on the seats a command is about. Refused: `school_not_found` (also
 * outside every centre), `forbidden`, {@link DecidedElsewhere}, `pool_not_found` where it names no pool
 * that is there.
 */
export async function decisionGround(
  ctx: Context,
  command: DecideSeats,
): Promise<Result<DecisionGround, DecideSeatsRefusal>> {
  const { db } = ctx.database
  const school = await findSchool(db, command.schoolNumber)
  const centreId = school && (await centreOfMunicipality(db, school.municipality))
  if (school === null || centreId === null) return err({ code: 'school_not_found' })
  const kinds = await kindsOf(ctx, centreId, command)
  const permits = await permitsToDecide(ctx, centreId, school, kinds.length === 0 ? ANY : kinds)
  if (!permits.ok) return permits
  if (kinds.length === 0) return err({ code: 'pool_not_found', poolId: command.pools[0].poolId })
  const { first, ofKind } = permits.value
  return ok({ centreId, school, permits: ofKind, first, command })
}

/** Whoever names pools that are nowhere is asked what a school's form is asked. */
const ANY: readonly SeatKind[] = ['support']

/** The kinds of seat a command is about; a pool that is not there has none. */
async function kindsOf(
  ctx: Context,
  centreId: CentreId,
  { schoolNumber, pools }: DecideSeats,
): Promise<readonly SeatKind[]> {
  const day = { day: today(ctx.clock) }
  const rows = await listPoolsOfSchool(ctx.database.db, centreId, schoolNumber, day)
  const kinds = pools.flatMap((decision) =>
    decision.poolId === null
      ? decision.kind
      : (rows.find(({ id }) => id === decision.poolId)?.kind ?? []),
  )
  return [...new Set(kinds)]
}

/** A decision that holds against what is there, the pool it changes, and who sits in it. */
export type CheckedDecision = {
  readonly wanted: SeatDecision
  /** Null: a new pool. */
  readonly before: SeatPoolRow | null
  readonly tallies: readonly SeatTally[]
}

/**
 * Holds a decision about one pool against the school's seats as they are in `db`: in the transaction
 * that stores it, or before, to tell what would come of it. Refused: `pool_not_found`, `stale_pool`,
 * and what the domain's `decideSeats` objects to.
 */
export async function checkDecision(
  ctx: Context,
  db: Db,
  ground: DecisionGround,
  decision: PoolDecision,
): Promise<
  Result<CheckedDecision, SeatDecisionRefusal | { readonly code: 'pool_not_found' | 'stale_pool' }>
> {
  const { centreId, school } = ground
  const day = today(ctx.clock)
  const rows = await listPoolsOfSchool(db, centreId, school.number, { day })
  const before = rows.find(({ id }) => id === decision.poolId) ?? null
  const wanted = wantedOf(ground, decision, before, day)
  if (wanted === null) return err({ code: 'pool_not_found' })
  if (decision.poolId !== null && before?.version !== decision.version) {
    return err({ code: 'stale_pool' })
  }
  const tallies = await tallyEntries(db, centreId, before === null ? [] : [before.id])
  const now = before && countSeats(toSeatPool(before), tallies, instant(ctx.clock))
  const decided = decide(wanted, { pools: rows.map(toSeatPool), now, today: day })
  return decided.ok ? ok({ wanted: decided.value, before, tallies }) : decided
}

/** What is to hold; null when it names a pool that is not there. */
function wantedOf(
  { school, command }: DecisionGround,
  decision: PoolDecision,
  before: SeatPoolRow | null,
  day: CalendarDate,
): SeatDecision | null {
  const place = decision.poolId === null ? decision : before && toSeatPool(before)
  if (place === null) return null
  const { schoolYear, gradeFrom, gradeTo, kind } = place
  return {
    ...{ id: decision.poolId, form: school.form, schoolNumber: school.number },
    ...{ schoolYear, gradeFrom, gradeTo, kind },
    decided: decision.seats,
    others: decision.others ?? before?.others ?? 0,
    classes: decision.classes === undefined ? (before?.classes ?? null) : decision.classes,
    validFrom: command.validFrom ?? tellingDay(schoolYear, day),
    validTo: command.validTo ?? endOfSameNumber(command, decision, before),
  }
}

/**
 * Who corrects only what is so (children of others, Züge) decides nothing anew: the number holds as long
 * as it did, and what was decided for afterwards still comes. Null: until the next decision.
 */
function endOfSameNumber(
  { validFrom }: DecideSeats,
  { seats }: PoolDecision,
  before: SeatPoolRow | null,
): CalendarDate | null {
  if ((validFrom ?? null) !== null || before === null || seats !== before.seats) return null
  return before.changes_on === null ? null : addDays(before.changes_on, -1)
}
