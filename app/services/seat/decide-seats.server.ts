import type { AuditEvent } from '#app/audit/events.ts'
import type { CentreId, SeatPoolId } from '#app/domain/ids.ts'
import { err, ok, type Result } from '#app/domain/result.ts'
import { moveTogether } from '#app/domain/seat/seat-entry.ts'
import type { SeatDecision, SeatDecisionRefusal } from '#app/domain/seat/seat-pool.ts'
import { lockSchool } from '#db/queries/school.server.ts'
import { listEntries, lockPools, reseatEntry, toSeatPool } from '#db/queries/seat.server.ts'
import type { Tx } from '#db/schema.ts'
import type { Context } from '../context.server.ts'
import { transact } from '../transact.server.ts'
import {
  checkDecision,
  type DecideSeats,
  type DecideSeatsRefusal,
  type DecisionGround,
  decisionGround,
  type PoolDecision,
} from './checked-decision.server.ts'
import { storeSeatDecision } from './store-seat-decision.server.ts'

/**
 * Decides how many seats pools of a school have, all of them or none: by the school or its owner, as
 * the centre has set for the kind of seat, or by a counsellor where neither has an account (stored as
 * entered for them). Every number is also kept as a decision that is never changed: value, reason,
 * who, when, from which day until which. A number that begins to hold later changes nothing today. A
 * pool belongs to the centre whose area holds the school's Gemeinde.
 *
 * Refused: `school_not_found` (also outside every centre), `forbidden`, `school_enters_own_seats`,
 * `owner_enters_own_seats`,
 * `pool_not_found`, `stale_pool`, and what the domain's `decideSeats` objects to, counted in the
 * transaction that stores it.
 */
export async function decideSeats(
  ctx: Context,
  command: DecideSeats,
): Promise<Result<{ readonly poolIds: readonly SeatPoolId[] }, DecideSeatsRefusal>> {
  const ground = await decisionGround(ctx, command)
  if (!ground.ok) return ground
  const { centreId, school, first } = ground.value
  return transact(ctx, first, centreId, async (tx) => {
    await lockSchool(tx, school.number)
    // who proposes locks the pools too: from here on no seat of them is promised beside us
    const ids = command.pools.flatMap(({ poolId }) => poolId ?? [])
    await lockPools(tx, centreId, ids, ctx.clock)
    const events: AuditEvent[] = []
    const poolIds: SeatPoolId[] = []
    for (const decision of command.pools) {
      const stored = await storePool(ctx, tx, ground.value, decision)
      if (!stored.ok) return err({ ...stored.error, poolId: decision.poolId })
      const { poolId, ...validity } = stored.value
      poolIds.push(poolId)
      const { number: schoolNumber } = school
      const { seats } = decision
      events.push({ event: 'seats_decided', poolId, schoolNumber, seats, ...validity })
    }
    const [event, ...others] = events
    if (event === undefined) throw new Error('A command without a pool decides nothing')
    return ok({ value: { poolIds }, events: [event, ...others] })
  })
}

type Stored = { readonly poolId: SeatPoolId } & Pick<SeatDecision, 'validFrom' | 'validTo'>

async function storePool(
  ctx: Context,
  tx: Tx,
  ground: DecisionGround,
  decision: PoolDecision,
): Promise<
  Result<Stored, SeatDecisionRefusal | { readonly code: 'pool_not_found' | 'stale_pool' }>
> {
  const checked = await checkDecision(ctx, tx, ground, decision)
  if (!checked.ok) return checked
  const { wanted, before } = checked.value
  const { centreId, permits, command } = ground
  const id = before?.id ?? (ctx.newId() as SeatPoolId)
  const version = (before?.version ?? 0) + 1
  await storeSeatDecision(ctx, tx, wanted, {
    ...{ centreId, permits, reason: command.reason },
    ...{ id, version, isNew: before === null },
  })
  await seatTogether(ctx, tx, centreId, id)
  const { validFrom, validTo } = wanted
  return ok({ poolId: id, validFrom, validTo })
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
