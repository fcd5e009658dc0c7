import type { CentreId, SeatPoolId } from '#app/domain/ids.ts'
import {
  type DecisionReason,
  type SeatDecision,
  type SeatKind,
  tellingDay,
} from '#app/domain/seat/seat-pool.ts'
import { instant, today } from '#app/domain/time.ts'
import {
  columnsInForce,
  insertPool,
  insertSeatDecision,
  listCapacities,
  savePool,
} from '#db/queries/seat.server.ts'
import type { Tx } from '#db/schema.ts'
import type { Context } from '../context.server.ts'
import type { SeatPermit } from './seat-permit.server.ts'

type Facts = {
  readonly centreId: CentreId
  /** Who may decide on seats of the kind. */
  readonly permits: ReadonlyMap<SeatKind, SeatPermit>
  readonly reason: DecisionReason
  readonly id: SeatPoolId
  /** The pool's version that comes of it. */
  readonly version: number
  readonly isNew: boolean
}

/**
 * Keeps a decision on seats for good, and lets the pool's row say what holds today; a new pool gets its
 * row. Inside the caller's transaction, with the pool locked.
 */
export async function storeSeatDecision(
  ctx: Context,
  tx: Tx,
  pool: SeatDecision,
  { centreId, permits, reason, id, version, isNew }: Facts,
): Promise<void> {
  if (ctx.actor.kind !== 'staff') throw new Error('Only people decide on seats')
  const permit = permits.get(pool.kind)
  if (permit === undefined) throw new Error('Nobody may decide on seats of this kind')
  const said = {
    entered_for_school: permit.action === 'seat.enter_for_school' ? 1 : 0,
    decided_by: ctx.actor.accountId,
    decided_at: instant(ctx.clock),
  } as const
  const { decided: seats, others, classes, validFrom, validTo } = pool
  const capacity = { seats, others, classes, validFrom, validTo }
  const earlier = isNew ? [] : await listCapacities(tx, centreId, id)
  const inForce = columnsInForce(
    [...earlier, capacity],
    tellingDay(pool.schoolYear, today(ctx.clock)),
  )
  if (isNew) {
    await insertPool(tx, {
      ...{ centre_id: centreId, id, school_number: pool.schoolNumber },
      ...{ school_year: pool.schoolYear, grade_from: pool.gradeFrom, grade_to: pool.gradeTo },
      ...{ kind: pool.kind, version, reserve: 0, reserve_until: null },
      ...said,
      ...inForce,
    })
  } else {
    const before = { centre_id: centreId, id, version: version - 1 }
    const isSaved = await savePool(tx, before, { ...said, ...inForce })
    if (!isSaved) throw new Error('A locked pool was changed')
  }
  await insertSeatDecision(tx, {
    ...{ centre_id: centreId, id: ctx.newId(), pool_id: id, pool_version: version },
    ...{ seats, others, classes, valid_from: validFrom, valid_to: validTo },
    ...{ reason_code: reason, ...said },
  })
}
