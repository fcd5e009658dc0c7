import type { SeatMove } from '#app/domain/case/transition.ts'
import type { CaseId, CentreId, SchoolNumber, SeatPoolId } from '#app/domain/ids.ts'
import type { SeatEntry, SeatState, SeatTally } from '#app/domain/seat/seat-entry.ts'
import type { SeatPool } from '#app/domain/seat/seat-pool.ts'
import type { Instant } from '#app/domain/time.ts'
import { engineOf } from '../open.server.ts'
import type { Db, Row, Tx } from '../schema.ts'

export type SeatPoolRow = Row<'seat_pool'>

/** A pool as the domain counts it. */
export function toSeatPool(row: SeatPoolRow): SeatPool {
  return {
    id: row.id,
    schoolNumber: row.school_number,
    schoolYear: row.school_year,
    gradeFrom: row.grade_from,
    gradeTo: row.grade_to,
    kind: row.kind,
    decided: row.seats,
  }
}

/** The pools of a school, by year, kind and first grade. */
export async function listPoolsOfSchool(
  db: Db,
  centreId: CentreId,
  schoolNumber: SchoolNumber,
): Promise<readonly SeatPoolRow[]> {
  return db
    .selectFrom('seat_pool')
    .selectAll()
    .where('centre_id', '=', centreId)
    .where('school_number', '=', schoolNumber)
    .orderBy('school_year')
    .orderBy('kind', 'desc')
    .orderBy('grade_from')
    .execute()
}

/** The pools of a school from a school year on, each with the name of who decided its number. */
export async function listPoolsWithDecider(
  db: Db,
  centreId: CentreId,
  schoolNumber: SchoolNumber,
  fromYear: number,
): Promise<readonly (SeatPoolRow & { readonly decider: string })[]> {
  return db
    .selectFrom('seat_pool')
    .innerJoin('account', 'account.id', 'seat_pool.decided_by')
    .selectAll('seat_pool')
    .select('account.name as decider')
    .where('seat_pool.centre_id', '=', centreId)
    .where('seat_pool.school_number', '=', schoolNumber)
    .where('seat_pool.school_year', '>=', fromYear)
    .orderBy('seat_pool.school_year')
    .orderBy('seat_pool.kind', 'desc')
    .orderBy('seat_pool.grade_from')
    .execute()
}

/** The pools of one kind and school year in a centre. */
export async function listPoolsOfYear(
  db: Db,
  centreId: CentreId,
  schoolYear: number,
  kind: SeatPoolRow['kind'],
): Promise<readonly SeatPoolRow[]> {
  return db
    .selectFrom('seat_pool')
    .selectAll()
    .where('centre_id', '=', centreId)
    .where('school_year', '=', schoolYear)
    .where('kind', '=', kind)
    .execute()
}

/** The pools of one kind and school year at some schools of a centre. */
export async function listPoolsOfSchools(
  db: Db,
  centreId: CentreId,
  schoolNumbers: readonly SchoolNumber[],
  schoolYear: number,
  kind: SeatPoolRow['kind'],
): Promise<readonly SeatPoolRow[]> {
  if (schoolNumbers.length === 0) return []
  return db
    .selectFrom('seat_pool')
    .selectAll()
    .where('centre_id', '=', centreId)
    .where('school_number', 'in', [...schoolNumbers])
    .where('school_year', '=', schoolYear)
    .where('kind', '=', kind)
    .execute()
}

/** A pool, or null. */
export async function findPool(
  db: Db,
  centreId: CentreId,
  id: SeatPoolId,
): Promise<SeatPoolRow | null> {
  const row = await db
    .selectFrom('seat_pool')
    .selectAll()
    .where('centre_id', '=', centreId)
    .where('id', '=', id)
    .executeTakeFirst()
  return row ?? null
}

/**
 * A pool, locked until the commit: seats are counted and taken in the same transaction, and of two
 * people at the same second one waits here (PostgreSQL: row lock; SQLite: one writer).
 */
export async function lockPool(
  tx: Tx,
  centreId: CentreId,
  id: SeatPoolId,
): Promise<SeatPoolRow | null> {
  const query = tx
    .selectFrom('seat_pool')
    .selectAll()
    .where('centre_id', '=', centreId)
    .where('id', '=', id)
  const row = await (engineOf(tx) === 'postgres' ? query.forUpdate() : query).executeTakeFirst()
  return row ?? null
}

/** The entries of pools that may still count: everything but released ones. */
export async function listEntries(
  db: Db,
  centreId: CentreId,
  poolIds: readonly SeatPoolId[],
): Promise<readonly SeatEntry[]> {
  if (poolIds.length === 0) return []
  const rows = await db
    .selectFrom('seat_entry')
    .select(['id', 'pool_id', 'case_id', 'state', 'hold_until'])
    .where('centre_id', '=', centreId)
    .where('pool_id', 'in', [...poolIds])
    .where('state', '<>', 'released')
    .execute()
  return rows.map(toEntry)
}

/**
 * The entries of pools that may still count, those of one state and end together: pages count seats
 * of children who have attended for years, and one index answers it. The pools stay apart.
 */
export async function tallyEntries(
  db: Db,
  centreId: CentreId,
  poolIds: readonly SeatPoolId[],
): Promise<readonly SeatTally[]> {
  if (poolIds.length === 0) return []
  const rows = await db
    .selectFrom('seat_entry')
    .select((eb) => ['pool_id', 'state', 'hold_until', eb.fn.countAll<number>().as('count')])
    .where('centre_id', '=', centreId)
    .where('pool_id', 'in', [...poolIds])
    .where('state', '<>', 'released')
    .groupBy(['pool_id', 'state', 'hold_until'])
    .execute()
  return rows.map((row) => ({ poolId: row.pool_id, count: row.count, ...toState(row) }))
}

/** The entry by which a case has a seat; null: it has none. */
export async function findEntryOfCase(
  db: Db,
  centreId: CentreId,
  caseId: CaseId,
): Promise<SeatEntry | null> {
  const row = await db
    .selectFrom('seat_entry')
    .select(['id', 'pool_id', 'case_id', 'state', 'hold_until'])
    .where('centre_id', '=', centreId)
    .where('case_id', '=', caseId)
    // named one by one, as the index of live entries names them
    .where('state', 'in', ['hold', 'assigned', 'taken'])
    .executeTakeFirst()
  return row === undefined ? null : toEntry(row)
}

/** Adds an entry: a hold on one seat. */
export async function insertEntry(
  tx: Tx,
  centreId: CentreId,
  entry: SeatEntry,
  now: Instant,
): Promise<void> {
  await tx
    .insertInto('seat_entry')
    .values({
      centre_id: centreId,
      id: entry.id,
      pool_id: entry.poolId,
      case_id: entry.caseId,
      state: entry.state,
      hold_until: entry.holdUntil,
      made_at: now,
      released_at: null,
    })
    .execute()
}

/** Moves an entry on: kept, taken or released. @throws when it is not there or released already. */
export async function moveSeatEntry(
  tx: Tx,
  centreId: CentreId,
  move: SeatMove,
  now: Instant,
): Promise<void> {
  const moved = await tx
    .updateTable('seat_entry')
    .set({
      state: move.to,
      hold_until: null,
      released_at: move.to === 'released' ? now : null,
    })
    .where('centre_id', '=', centreId)
    .where('id', '=', move.entryId)
    .where('state', '<>', 'released')
    .executeTakeFirst()
  if (Number(moved.numUpdatedRows) !== 1) throw new Error(`No live seat entry ${move.entryId}`)
}

/** Adds a pool. */
export async function insertPool(tx: Tx, pool: SeatPoolRow): Promise<void> {
  await tx.insertInto('seat_pool').values(pool).execute()
}

/** Changes how many seats a pool has, over the version it was read at; false when it was changed. */
export async function savePool(
  tx: Tx,
  pool: Pick<
    SeatPoolRow,
    'centre_id' | 'id' | 'version' | 'seats' | 'entered_for_school' | 'decided_by' | 'decided_at'
  >,
): Promise<boolean> {
  const { centre_id, id, version, ...change } = pool
  const saved = await tx
    .updateTable('seat_pool')
    .set({ ...change, version: version + 1 })
    .where('centre_id', '=', centre_id)
    .where('id', '=', id)
    .where('version', '=', version)
    .executeTakeFirst()
  return Number(saved.numUpdatedRows) === 1
}

/** Adds to the decisions of a pool: value, reason, who, when. Never changed afterwards. */
export async function insertSeatDecision(tx: Tx, decision: Row<'seat_decision'>): Promise<void> {
  await tx.insertInto('seat_decision').values(decision).execute()
}

function toEntry(
  row: Pick<Row<'seat_entry'>, 'id' | 'pool_id' | 'case_id' | 'state' | 'hold_until'>,
): SeatEntry {
  return { id: row.id, poolId: row.pool_id, caseId: row.case_id, ...toState(row) }
}

function toState({
  state,
  hold_until,
}: Pick<Row<'seat_entry'>, 'state' | 'hold_until'>): SeatState {
  if (state !== 'hold') return { state, holdUntil: null }
  if (hold_until === null) throw new Error('A hold has no end')
  return { state, holdUntil: hold_until }
}
