import type { CaseId, CentreId, ChildId, SeatPoolId } from '#app/domain/ids.ts'
import type { SeatState } from '#app/domain/seat/seat-entry.ts'
import type { SeatKind } from '#app/domain/seat/seat-pool.ts'
import { type CalendarDate, type Instant, schoolYearOf } from '#app/domain/time.ts'
import { engineOf } from '../open.server.ts'
import type { Db, Tx } from '../schema.ts'

/** A child on a seat, and what tells where it will sit in the school year that comes. */
export type SeatedCase = SeatState & {
  readonly caseId: CaseId
  readonly childId: ChildId
  readonly poolId: SeatPoolId
  readonly kind: SeatKind
  /** The grade it was counselled for, and in which school year. */
  readonly grade: number
  readonly gradeYear: number
  readonly firstDay: CalendarDate | null
  /** It has a seat of this kind in `thenYear`. */
  readonly hasSeatThen: boolean
}

/**
 * Who sits in some pools at `now`, by case. Left out are holds that have run out, and children whose
 * follow-up is over: they count for the rest of the school year only (0031), then the owner knows them.
 */
export async function listSeatedCases(
  db: Db,
  centreId: CentreId,
  poolIds: readonly SeatPoolId[],
  { thenYear, now }: { readonly thenYear: number; readonly now: Instant },
): Promise<readonly SeatedCase[]> {
  if (poolIds.length === 0) return []
  const rows = await db
    .selectFrom('seat_entry')
    .innerJoin('pupil_case', (join) =>
      join
        .onRef('pupil_case.centre_id', '=', 'seat_entry.centre_id')
        .onRef('pupil_case.id', '=', 'seat_entry.case_id'),
    )
    .leftJoin('seat_entry as later', (join) =>
      join
        .onRef('later.centre_id', '=', 'seat_entry.centre_id')
        .onRef('later.case_id', '=', 'seat_entry.case_id')
        .onRef('later.kind', '=', 'seat_entry.kind')
        .on('later.school_year', '=', thenYear)
        .on('later.state', 'in', ['hold', 'assigned', 'taken']),
    )
    .select(['seat_entry.case_id', 'seat_entry.pool_id', 'seat_entry.kind', 'seat_entry.state'])
    .select(['seat_entry.hold_until', 'pupil_case.child_id', 'pupil_case.grade'])
    .select(['pupil_case.counselled_on', 'pupil_case.first_day', 'later.id as later_id'])
    .where('seat_entry.centre_id', '=', centreId)
    .where('seat_entry.pool_id', 'in', [...poolIds])
    .where('pupil_case.stage', '<>', 'completed')
    .where('seat_entry.state', 'in', ['hold', 'assigned', 'taken'])
    .where(({ eb, or }) =>
      or([eb('seat_entry.state', '<>', 'hold'), eb('seat_entry.hold_until', '>', now)]),
    )
    .orderBy('seat_entry.case_id')
    .execute()
  return rows.map((row) => ({
    ...{ caseId: row.case_id, childId: row.child_id, poolId: row.pool_id, kind: row.kind },
    ...stateOf(row.state, row.hold_until),
    // whoever has a seat was counselled
    grade: row.grade ?? 1,
    gradeYear: schoolYearOf(row.counselled_on ?? '9999-12-31'),
    firstDay: row.first_day,
    hasSeatThen: row.later_id !== null,
  }))
}

function stateOf(state: 'hold' | 'assigned' | 'taken' | 'released', until: Instant | null) {
  if (state !== 'hold') return { state, holdUntil: null }
  if (until === null) throw new Error('A hold has no end')
  return { state, holdUntil: until }
}

/**
 * Locks cases until the commit, in the order of their ids: whoever erases one of the children comes
 * wholly before or wholly after (PostgreSQL; SQLite has one writer).
 */
export async function lockCases(
  tx: Tx,
  centreId: CentreId,
  caseIds: readonly CaseId[],
): Promise<void> {
  if (caseIds.length === 0 || engineOf(tx) !== 'postgres') return
  await tx
    .selectFrom('pupil_case')
    .select('id')
    .where('centre_id', '=', centreId)
    .where('id', 'in', [...caseIds])
    .orderBy('id')
    .forNoKeyUpdate()
    .execute()
}
