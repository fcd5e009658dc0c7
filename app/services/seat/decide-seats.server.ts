import type { AuditEvent } from '#app/audit/events.ts'
import type { CentreId, SchoolNumber, SeatPoolId } from '#app/domain/ids.ts'
import { err, ok, type Result } from '#app/domain/result.ts'
import type { School } from '#app/domain/school/school.ts'
import { countSeats, moveTogether } from '#app/domain/seat/seat-entry.ts'
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
import { findSchool, lockSchool } from '#db/queries/school.server.ts'
import {
  listEntries,
  listPoolsOfSchool,
  lockPools,
  reseatEntry,
  type SeatPoolRow,
  toSeatPool,
} from '#db/queries/seat.server.ts'
import type { Tx } from '#db/schema.ts'
import type { Context } from '../context.server.ts'
import { transact } from '../transact.server.ts'
import { type DecidedElsewhere, permitsToDecide, type SeatPermit } from './seat-permit.server.ts'
import { storeSeatDecision } from './store-seat-decision.server.ts'

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

/**
 * Decides how many seats pools of a school have, all of them or none: by the school or its owner, as
 * the centre has set for the kind of seat, or by a counsellor where neither has an account (stored as
 * entered for them). Every number is also kept as a decision that is never changed: value, reason,
 * who, when, from which day until which. A number that begins to hold later changes nothing today. A
 * pool belongs to the centre whose area holds the school's Gemeinde.
 *
 * Refused: `school_not_found` (also outside every centre), `forbidden`, {@link DecidedElsewhere},
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
  const kinds = await kindsOf(ctx, centreId, command)
  if (kinds.length === 0) return err({ code: 'pool_not_found', poolId: firstPool(command) })
  const permits = await permitsToDecide(ctx, centreId, school, kinds)
  if (!permits.ok) return permits
  return transact(ctx, permits.value.first, centreId, async (tx) => {
    await lockSchool(tx, school.number)
    // who proposes locks the pools too: from here on no seat of them is promised beside us
    const ids = command.pools.flatMap(({ poolId }) => poolId ?? [])
    await lockPools(tx, centreId, ids, ctx.clock)
    const events: AuditEvent[] = []
    const poolIds: SeatPoolId[] = []
    for (const decision of command.pools) {
      const facts = { centreId, school, permits: permits.value.ofKind, command }
      const stored = await storePool(ctx, tx, facts, decision)
      if (!stored.ok) return err({ ...stored.error, poolId: decision.poolId })
      const { poolId, ...validity } = stored.value
      poolIds.push(poolId)
      const { number: schoolNumber } = school
      const { seats } = decision
      events.push({ event: 'seats_decided', poolId, schoolNumber, seats, ...validity })
    }
    const [first, ...others] = events
    if (first === undefined) throw new Error('A command without a pool decides nothing')
    return ok({ value: { poolIds }, events: [first, ...others] })
  })
}

function firstPool({ pools: [{ poolId }] }: DecideSeats): SeatPoolId | null {
  return poolId
}

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

type Facts = {
  readonly centreId: CentreId
  readonly school: School
  readonly permits: ReadonlyMap<SeatKind, SeatPermit>
  readonly command: DecideSeats
}

type Stored = { readonly poolId: SeatPoolId } & Pick<SeatDecision, 'validFrom' | 'validTo'>

async function storePool(
  ctx: Context,
  tx: Tx,
  facts: Facts,
  decision: PoolDecision,
): Promise<
  Result<Stored, SeatDecisionRefusal | { readonly code: 'pool_not_found' | 'stale_pool' }>
> {
  const { centreId, school } = facts
  const day = today(ctx.clock)
  const rows = await listPoolsOfSchool(tx, centreId, school.number, { day })
  const before = rows.find(({ id }) => id === decision.poolId) ?? null
  const wanted = wantedOf(facts, decision, before, day)
  if (wanted === null) return err({ code: 'pool_not_found' })
  if (decision.poolId !== null && before?.version !== decision.version) {
    return err({ code: 'stale_pool' })
  }
  const entries = before === null ? [] : await listEntries(tx, centreId, [before.id])
  const now = before && countSeats(toSeatPool(before), entries, instant(ctx.clock))
  const decided = decide(wanted, { pools: rows.map(toSeatPool), now, today: day })
  if (!decided.ok) return decided
  const id = before?.id ?? (ctx.newId() as SeatPoolId)
  const version = (before?.version ?? 0) + 1
  await storeSeatDecision(ctx, tx, decided.value, {
    ...{ centreId, permits: facts.permits, reason: facts.command.reason },
    ...{ id, version, isNew: before === null },
  })
  await seatTogether(ctx, tx, centreId, id)
  const { validFrom, validTo } = decided.value
  return ok({ poolId: id, validFrom, validTo })
}

/** What is to hold; null when it names a pool that is not there. */
function wantedOf(
  { school, command }: Facts,
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

/** Who sits beyond the last seat of a smaller pool moves to one that is left. */
async function seatTogether(
  ctx: Context,
  tx: Tx,
  centreId: CentreId,
  poolId: SeatPoolId,
): Promise<void> {
  const {
    pools: [row],
    now,
  } = await lockPools(tx, centreId, [poolId], ctx.clock)
  if (row === undefined) throw new Error(`No pool ${poolId}`)
  const entries = await listEntries(tx, centreId, [poolId])
  for (const move of moveTogether(toSeatPool(row), entries, now)) {
    await reseatEntry(tx, centreId, move)
  }
}
