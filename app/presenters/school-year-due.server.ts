import type { CentreId } from '#app/domain/ids.ts'
import type { School } from '#app/domain/school/school.ts'
import type { SeatKind } from '#app/domain/seat/seat-pool.ts'
import { isTurnDue, turnYear } from '#app/domain/seat/turn.ts'
import { instant, today } from '#app/domain/time.ts'
import type { Context } from '#app/services/context.server.ts'
import { planOf, supportEndsOf, turnGround } from '#app/services/seat/turn-of-year.server.ts'
import type { SeatPoolRow } from '#db/queries/seat.server.ts'

/** What is to be carried over into a school year, by the year it starts in. */
export type TurnDue = {
  readonly year: number
  /** Pools the new year does not have yet. */
  readonly pools: number
  /** Children who stay and have no seat in it yet. */
  readonly children: number
}

/**
 * What of some kinds of seat a school can carry over now; null: nothing. `pools`: all of the school's,
 * read today. Children are counted, none is shown. The caller has authorised.
 */
export async function turnDue(
  ctx: Context,
  centreId: CentreId,
  school: School,
  { kinds, pools }: { readonly kinds: readonly SeatKind[]; readonly pools: readonly SeatPoolRow[] },
): Promise<TurnDue | null> {
  if (kinds.length === 0) return null
  const year = turnYear(today(ctx.clock))
  const turning = { centreId, school, kinds, year }
  const ground = await turnGround(ctx.database.db, turning, pools, instant(ctx.clock))
  const open = ground.seated.filter(({ hasSeatThen }) => !hasSeatThen)
  const turn = planOf(turning, ground, await supportEndsOf(ctx, centreId, open))
  if (!isTurnDue(turn)) return null
  return {
    year,
    pools: turn.pools.filter(({ existing }) => existing === null).length,
    children: turn.pools.reduce((sum, { staying }) => sum + staying.length, 0),
  }
}
