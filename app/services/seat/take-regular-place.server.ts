import type { PupilCase } from '#app/domain/case/pupil-case.ts'
import type { SeatEntryId, SeatPoolId } from '#app/domain/ids.ts'
import type { SchoolForm } from '#app/domain/school/form.ts'
import { regularPoolsFor, type SeatEntry, takeSeat } from '#app/domain/seat/seat-entry.ts'
import { seatGrade } from '#app/domain/suggestion/fit.ts'
import { today } from '#app/domain/time.ts'
import {
  findPool,
  insertEntry,
  listEntries,
  listEntriesOfCase,
  listPoolsOfSchool,
  lockPools,
  toSeatPool,
} from '#db/queries/seat.server.ts'
import type { Tx } from '#db/schema.ts'
import type { Context } from '../context.server.ts'

/** Whether a child whose support is over has a regular place: one of its own, one taken now, or none. */
export type RegularPlace =
  | { readonly state: 'had' | 'missing' }
  | { readonly state: 'taken'; readonly poolId: SeatPoolId }

/**
 * A child that goes to the regular class keeps its regular place; where it has none (its centre only
 * warned, or wanted none) it takes one that is free in its year group at its school, counted with the
 * pools locked. Where none is free the child goes there all the same: the place is `missing`. Inside
 * the caller's transaction, while the support place is still the child's.
 */
export async function takeRegularPlace(
  ctx: Context,
  tx: Tx,
  pupilCase: PupilCase,
  schoolForm: SchoolForm | null,
): Promise<RegularPlace> {
  const { centreId, id: caseId } = pupilCase
  const own = await listEntriesOfCase(tx, centreId, caseId)
  if (own.some(({ kind }) => kind === 'regular')) return { state: 'had' }
  const [support] = own
  if (support === undefined) return { state: 'missing' }
  const ids = await placesFor(ctx, tx, { pupilCase, support, schoolForm })
  const { pools, now } = await lockPools(tx, centreId, ids, ctx.clock)
  const entries = await listEntries(tx, centreId, ids)
  for (const poolId of ids) {
    const row = pools.find(({ id }) => id === poolId)
    if (row === undefined) continue
    const seat = { id: ctx.newId() as SeatEntryId, caseId, now }
    const taken = takeSeat(toSeatPool(row), entries, seat)
    if (!taken.ok) continue
    await insertEntry(tx, centreId, taken.value, now)
    return { state: 'taken', poolId }
  }
  return { state: 'missing' }
}

type Sought = {
  readonly pupilCase: PupilCase
  readonly support: SeatEntry
  readonly schoolForm: SchoolForm | null
}

/** Where to look, the best first: what the counselling recommended lies in the year group as a rule. */
async function placesFor(
  { clock }: Context,
  tx: Tx,
  { pupilCase, support, schoolForm }: Sought,
): Promise<readonly SeatPoolId[]> {
  const { centreId } = pupilCase
  const day = today(clock)
  const pool = await findPool(tx, centreId, support.poolId, { day })
  if (pool === null || !('recommendation' in pupilCase)) return []
  const { grade } = pupilCase.recommendation
  const needed = schoolForm === null ? grade : seatGrade(schoolForm, grade)
  const pools = await listPoolsOfSchool(tx, centreId, pool.school_number, { day })
  return regularPoolsFor(toSeatPool(pool), pools.map(toSeatPool), needed).map(({ id }) => id)
}
