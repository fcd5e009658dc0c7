import type { AuditEvent } from '#app/audit/events.ts'
import type { CentreId, SchoolNumber, SeatPoolId } from '#app/domain/ids.ts'
import { err, ok, type Result } from '#app/domain/result.ts'
import type { School } from '#app/domain/school/school.ts'
import { countSeats } from '#app/domain/seat/seat-entry.ts'
import {
  type CapacityReason,
  decideSeats as decide,
  type SeatDecisionRefusal,
  type SeatKind,
} from '#app/domain/seat/seat-pool.ts'
import { instant, today } from '#app/domain/time.ts'
import { authorize, type Forbidden, type Permit } from '#app/policy/policy.ts'
import { schoolHasAccount } from '#db/queries/account.server.ts'
import { centreOfMunicipality } from '#db/queries/centre.server.ts'
import { findSchool, lockSchool } from '#db/queries/school.server.ts'
import {
  insertPool,
  insertSeatDecision,
  listEntries,
  listPoolsOfSchool,
  lockPool,
  type SeatPoolRow,
  savePool,
  toSeatPool,
} from '#db/queries/seat.server.ts'
import type { Tx } from '#db/schema.ts'
import type { Context } from '../context.server.ts'
import { transact } from '../transact.server.ts'

/** A number of seats somebody decided on: for a pool that is there, or for a new one. */
export type PoolDecision =
  | { readonly poolId: SeatPoolId; readonly version: number; readonly seats: number }
  | {
      readonly poolId: null
      readonly schoolYear: number
      readonly gradeFrom: number
      readonly gradeTo: number
      readonly kind: SeatKind
      readonly seats: number
    }

export type DecideSeats = {
  readonly schoolNumber: SchoolNumber
  readonly reason: CapacityReason
  readonly pools: readonly [PoolDecision, ...PoolDecision[]]
}

/** `poolId` says which of several pools it is about; null: the new one. */
export type DecideSeatsRefusal =
  | { readonly code: 'school_not_found' | 'school_enters_own_seats' }
  | Forbidden
  | ((SeatDecisionRefusal | { readonly code: 'pool_not_found' | 'stale_pool' }) & {
      readonly poolId: SeatPoolId | null
    })

/**
 * Decides how many seats pools of a school have, all of them or none: by the school itself, or by a
 * counsellor for a school without an account (stored as entered for it). Every number is also kept
 * as a decision that is never changed: value, reason, who, when; it holds from today. A pool
 * belongs to the centre whose area holds the school's Gemeinde.
 *
 * Refused: `school_not_found` (also outside every centre), `forbidden`, `school_enters_own_seats`,
 * `pool_not_found`, `stale_pool`, and what the domain's `decideSeats` objects to, counted in the
 * transaction that stores it.
 */
export async function decideSeats(
  ctx: Context,
  command: DecideSeats,
): Promise<Result<{ readonly poolIds: readonly SeatPoolId[] }, DecideSeatsRefusal>> {
  const { db } = ctx.database
  const school = await findSchool(db, command.schoolNumber)
  const centreId = school && (await centreOfMunicipality(db, school.municipality))
  if (school === null || centreId === null) return err({ code: 'school_not_found' })
  const permit = await permitFor(ctx, centreId, school)
  if (!permit.ok) return permit
  return transact(ctx, permit.value, centreId, async (tx) => {
    await lockSchool(tx, school.number)
    const events: AuditEvent[] = []
    const poolIds: SeatPoolId[] = []
    for (const decision of command.pools) {
      const facts = { centreId, school, permit: permit.value, reason: command.reason }
      const stored = await storePool(ctx, tx, facts, decision)
      if (!stored.ok) return err({ ...stored.error, poolId: decision.poolId })
      poolIds.push(stored.value)
      const { number: schoolNumber } = school
      const { seats } = decision
      events.push({ event: 'seats_decided', poolId: stored.value, schoolNumber, seats })
    }
    const [first, ...others] = events
    if (first === undefined) throw new Error('A command without a pool decides nothing')
    return ok({ value: { poolIds }, events: [first, ...others] })
  })
}

type SeatPermit = Permit<'seat.decide'> | Permit<'seat.enter_for_school'>

async function permitFor(
  ctx: Context,
  centreId: CentreId,
  school: School,
): Promise<Result<SeatPermit, DecideSeatsRefusal>> {
  const facts = { centreId, schoolNumber: school.number }
  const own = authorize(ctx.actor, 'seat.decide', facts)
  if (own.ok) return own
  const instead = authorize(ctx.actor, 'seat.enter_for_school', facts)
  if (!instead.ok) return instead
  return (await schoolHasAccount(ctx.database.db, school.number, instant(ctx.clock)))
    ? err({ code: 'school_enters_own_seats' })
    : instead
}

type Facts = {
  readonly centreId: CentreId
  readonly school: School
  readonly permit: SeatPermit
  readonly reason: CapacityReason
}

async function storePool(
  ctx: Context,
  tx: Tx,
  facts: Facts,
  decision: PoolDecision,
): Promise<
  Result<SeatPoolId, SeatDecisionRefusal | { readonly code: 'pool_not_found' | 'stale_pool' }>
> {
  const { centreId, school } = facts
  // who proposes locks the pool too: from here on no seat of it is promised beside us
  if (decision.poolId !== null) await lockPool(tx, centreId, decision.poolId)
  const rows = await listPoolsOfSchool(tx, centreId, school.number)
  const before = rows.find(({ id }) => id === decision.poolId)
  const wanted = before === undefined ? newPool(decision, school.number) : toSeatPool(before)
  if (wanted === null) return err({ code: 'pool_not_found' })
  const decided = decide(
    { ...wanted, decided: decision.seats, id: decision.poolId, form: school.form },
    { pools: rows.map(toSeatPool), taken: await takenOf(ctx, tx, before) },
  )
  if (!decided.ok) return decided
  const row = rowOf(ctx, facts, before ?? null, decided.value)
  if (before === undefined) await insertPool(tx, row)
  else if (!(await savePool(tx, { ...row, version: versionOf(decision) }))) {
    return err({ code: 'stale_pool' })
  }
  await insertSeatDecision(tx, {
    centre_id: centreId,
    id: ctx.newId(),
    pool_id: row.id,
    seats: row.seats,
    reason_code: facts.reason,
    entered_for_school: row.entered_for_school,
    decided_by: row.decided_by,
    decided_at: row.decided_at,
    valid_from: today(ctx.clock),
  })
  return ok(row.id)
}

/** The pool a decision opens; null when it names one that is not there. */
function newPool(decision: PoolDecision, schoolNumber: SchoolNumber) {
  if (decision.poolId !== null) return null
  const { schoolYear, gradeFrom, gradeTo, kind } = decision
  return { schoolNumber, schoolYear, gradeFrom, gradeTo, kind }
}

function versionOf(decision: PoolDecision): number {
  return decision.poolId === null ? 0 : decision.version
}

/** Seats of a pool that are promised now, one way or another. */
async function takenOf(ctx: Context, tx: Tx, row: SeatPoolRow | undefined): Promise<number> {
  if (row === undefined) return 0
  const entries = await listEntries(tx, row.centre_id, [row.id])
  const { held, assigned, taken } = countSeats(toSeatPool(row), entries, instant(ctx.clock))
  return held + assigned + taken
}

function rowOf(
  ctx: Context,
  { centreId, permit }: Facts,
  before: SeatPoolRow | null,
  pool: Omit<ReturnType<typeof toSeatPool>, 'id'>,
): SeatPoolRow {
  if (ctx.actor.kind !== 'staff') throw new Error('Only people decide on seats')
  return {
    centre_id: centreId,
    id: before?.id ?? (ctx.newId() as SeatPoolId),
    school_number: pool.schoolNumber,
    school_year: pool.schoolYear,
    grade_from: pool.gradeFrom,
    grade_to: pool.gradeTo,
    kind: pool.kind,
    seats: pool.decided,
    entered_for_school: permit.action === 'seat.enter_for_school' ? 1 : 0,
    decided_by: ctx.actor.accountId,
    decided_at: instant(ctx.clock),
    version: 1,
  }
}
