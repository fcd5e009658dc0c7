import type { AuditEvent } from '#app/audit/events.ts'
import type { CentreId, SchoolNumber, SeatPoolId } from '#app/domain/ids.ts'
import { err, ok, type Result } from '#app/domain/result.ts'
import { type Seats, seatStaying } from '#app/domain/seat/seat-entry.ts'
import {
  decideSeats as decide,
  type SeatDecision,
  type SeatDecisionRefusal,
  type SeatKind,
  type SeatPool,
  tellingDay,
} from '#app/domain/seat/seat-pool.ts'
import { isTurnDue, type TurnPool, turnYear } from '#app/domain/seat/turn.ts'
import { type CalendarDate, type Instant, instant, today } from '#app/domain/time.ts'
import type { Forbidden } from '#app/policy/policy.ts'
import { centreOfMunicipality } from '#db/queries/centre.server.ts'
import { findSchool, lockSchool } from '#db/queries/school.server.ts'
import { lockCases } from '#db/queries/school-year.server.ts'
import {
  insertEntry,
  listEntries,
  listPoolsOfSchool,
  lockPools,
  type SeatPoolRow,
  toSeatPool,
} from '#db/queries/seat.server.ts'
import type { Tx } from '#db/schema.ts'
import type { Context } from '../context.server.ts'
import { transact } from '../transact.server.ts'
import { type DecidedElsewhere, permitsToDecide, type SeatPermit } from './seat-permit.server.ts'
import { storeSeatDecision } from './store-seat-decision.server.ts'
import {
  planOf,
  readTurnGround,
  type SupportEnds,
  supportEndsOf,
  type TurningSchool,
} from './turn-of-year.server.ts'

/** A pool of the year that ends and the numbers of the one that continues it. */
export type CarriedPool = {
  readonly poolId: SeatPoolId
  readonly version: number
  readonly seats: number
  /** Where children sit who came another way. */
  readonly others: number
  /** Parallel classes; null: unknown. */
  readonly classes: number | null
}

export type CarryOverSeats = {
  readonly schoolNumber: SchoolNumber
  /** The school year that comes, by the year it starts in. */
  readonly schoolYear: number
  /** Pools which the new year does not have yet, with its numbers. */
  readonly pools: readonly CarriedPool[]
  /** Pools which the new year has: who stays gets a seat there, the numbers are left as they are. */
  readonly existing: readonly { readonly poolId: SeatPoolId; readonly version: number }[]
}

/** `poolId`: which pool it is about, as the command names it. */
export type CarryOverSeatsRefusal =
  | {
      readonly code: 'school_not_found' | 'pool_not_found' | 'stale_pool' | 'nothing_to_carry_over'
    }
  | DecidedElsewhere
  | Forbidden
  | (SeatDecisionRefusal & { readonly poolId: SeatPoolId })
  | {
      readonly code: 'no_seats_for_staying'
      readonly poolId: SeatPoolId
      readonly free: number
      readonly staying: number
      readonly from: number
      readonly to: number
    }

/**
 * Carries a school's pools over into the school year that comes, all of them or none (decision 0030):
 * each gets a pool of its own with a decision that holds from 1 August, and every child that stays a
 * seat in it, from this moment on, so that nobody else is promised it; what the new year has already
 * keeps its numbers. By whoever decides on the kind of seat, or a counsellor where they have no account.
 *
 * Refused: `school_not_found`, `forbidden`, {@link DecidedElsewhere}, `pool_not_found`, `stale_pool`
 * when a pool was changed, added or carried over since the preview, `nothing_to_carry_over`, what the
 * domain's `decideSeats` objects to (`capacity_below_taken` where more children stay than the new number
 * has seats), and `no_seats_for_staying` where a pool that is there already has too few free ones.
 */
export async function carryOverSeats(
  ctx: Context,
  command: CarryOverSeats,
): Promise<Result<{ readonly poolIds: readonly SeatPoolId[] }, CarryOverSeatsRefusal>> {
  const { db } = ctx.database
  const school = await findSchool(db, command.schoolNumber)
  const centreId = school && (await centreOfMunicipality(db, school.municipality))
  if (school === null || centreId === null) return err({ code: 'school_not_found' })
  const kinds = await kindsOf(ctx, centreId, command)
  const permits = await permitsToDecide(ctx, centreId, school, kinds.length === 0 ? ANY : kinds)
  if (!permits.ok) return permits
  if (kinds.length === 0) return err({ code: 'pool_not_found' })
  const turning = { centreId, school, kinds, year: command.schoolYear }
  if (turning.year !== turnYear(today(ctx.clock))) return err({ code: 'stale_pool' })
  // keys are asked for before the transaction; who sits there is read again inside
  const before = await readTurnGround(ctx, db, turning, instant(ctx.clock))
  const ends = await supportEndsOf(ctx, centreId, before.seated)
  const facts = { turning, command, ends, permits: permits.value.ofKind }
  return transact(ctx, permits.value.first, centreId, (tx) => carryOver(ctx, tx, facts))
}

/** Whoever names pools that are nowhere is asked what a school's form is asked. */
const ANY: readonly SeatKind[] = ['support']

/** The kinds of seat a command is about. */
async function kindsOf(
  ctx: Context,
  centreId: CentreId,
  { schoolNumber, pools, existing }: CarryOverSeats,
): Promise<readonly SeatKind[]> {
  const day = { day: today(ctx.clock) }
  const rows = await listPoolsOfSchool(ctx.database.db, centreId, schoolNumber, day)
  const named = new Set([...pools, ...existing].map(({ poolId }) => poolId))
  return [...new Set(rows.flatMap(({ id, kind }) => (named.has(id) ? [kind] : [])))]
}

type Facts = {
  readonly turning: TurningSchool
  readonly command: CarryOverSeats
  readonly ends: SupportEnds
  readonly permits: ReadonlyMap<SeatKind, SeatPermit>
}

async function carryOver(ctx: Context, tx: Tx, facts: Facts) {
  const { turning, command, ends } = facts
  const { centreId, school, year } = turning
  await lockSchool(tx, school.number)
  const unlocked = await readTurnGround(ctx, tx, turning, instant(ctx.clock))
  const ids = unlocked.rows.map(({ id }) => id)
  const { now } = await lockPools(tx, centreId, ids, ctx.clock)
  // who moves seats of a case locks its pools first; who erases a child locks nothing but its cases:
  // it is gone before this looks who stays, or goes with the seat that it gets here
  await lockCases(tx, centreId, await caseIdsOf(tx, centreId, ids))
  const ground = await readTurnGround(ctx, tx, turning, now)
  if (!isAsShown(command, ground.rows, year)) return err({ code: 'stale_pool' } as const)
  const turn = planOf(turning, ground, ends)
  if (!isTurnDue(turn)) return err({ code: 'nothing_to_carry_over' } as const)
  const known = ground.rows.map(toSeatPool)
  const poolIds: SeatPoolId[] = []
  const events: AuditEvent[] = []
  for (const pool of turn.pools) {
    const stored = await carryPool(ctx, tx, facts, { pool, known, now })
    if (!stored.ok) return stored
    poolIds.push(stored.value.poolId)
    events.push(...stored.value.events)
  }
  const [first, ...others] = events
  if (first === undefined) throw new Error('Nothing was carried over')
  return ok({ value: { poolIds }, events: [first, ...others] as const })
}

async function caseIdsOf(tx: Tx, centreId: CentreId, poolIds: readonly SeatPoolId[]) {
  const entries = await listEntries(tx, centreId, poolIds)
  return [...new Set(entries.map(({ caseId }) => caseId))]
}

/** Whether the preview showed these pools, all of them and as they are. */
function isAsShown(command: CarryOverSeats, rows: readonly SeatPoolRow[], year: number): boolean {
  const shown = new Map(
    [...command.pools, ...command.existing].map(({ poolId, version }) => [poolId, version]),
  )
  const isCarried = new Set(command.pools.map(({ poolId }) => poolId))
  const then = rows.filter(({ school_year }) => school_year === year)
  const hasPlace = (row: SeatPoolRow) =>
    then.some(
      (one) =>
        one.kind === row.kind && one.grade_from <= row.grade_to && row.grade_from <= one.grade_to,
    )
  return rows.every((row) => {
    if (row.school_year !== year && hasPlace(row)) return !isCarried.has(row.id)
    const isRight = isCarried.has(row.id) === (row.school_year !== year)
    return isRight && shown.get(row.id) === row.version
  })
}

type Carrying = {
  readonly pool: TurnPool
  readonly known: readonly SeatPool[]
  readonly now: Instant
}

type Carried = { readonly poolId: SeatPoolId; readonly events: readonly AuditEvent[] }

/** Makes the pool where there is none yet, and seats who stays. */
async function carryPool(
  ctx: Context,
  tx: Tx,
  facts: Facts,
  { pool, known, now }: Carrying,
): Promise<Result<Carried, CarryOverSeatsRefusal>> {
  if (pool.existing !== null) return seatIn(ctx, tx, facts, { pool, seats: pool.existing, now })
  const { turning, command, permits } = facts
  const carried = command.pools.find(({ poolId }) => poolId === pool.from?.id)
  if (carried === undefined) return err({ code: 'stale_pool' })
  const day = today(ctx.clock)
  const wanted = decide(wantedOf(turning, pool, carried, tellingDay(turning.year, day)), {
    ...{ pools: known, now: countStaying(pool), today: day },
  })
  if (!wanted.ok) return err({ ...wanted.error, poolId: carried.poolId })
  const id = ctx.newId() as SeatPoolId
  await storeSeatDecision(ctx, tx, wanted.value, {
    ...{ centreId: turning.centreId, permits, reason: 'carried_over' },
    ...{ id, version: 1, isNew: true },
  })
  const { schoolNumber, decided, others, validFrom, validTo } = wanted.value
  // decided without an end: what is given now is there until the year is over
  const seats = { id, decided, lasting: decided, others, reserve: 0, reserveUntil: null }
  const seated = await seatIn(ctx, tx, facts, { pool, seats, now })
  if (!seated.ok) return seated
  const event = { event: 'seats_decided', poolId: id, schoolNumber, seats: decided } as const
  return ok({ poolId: id, events: [{ ...event, validFrom, validTo }, ...seated.value.events] })
}

function wantedOf(
  { school, year }: TurningSchool,
  { gradeFrom, gradeTo, kind }: TurnPool,
  { seats: decided, others, classes }: CarriedPool,
  validFrom: CalendarDate,
): SeatDecision {
  return {
    ...{ id: null, form: school.form, schoolNumber: school.number, schoolYear: year },
    ...{ gradeFrom, gradeTo, kind, decided, others, classes, validFrom, validTo: null },
  }
}

/** The seats that are gone before anybody new sits down. */
function countStaying({ staying }: TurnPool) {
  const inState = (wanted: string) => staying.filter(({ state }) => state === wanted).length
  return {
    ...{ held: inState('hold'), assigned: inState('assigned'), taken: inState('taken') },
    reserve: 0,
  }
}

type Seating = {
  readonly pool: TurnPool
  readonly seats: Seats
  readonly now: Instant
}

/** A seat in a pool of the new year for each child that stays. */
async function seatIn(
  ctx: Context,
  tx: Tx,
  { turning: { centreId, school, year } }: Facts,
  { pool: { kind, staying, gradeFrom, gradeTo }, seats, now }: Seating,
): Promise<Result<Carried, CarryOverSeatsRefusal>> {
  const poolId = seats.id
  if (staying.length === 0) return ok({ poolId, events: [] })
  const entries = await listEntries(tx, centreId, [poolId])
  const seated = seatStaying({ ...seats, kind }, entries, staying, { now, newId: ctx.newId })
  if (!seated.ok) return err({ ...seated.error, poolId, from: gradeFrom, to: gradeTo })
  for (const entry of seated.value) await insertEntry(tx, centreId, entry, now)
  const caseIds = staying.map(({ caseId }) => caseId)
  const schoolNumber = school.number
  return ok({
    poolId,
    events: [{ event: 'seats_carried_over', poolId, schoolNumber, schoolYear: year, caseIds }],
  })
}
