import type { SeatPoolId } from '#app/domain/ids.ts'
import { type ClassSizeHint, classSizeHint } from '#app/domain/law/class-size.ts'
import { err, ok, type Result } from '#app/domain/result.ts'
import { countSeats } from '#app/domain/seat/seat-entry.ts'
import { type CapacityReason, type SeatKind, tellingDay } from '#app/domain/seat/seat-pool.ts'
import { type CalendarDate, instant, today } from '#app/domain/time.ts'
import type { Context } from '#app/services/context.server.ts'
import {
  type CheckedDecision,
  checkDecision,
  type DecideSeats,
  type DecideSeatsRefusal,
  type DecisionGround,
  decisionGround,
} from '#app/services/seat/checked-decision.server.ts'
import {
  columnsInForce,
  listCapacities,
  type SeatPoolRow,
  toSeatPool,
} from '#db/queries/seat.server.ts'

/** The numbers of a pool as they hold on the day they are told, and what is free by them. */
export type ReviewedNumbers = {
  readonly seats: number
  readonly others: number
  readonly classes: number | null
  readonly free: number
}

/** What would come of a new number for one pool. */
export type ReviewedPool = {
  readonly poolId: SeatPoolId
  readonly kind: SeatKind
  readonly schoolYear: number
  readonly gradeFrom: number
  readonly gradeTo: number
  readonly before: ReviewedNumbers
  /** As decided; `free`: once it is stored, on the same day as before. */
  readonly after: ReviewedNumbers
  readonly validFrom: CalendarDate
  readonly validTo: CalendarDate | null
  readonly hint: ClassSizeHint | null
}

/** The numbers somebody has changed and not saved. */
export type SeatReview = {
  readonly reason: CapacityReason
  readonly pools: readonly ReviewedPool[]
}

/** Why they cannot be saved so: each pool that is in the way, in the order they were sent. */
type SeatReviewRefusals = readonly [DecideSeatsRefusal, ...DecideSeatsRefusal[]]

/**
 * What would come of new numbers, before anybody saves them: held against the seats as they are now, and
 * nothing is written. Refused with the same as saving them would be; where numbers of several pools are
 * in the way, with one refusal each, the first of which saving would say.
 */
export async function reviewSeats(
  ctx: Context,
  command: DecideSeats,
): Promise<Result<SeatReview, SeatReviewRefusals>> {
  const ground = await decisionGround(ctx, command)
  if (!ground.ok) return err([ground.error])
  const pools: ReviewedPool[] = []
  const refusals: DecideSeatsRefusal[] = []
  for (const decision of command.pools) {
    const checked = await checkDecision(ctx, ctx.database.db, ground.value, decision)
    if (!checked.ok) {
      refusals.push({ ...checked.error, poolId: decision.poolId })
      continue
    }
    const reviewed = await reviewedPool(ctx, ground.value, checked.value)
    if (reviewed !== null) pools.push(reviewed)
  }
  const [first, ...others] = refusals
  return first === undefined ? ok({ reason: command.reason, pools }) : err([first, ...others])
}

/** Null: a new pool has nothing to compare with. */
async function reviewedPool(
  ctx: Context,
  { centreId, school }: DecisionGround,
  { wanted, before, tallies }: CheckedDecision,
): Promise<ReviewedPool | null> {
  if (before === null) return null
  const { kind, schoolYear, gradeFrom, gradeTo, decided: seats, others, classes } = wanted
  const { validFrom, validTo } = wanted
  const earlier = await listCapacities(ctx.database.db, centreId, before.id)
  const decision = { seats, others, classes, validFrom, validTo }
  const told = tellingDay(schoolYear, today(ctx.clock))
  const stored = { ...before, ...columnsInForce([...earlier, decision], told) }
  const freeOf = (row: SeatPoolRow) => countSeats(toSeatPool(row), tallies, instant(ctx.clock)).free
  const hint = classSizeHint(school.form, { from: gradeFrom, to: gradeTo }, { seats, classes })
  const { seats: seatsNow, others: othersNow, classes: classesNow } = before
  return {
    ...{ poolId: before.id, kind, schoolYear, gradeFrom, gradeTo, validFrom, validTo },
    before: { seats: seatsNow, others: othersNow, classes: classesNow, free: freeOf(before) },
    after: { seats, others, classes, free: freeOf(stored) },
    hint: kind === 'regular' ? hint : null,
  }
}
