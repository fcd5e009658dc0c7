import type { SeatPoolId } from '#app/domain/ids.ts'
import { poolAfterTurn } from '#app/domain/seat/turn.ts'
import { schoolYearOf, today } from '#app/domain/time.ts'
import { listPoolsOfSchool, toSeatPool } from '#db/queries/seat.server.ts'
import type { Context } from '../context.server.ts'
import type { VisibleCase } from './visible-case.server.ts'

/**
 * The pool whose number a school is asked to correct when it says that it has no place for a child: the
 * one of this school year, also where the child was proposed or assigned before 1 August. Where the
 * school has not entered it yet, the one of the placement: by its year the desk sees that this year's
 * is missing. Null: the case has no seat.
 */
export async function poolToCorrect(
  ctx: Context,
  { row, schoolForm }: VisibleCase,
): Promise<SeatPoolId | null> {
  const { centre_id: centreId, school_number: schoolNumber, pool_id: poolId } = row
  if (poolId === null || schoolNumber === null || schoolForm === null) return poolId
  const day = today(ctx.clock)
  const rows = await listPoolsOfSchool(ctx.database.db, centreId, schoolNumber, { day })
  const pools = rows.map(toSeatPool)
  // whoever has a seat was counselled
  const child = { grade: row.grade ?? 1, gradeYear: schoolYearOf(row.counselled_on ?? day) }
  let pool = pools.find(({ id }) => id === poolId) ?? null
  while (pool !== null && pool.schoolYear < schoolYearOf(day)) {
    pool = poolAfterTurn(child, pool, { form: schoolForm, pools })
  }
  return pool?.id ?? poolId
}
