import type { CentreId, SchoolNumber, SeatPoolId } from '#app/domain/ids.ts'
import { err, ok, type Result } from '#app/domain/result.ts'
import { countSeats } from '#app/domain/seat/seat-entry.ts'
import { keepReserve, type ReserveRefusal } from '#app/domain/seat/seat-pool.ts'
import { type CalendarDate, today } from '#app/domain/time.ts'
import { authorize, type Forbidden } from '#app/policy/policy.ts'
import { centreOfMunicipality } from '#db/queries/centre.server.ts'
import { findSchool } from '#db/queries/school.server.ts'
import { listEntries, lockPools, savePool, toSeatPool } from '#db/queries/seat.server.ts'
import type { Context } from '../context.server.ts'
import { transact } from '../transact.server.ts'

export type ReserveSeats = {
  readonly schoolNumber: SchoolNumber
  readonly poolId: SeatPoolId
  readonly version: number
  readonly seats: number
  /** The last day on which they are kept back. */
  readonly until: CalendarDate
}

export type ReserveSeatsRefusal =
  | { readonly code: 'school_not_found' | 'pool_not_found' | 'stale_pool' }
  | ReserveRefusal
  | Forbidden

/**
 * The centre keeps seats of a pool back for expected arrivals, through a day; 0 gives them free.
 * Counted in the transaction that stores it: nobody is promised one of them meanwhile. Refused:
 * `school_not_found`, `forbidden`, `pool_not_found`, `stale_pool`, and what the domain's `keepReserve`
 * objects to.
 */
export async function reserveSeats(
  ctx: Context,
  command: ReserveSeats,
): Promise<Result<{ readonly poolId: SeatPoolId }, ReserveSeatsRefusal>> {
  const { schoolNumber, poolId, version, seats, until } = command
  const { db } = ctx.database
  const school = await findSchool(db, schoolNumber)
  const centreId: CentreId | null = school && (await centreOfMunicipality(db, school.municipality))
  if (centreId === null) return err({ code: 'school_not_found' })
  const permit = authorize(ctx.actor, 'seat.reserve', { centreId, schoolNumber })
  if (!permit.ok) return permit
  return transact(ctx, permit.value, centreId, async (tx) => {
    const {
      pools: [row],
      now,
    } = await lockPools(tx, centreId, [poolId], ctx.clock)
    if (row?.school_number !== schoolNumber) return err({ code: 'pool_not_found' })
    const pool = toSeatPool(row)
    const count = countSeats(pool, await listEntries(tx, centreId, [poolId]), now)
    const kept = keepReserve(pool, count, { seats, until, today: today(ctx.clock) })
    if (!kept.ok) return kept
    const { reserve, reserveUntil } = kept.value
    const change = { reserve, reserve_until: reserveUntil }
    if (!(await savePool(tx, { ...row, version }, change))) return err({ code: 'stale_pool' })
    return ok({
      value: { poolId },
      events: [{ event: 'seats_reserved', poolId, schoolNumber, seats: reserve }],
    })
  })
}
