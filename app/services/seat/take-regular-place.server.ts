import type { PupilCase } from '#app/domain/case/pupil-case.ts'
import type { SeatEntryId, SeatPoolId } from '#app/domain/ids.ts'
import type { SchoolForm } from '#app/domain/school/form.ts'
import { regularPoolsFor, type SeatEntry, takeSeat } from '#app/domain/seat/seat-entry.ts'
import type { SeatPool } from '#app/domain/seat/seat-pool.ts'
import { seatGrade } from '#app/domain/suggestion/fit.ts'
import { schoolYearOf, today } from '#app/domain/time.ts'
import {
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
 * A child that goes to the regular class keeps its regular place; where it has none in the present
 * school year (its centre only warned, or nobody carried it over) it takes one that is free in its year
 * group at its school, counted with the pools locked. Where none is free the child goes there all the
 * same: the place is `missing`. Inside the caller's transaction, while the support place is still the
 * child's.
 */
export async function takeRegularPlace(
  ctx: Context,
  tx: Tx,
  pupilCase: PupilCase,
  schoolForm: SchoolForm | null,
): Promise<RegularPlace> {
  const { centreId, id: caseId } = pupilCase
  const own = await listEntriesOfCase(tx, centreId, caseId)
  const present = await presentPools(ctx, tx, pupilCase)
  const isPlace = ({ kind, poolId }: SeatEntry) =>
    kind === 'regular' && present.some(({ id }) => id === poolId)
  if (own.some(isPlace)) return { state: 'had' }
  const support = present.find(({ id }) => own.some(({ poolId }) => poolId === id)) ?? null
  const ids = placesFor(ctx, { pupilCase, support, schoolForm }, present)
  // with the pools it sits in, all in one order: the caller releases a seat there afterwards
  const locked = [...ids, ...own.map(({ poolId }) => poolId)]
  const { pools, now } = await lockPools(tx, centreId, locked, ctx.clock)
  // somebody may have ended the case while this waited: the child has its place, and the case is stale
  if ((await listEntriesOfCase(tx, centreId, caseId)).some(isPlace)) return { state: 'had' }
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
  /** Where it has its support place this year; null: nobody has carried it over. */
  readonly support: SeatPool | null
  readonly schoolForm: SchoolForm | null
}

/** The pools of the child's school in the present school year. */
async function presentPools(
  { clock }: Context,
  tx: Tx,
  pupilCase: PupilCase,
): Promise<readonly SeatPool[]> {
  if (!('placement' in pupilCase)) return []
  const day = today(clock)
  const { schoolNumber } = pupilCase.placement
  const rows = await listPoolsOfSchool(tx, pupilCase.centreId, schoolNumber, { day })
  return rows.filter(({ school_year }) => school_year === schoolYearOf(day)).map(toSeatPool)
}

/** Where to look, the best first: what the counselling recommended lies in the year group as a rule. */
function placesFor(
  { clock }: Context,
  { pupilCase, support, schoolForm }: Sought,
  present: readonly SeatPool[],
): readonly SeatPoolId[] {
  if (!('recommendation' in pupilCase)) return []
  const schoolYear = schoolYearOf(today(clock))
  const { grade: recommended } = pupilCase.recommendation
  // one grade up with every school year since
  const grown = recommended + schoolYear - schoolYearOf(pupilCase.counselledOn)
  const grade = schoolForm === null ? grown : seatGrade(schoolForm, grown)
  const group = support ?? { schoolYear, gradeFrom: grade, gradeTo: grade }
  return regularPoolsFor(group, present, grade).map(({ id }) => id)
}
