import { expressionBuilder } from 'kysely'
import type { SeatMove } from '#app/domain/case/transition.ts'
import type { CaseId, CentreId, SchoolNumber, SeatPoolId } from '#app/domain/ids.ts'
import type { SeatEntry, SeatState, SeatTally } from '#app/domain/seat/seat-entry.ts'
import {
  type Capacity,
  capacityOn,
  lastingSeats,
  nextChange,
  type SeatPool,
  tellingDay,
} from '#app/domain/seat/seat-pool.ts'
import { type CalendarDate, type Clock, dayOf, type Instant, instant } from '#app/domain/time.ts'
import { engineOf } from '../open.server.ts'
import type { Db, Row, Schema, Tx } from '../schema.ts'

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
    lasting: row.lasting ?? row.seats,
    others: row.others,
    reserve: row.reserve,
    reserveUntil: row.reserve_until,
  }
}

/** Pools by their ids, or all of a school from a school year on: these can be asked for before they are read. */
export type PoolsAsked =
  | readonly SeatPoolId[]
  | { readonly schoolNumber: SchoolNumber; readonly fromYear: number }

/** Lists of pools tell the numbers in force on `day`, also where nobody has settled them yet. */
type OnDay = { readonly day: CalendarDate }

/** A pool with the name of who decided last. */
export type DecidedPoolRow = SeatPoolRow & { readonly decider: string }

/** The pools of a school, by year, kind and first grade. */
export async function listPoolsOfSchool(
  db: Db,
  centreId: CentreId,
  schoolNumber: SchoolNumber,
  { day }: OnDay,
): Promise<readonly DecidedPoolRow[]> {
  const rows = await db
    .selectFrom('seat_pool')
    .innerJoin('account', 'account.id', 'seat_pool.decided_by')
    .selectAll('seat_pool')
    .select('account.name as decider')
    .where('centre_id', '=', centreId)
    .where('school_number', '=', schoolNumber)
    .orderBy('school_year')
    .orderBy('kind', 'desc')
    .orderBy('grade_from')
    .execute()
  return inForce(db, rows, day)
}

/** The pools of a school year in a centre, of both kinds. */
export async function listPoolsOfYear(
  db: Db,
  centreId: CentreId,
  schoolYear: number,
  { day }: OnDay,
): Promise<readonly SeatPoolRow[]> {
  const rows = await db
    .selectFrom('seat_pool')
    .selectAll()
    .where('centre_id', '=', centreId)
    .where('school_year', '=', schoolYear)
    .execute()
  return inForce(db, rows, day)
}

/** The pools of one kind and school year at some schools of a centre. */
export async function listPoolsOfSchools(
  db: Db,
  centreId: CentreId,
  schoolNumbers: readonly SchoolNumber[],
  { schoolYear, kind, day }: OnDay & Pick<SeatPool, 'schoolYear' | 'kind'>,
): Promise<readonly SeatPoolRow[]> {
  if (schoolNumbers.length === 0) return []
  const rows = await db
    .selectFrom('seat_pool')
    .selectAll()
    .where('centre_id', '=', centreId)
    .where('school_number', 'in', [...schoolNumbers])
    .where('school_year', '=', schoolYear)
    .where('kind', '=', kind)
    .execute()
  return inForce(db, rows, day)
}

/** A pool, or null. */
export async function findPool(
  db: Db,
  centreId: CentreId,
  id: SeatPoolId,
  { day }: OnDay,
): Promise<SeatPoolRow | null> {
  const row = await db
    .selectFrom('seat_pool')
    .selectAll()
    .where('centre_id', '=', centreId)
    .where('id', '=', id)
    .executeTakeFirst()
  const [pool = null] = await inForce(db, row === undefined ? [] : [row], day)
  return pool
}

/**
 * Pools, locked until the commit: seats are counted and taken in the same transaction, and of two
 * people at the same second one waits here (PostgreSQL: row lock; SQLite: one writer). They come in
 * the order of their ids, in which everybody locks them, and brought up to `now`: the number in force
 * is the row's own, and holds that have run out are released, so that their seats can be given away.
 * `now` is the moment at which they were locked: before it somebody else may have sat down or left.
 */
export async function lockPools(
  tx: Tx,
  centreId: CentreId,
  ids: readonly SeatPoolId[],
  clock: Clock,
): Promise<{ readonly pools: readonly SeatPoolRow[]; readonly now: Instant }> {
  if (ids.length === 0) return { pools: [], now: instant(clock) }
  const query = tx
    .selectFrom('seat_pool')
    .selectAll()
    .where('centre_id', '=', centreId)
    .where('id', 'in', [...ids])
    .orderBy('id')
  const rows = await (engineOf(tx) === 'postgres' ? query.forUpdate() : query).execute()
  const now = instant(clock)
  const pools = await inForce(tx, rows, dayOf(now))
  for (const pool of pools) if (!rows.includes(pool)) await settlePool(tx, pool)
  await releaseExpired(tx, centreId, ids, now)
  return { pools, now }
}

/** Locks the pools in which a case has seats. */
export async function lockPoolsOfCase(
  tx: Tx,
  centreId: CentreId,
  caseId: CaseId,
  clock: Clock,
): Promise<void> {
  await lockPools(tx, centreId, await poolsOfCase(tx, centreId, caseId), clock)
}

/**
 * Makes sure of the pools in which a case has seats before its row is written, and looks at nothing:
 * whoever gives seats locks pools first and entries then, so whoever moves a case's entries has to
 * come the same way, or the two wait for each other (PostgreSQL; SQLite has one writer anyway).
 */
export async function reachPoolsOfCase(tx: Tx, centreId: CentreId, caseId: CaseId): Promise<void> {
  if (engineOf(tx) !== 'postgres') return
  const ids = await poolsOfCase(tx, centreId, caseId)
  if (ids.length === 0) return
  await tx
    .selectFrom('seat_pool')
    .select('id')
    .where('centre_id', '=', centreId)
    .where('id', 'in', [...ids])
    .orderBy('id')
    .forUpdate()
    .execute()
}

/** The pools in which a case has seats, also such as have run out. */
export async function poolsOfCase(
  db: Db,
  centreId: CentreId,
  caseId: CaseId,
): Promise<readonly SeatPoolId[]> {
  const entries = await listEntriesOfCase(db, centreId, caseId)
  return entries.map(({ poolId }) => poolId)
}

/** The rows with the numbers in force on a day; a row on which none has changed is the same one. */
export async function inForce<R extends SeatPoolRow>(
  db: Db,
  rows: readonly R[],
  day: CalendarDate,
): Promise<readonly R[]> {
  const due = rows.filter(({ changes_on }) => changes_on !== null && changes_on <= day)
  if (due.length === 0) return rows
  const changed = new Map<R, R>()
  for (const row of due) {
    const decisions = await listCapacities(db, row.centre_id, row.id)
    const told = tellingDay(row.school_year, day)
    changed.set(row, { ...row, ...columnsInForce(decisions, told) })
  }
  return rows.map((row) => changed.get(row) ?? row)
}

/** A decision as it was stored: its number of seats, and what it told beside it. */
type StoredCapacity = Capacity & Pick<SeatPoolRow, 'others' | 'classes'>

/**
 * What a pool's row says of the decisions on a day; no seat before the first of them holds. Where other
 * children sit and how many classes there are is no decision but a fact: the newest tells it, whatever
 * the days for which its seats hold.
 */
export function columnsInForce(
  decisions: readonly StoredCapacity[],
  day: CalendarDate,
): Pick<SeatPoolRow, 'seats' | 'others' | 'classes' | 'changes_on' | 'lasting'> {
  const { others, classes } = decisions.at(-1) ?? NOTHING_TOLD
  const seats = capacityOn(decisions, day)?.seats ?? 0
  const lasting = lastingSeats(decisions, day)
  return {
    ...{ seats, others, classes },
    changes_on: nextChange(decisions, day),
    lasting: lasting === seats ? null : lasting,
  }
}

const NOTHING_TOLD = { others: 0, classes: null } as const

/** The decisions about a pool, oldest first. */
export async function listCapacities(
  db: Db,
  centreId: CentreId,
  poolId: SeatPoolId,
): Promise<readonly StoredCapacity[]> {
  const rows = await db
    .selectFrom('seat_decision')
    .select(['seats', 'others', 'classes', 'valid_from', 'valid_to'])
    .where('centre_id', '=', centreId)
    .where('pool_id', '=', poolId)
    // decided before decisions had an order of their own: by the clock
    .orderBy('pool_version')
    .orderBy('decided_at')
    .execute()
  return rows.map(({ valid_from: validFrom, valid_to: validTo, ...numbers }) => ({
    ...numbers,
    ...{ validFrom, validTo },
  }))
}

/** A decision with the name of who made it. */
export type DecisionRow = Row<'seat_decision'> & { readonly decider: string }

/** Everything that was decided about some pools, of each the newest first, with the name of who did. */
export async function listDecisions(
  db: Db,
  centreId: CentreId,
  pools: PoolsAsked,
): Promise<readonly DecisionRow[]> {
  return isNone(pools) ? [] : decisionsAbout(db, centreId, pools).execute()
}

/**
 * The same of those pools alone in which a decision for days after `day` stands beside another, which
 * may have taken its place: mostly there is none.
 */
export async function listDecisionsBeside(
  db: Db,
  centreId: CentreId,
  pools: PoolsAsked,
  { day }: OnDay,
): Promise<readonly DecisionRow[]> {
  if (isNone(pools)) return []
  return decisionsAbout(db, centreId, pools)
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom('seat_decision as coming')
          .innerJoin('seat_decision as other', (join) =>
            join
              .onRef('other.centre_id', '=', 'coming.centre_id')
              .onRef('other.pool_id', '=', 'coming.pool_id')
              .onRef('other.id', '<>', 'coming.id'),
          )
          .select('coming.id')
          .whereRef('coming.centre_id', '=', 'seat_decision.centre_id')
          .whereRef('coming.pool_id', '=', 'seat_decision.pool_id')
          .where('coming.valid_from', '>', day),
      ),
    )
    .execute()
}

function decisionsAbout(db: Db, centreId: CentreId, pools: PoolsAsked) {
  return db
    .selectFrom('seat_decision')
    .innerJoin('account', 'account.id', 'seat_decision.decided_by')
    .selectAll('seat_decision')
    .select('account.name as decider')
    .where('seat_decision.centre_id', '=', centreId)
    .where('seat_decision.pool_id', 'in', idsOf(centreId, pools))
    .orderBy('seat_decision.pool_id')
    .orderBy('seat_decision.pool_version', 'desc')
    .orderBy('seat_decision.decided_at', 'desc')
}

function isNone(pools: PoolsAsked): boolean {
  return isByIds(pools) && pools.length === 0
}

function isByIds(pools: PoolsAsked): pools is readonly SeatPoolId[] {
  return Array.isArray(pools)
}

function idsOf(centreId: CentreId, pools: PoolsAsked) {
  if (isByIds(pools)) return [...pools]
  return expressionBuilder<Schema, never>()
    .selectFrom('seat_pool')
    .select('id')
    .where('centre_id', '=', centreId)
    .where('school_number', '=', pools.schoolNumber)
    .where('school_year', '>=', pools.fromYear)
}

async function settlePool(tx: Tx, pool: SeatPoolRow): Promise<void> {
  const { seats, others, classes, changes_on, lasting } = pool
  await tx
    .updateTable('seat_pool')
    .set({ seats, others, classes, changes_on, lasting })
    .where('centre_id', '=', pool.centre_id)
    .where('id', '=', pool.id)
    .execute()
}

async function releaseExpired(
  tx: Tx,
  centreId: CentreId,
  poolIds: readonly SeatPoolId[],
  now: Instant,
): Promise<void> {
  await tx
    .updateTable('seat_entry')
    .set({ state: 'released', hold_until: null, released_at: now })
    .where('centre_id', '=', centreId)
    .where('pool_id', 'in', [...poolIds])
    .where('state', '=', 'hold')
    .where('hold_until', '<=', now)
    .execute()
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
    .select(ENTRY)
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
  pools: PoolsAsked,
): Promise<readonly SeatTally[]> {
  if (isNone(pools)) return []
  const rows = await db
    .selectFrom('seat_entry')
    .select((eb) => ['pool_id', 'state', 'hold_until', eb.fn.countAll<number>().as('count')])
    .where('centre_id', '=', centreId)
    .where('pool_id', 'in', idsOf(centreId, pools))
    .where('state', '<>', 'released')
    .groupBy(['pool_id', 'state', 'hold_until'])
    .execute()
  return rows.map((row) => ({ poolId: row.pool_id, count: row.count, ...toState(row) }))
}

/** When somebody last got a seat of these pools and still has it; null: nobody has one. */
export async function lastSeatedAt(
  db: Db,
  centreId: CentreId,
  poolIds: readonly SeatPoolId[],
): Promise<Instant | null> {
  if (poolIds.length === 0) return null
  const row = await db
    .selectFrom('seat_entry')
    .select((eb) => eb.fn.max('made_at').as('at'))
    .where('centre_id', '=', centreId)
    .where('pool_id', 'in', [...poolIds])
    .where('state', '<>', 'released')
    .executeTakeFirst()
  return row?.at ?? null
}

const ENTRY = ['id', 'pool_id', 'case_id', 'kind', 'seat_number', 'state', 'hold_until'] as const

/** The entries by which a case has seats: a support place, a regular place, or none; of each year. */
export async function listEntriesOfCase(
  db: Db,
  centreId: CentreId,
  caseId: CaseId,
): Promise<readonly SeatEntry[]> {
  return listEntriesOfCases(db, centreId, [caseId])
}

/** The same for some cases, read together. */
export async function listEntriesOfCases(
  db: Db,
  centreId: CentreId,
  caseIds: readonly CaseId[],
): Promise<readonly SeatEntry[]> {
  if (caseIds.length === 0) return []
  const rows = await db
    .selectFrom('seat_entry')
    .select(ENTRY)
    .where('centre_id', '=', centreId)
    .where('case_id', 'in', [...caseIds])
    // named one by one, as the index of live entries names them
    .where('state', 'in', ['hold', 'assigned', 'taken'])
    .execute()
  return rows.map(toEntry)
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
    .values(({ selectFrom }) => ({
      centre_id: centreId,
      id: entry.id,
      pool_id: entry.poolId,
      // the pool's: an entry is of no year by itself
      school_year: selectFrom('seat_pool')
        .select('school_year')
        .where('centre_id', '=', centreId)
        .where('id', '=', entry.poolId)
        .$asScalar()
        .$notNull(),
      case_id: entry.caseId,
      kind: entry.kind,
      seat_number: entry.seatNumber,
      state: entry.state,
      hold_until: entry.holdUntil,
      made_at: now,
      released_at: null,
    }))
    .execute()
}

/**
 * Moves the live entries of a case on together, its support place and its regular place: kept, taken or
 * released; or gives back its support place alone, where support is over. What ran out and was released meanwhile stays released. @throws when a seat should be kept
 * or taken that the case does not have.
 */
export async function moveSeatEntries(
  tx: Tx,
  centreId: CentreId,
  caseId: CaseId,
  { entryId, to }: SeatMove,
  now: Instant,
): Promise<void> {
  if (to === 'regular') return releaseSupport(tx, centreId, caseId, now)
  const moved = await tx
    .updateTable('seat_entry')
    .set({ state: to, hold_until: null, released_at: to === 'released' ? now : null })
    .where('centre_id', '=', centreId)
    .where('case_id', '=', caseId)
    .where('state', 'in', ['hold', 'assigned', 'taken'])
    .returning('id')
    .execute()
  if (to === 'released' || moved.some(({ id }) => id === entryId)) return
  throw new Error(`No live seat entry ${entryId}`)
}

async function releaseSupport(
  tx: Tx,
  centreId: CentreId,
  caseId: CaseId,
  now: Instant,
): Promise<void> {
  await tx
    .updateTable('seat_entry')
    .set({ state: 'released', hold_until: null, released_at: now })
    .where('centre_id', '=', centreId)
    .where('case_id', '=', caseId)
    .where('kind', '=', 'support')
    .where('state', 'in', ['hold', 'assigned', 'taken'])
    .execute()
}

/** Puts an entry on another seat of its pool. */
export async function reseatEntry(
  tx: Tx,
  centreId: CentreId,
  { id, seatNumber }: Pick<SeatEntry, 'id' | 'seatNumber'>,
): Promise<void> {
  await tx
    .updateTable('seat_entry')
    .set({ seat_number: seatNumber })
    .where('centre_id', '=', centreId)
    .where('id', '=', id)
    .execute()
}

/** Adds a pool. */
export async function insertPool(tx: Tx, pool: SeatPoolRow): Promise<void> {
  await tx.insertInto('seat_pool').values(pool).execute()
}

/** Changes a pool, over the version it was read at; false when somebody changed it since. */
export async function savePool(
  tx: Tx,
  pool: Pick<SeatPoolRow, 'centre_id' | 'id' | 'version'>,
  change: Partial<Omit<SeatPoolRow, 'centre_id' | 'id' | 'version'>>,
): Promise<boolean> {
  const saved = await tx
    .updateTable('seat_pool')
    .set({ ...change, version: pool.version + 1 })
    .where('centre_id', '=', pool.centre_id)
    .where('id', '=', pool.id)
    .where('version', '=', pool.version)
    .executeTakeFirst()
  return Number(saved.numUpdatedRows) === 1
}

/** Adds to the decisions of a pool: value, reason, who, when. Never changed afterwards. */
export async function insertSeatDecision(tx: Tx, decision: Row<'seat_decision'>): Promise<void> {
  await tx.insertInto('seat_decision').values(decision).execute()
}

function toEntry(row: Pick<Row<'seat_entry'>, (typeof ENTRY)[number]>): SeatEntry {
  const { id, pool_id: poolId, case_id: caseId, kind, seat_number: seatNumber } = row
  return { id, poolId, caseId, kind, seatNumber, ...toState(row) }
}

function toState({
  state,
  hold_until,
}: Pick<Row<'seat_entry'>, 'state' | 'hold_until'>): SeatState {
  if (state !== 'hold') return { state, holdUntil: null }
  if (hold_until === null) throw new Error('A hold has no end')
  return { state, holdUntil: hold_until }
}
