import { sql } from 'kysely'
import type { AccountId, CaseId, CentreId, ChildId, FamilyId } from '#app/domain/ids.ts'
import type { ErasedCounts, ErasureState } from '#app/domain/privacy/erasure.ts'
import type { CalendarDate, Instant } from '#app/domain/time.ts'
import { engineOf } from '../open.server.ts'
import type { Db, Row, Tx } from '../schema.ts'
import { lockChildChanges, noteChildChange } from './child.server.ts'
import { deleteDraftsOfCases } from './draft.server.ts'

export type ErasureRow = Row<'erasure'>
export type RecipientRow = Row<'erasure_recipient'>

/** Adds an erasure with the next number of its centre; one of several at once waits here. */
export async function insertErasure(tx: Tx, erasure: Omit<ErasureRow, 'number'>): Promise<void> {
  await lockChildChanges(tx)
  const { last } = await tx
    .selectFrom('erasure')
    .select(({ fn, lit }) => fn.coalesce(fn.max('number'), lit(0)).as('last'))
    .where('centre_id', '=', erasure.centre_id)
    .executeTakeFirstOrThrow()
  await tx
    .insertInto('erasure')
    .values({ ...erasure, number: Number(last) + 1 })
    .execute()
}

/** An erasure, or null. */
export async function findErasure(
  db: Db,
  centreId: CentreId,
  id: string,
): Promise<ErasureRow | null> {
  const row = await db
    .selectFrom('erasure')
    .selectAll()
    .where('centre_id', '=', centreId)
    .where('id', '=', id)
    .executeTakeFirst()
  return row ?? null
}

/** The erasure of a child that is not finished yet, or null. */
export async function findRunningErasure(
  db: Db,
  centreId: CentreId,
  childId: ChildId,
): Promise<ErasureRow | null> {
  const row = await db
    .selectFrom('erasure')
    .selectAll()
    .where('centre_id', '=', centreId)
    .where('child_id', '=', childId)
    .where('state', '<>', 'done')
    .executeTakeFirst()
  return row ?? null
}

/** Erasures that are not finished: a process was ended in the middle of them. */
export async function listUnfinished(db: Db): Promise<readonly ErasureRow[]> {
  return db
    .selectFrom('erasure')
    .selectAll()
    .where('state', '<>', 'done')
    .orderBy('ordered_at')
    .execute()
}

/** The erasures of a centre, newest first, with the rule and who ordered each. */
export async function listErasures(
  db: Db,
  centreId: CentreId,
  page: { readonly limit: number; readonly offset: number },
) {
  return erasures(db, centreId)
    .orderBy('erasure.number', 'desc')
    .limit(page.limit)
    .offset(page.offset)
    .execute()
}

/** One erasure with its rule and who ordered it, or null. */
export async function findErasureWithRule(db: Db, centreId: CentreId, id: string) {
  const row = await erasures(db, centreId).where('erasure.id', '=', id).executeTakeFirst()
  return row ?? null
}

function erasures(db: Db, centreId: CentreId) {
  return db
    .selectFrom('erasure')
    .leftJoin('retention_rule', (join) =>
      join
        .onRef('retention_rule.centre_id', '=', 'erasure.centre_id')
        .onRef('retention_rule.id', '=', 'erasure.rule_id'),
    )
    .leftJoin('account', 'account.id', 'erasure.ordered_by')
    .selectAll('erasure')
    .select(['retention_rule.class', 'retention_rule.months', 'retention_rule.law_ref'])
    .select('account.name as orderer')
    .where('erasure.centre_id', '=', centreId)
}

/** How many erasures a centre has. */
export async function countErasures(db: Db, centreId: CentreId): Promise<number> {
  const { n } = await db
    .selectFrom('erasure')
    .select(({ fn }) => fn.countAll<number>().as('n'))
    .where('centre_id', '=', centreId)
    .executeTakeFirstOrThrow()
  return n
}

/** Moves an erasure from one state to the next; false when another process already has. */
export async function advanceErasure(
  tx: Tx,
  { centre_id, id }: Pick<ErasureRow, 'centre_id' | 'id'>,
  from: ErasureState,
  to: Partial<ErasureRow>,
): Promise<boolean> {
  const moved = await tx
    .updateTable('erasure')
    .set(to)
    .where('centre_id', '=', centre_id)
    .where('id', '=', id)
    .where('state', '=', from)
    .executeTakeFirst()
  return Number(moved.numUpdatedRows) === 1
}

/** The ids of a child's cases. */
async function caseIdsOfChild(
  db: Db,
  centreId: CentreId,
  childId: ChildId,
): Promise<readonly CaseId[]> {
  const rows = await db
    .selectFrom('pupil_case')
    .select('id')
    .where('centre_id', '=', centreId)
    .where('child_id', '=', childId)
    .orderBy('id')
    .execute()
  return rows.map(({ id }) => id)
}

/**
 * The ids of a child's cases, locked until the commit on PostgreSQL: what somebody does with one of
 * them at this moment comes wholly before, and is erased, or wholly after, and is refused.
 */
export async function lockCasesOfChild(
  tx: Tx,
  centreId: CentreId,
  childId: ChildId,
): Promise<readonly CaseId[]> {
  // before the cases: whoever begins a draft takes them in this order too
  await lockChildChanges(tx)
  const query = tx
    .selectFrom('pupil_case')
    .select('id')
    .where('centre_id', '=', centreId)
    .where('child_id', '=', childId)
    .orderBy('id')
  const rows = await (engineOf(tx) === 'postgres' ? query.forUpdate() : query).execute()
  return rows.map(({ id }) => id)
}

/** The family's access to the cases and every session it opened end; what waits to be sent goes. */
export async function silenceCases(
  tx: Tx,
  centreId: CentreId,
  caseIds: readonly CaseId[],
  at: Instant,
): Promise<void> {
  const accesses = await tx
    .updateTable('family_access')
    .set((eb) => ({ revoked_at: eb.fn.coalesce('revoked_at', eb.val(at)) }))
    .where('centre_id', '=', centreId)
    .where('case_id', 'in', [...caseIds])
    .returning('id')
    .execute()
  await tx
    .updateTable('family_session')
    .set({ ended_at: at })
    .where('centre_id', '=', centreId)
    .where('access_id', 'in', ['', ...accesses.map(({ id }) => id)])
    .where('ended_at', 'is', null)
    .execute()
  await tx
    .deleteFrom('outbox')
    .where('centre_id', '=', centreId)
    .where('case_id', 'in', [...caseIds])
    .execute()
}

/** Schools that were told of the cases, each with the number it knows the case by. */
export async function schoolsTold(db: Db, centreId: CentreId, caseIds: readonly CaseId[]) {
  return db
    .selectFrom('case_event')
    .innerJoin('pupil_case', (join) =>
      join
        .onRef('pupil_case.centre_id', '=', 'case_event.centre_id')
        .onRef('pupil_case.id', '=', 'case_event.case_id'),
    )
    .select(['case_event.school_number', 'pupil_case.case_number'])
    .where('case_event.centre_id', '=', centreId)
    .where('case_event.case_id', 'in', ['' as CaseId, ...caseIds])
    .where('case_event.school_number', 'is not', null)
    .distinct()
    .orderBy('pupil_case.case_number')
    .orderBy('case_event.school_number')
    .execute()
}

type Gone = {
  readonly counts: ErasedCounts
  /** The last child of the family: the family went with it. */
  readonly withFamily: boolean
}

/**
 * Deletes a child with everything that belongs to it, and its family when no other child is left;
 * the name indexes of all processes hear of it. What is only ever added to (the trail, decisions on
 * seats) stays and names ids alone.
 */
export async function deleteChildRows(
  tx: Tx,
  centreId: CentreId,
  childId: ChildId,
  familyId: FamilyId,
): Promise<Gone> {
  await lockChildChanges(tx)
  const caseIds = ['' as CaseId, ...(await caseIdsOfChild(tx, centreId, childId))]
  const ofCases = (table: CaseTable) =>
    tx.deleteFrom(table).where('centre_id', '=', centreId).where('case_id', 'in', caseIds)
  const byId = (table: RowOfCase) =>
    tx.deleteFrom(table).where('centre_id', '=', centreId).where('id', 'in', caseIds)
  await deleteSessions(tx, centreId, caseIds)
  const accesses = await removed(ofCases('family_access'))
  const messages = await removed(ofCases('outbox'))
  const reviews = await removed(ofCases('review'))
  const interviews = await removed(byId('interview'))
  await deleteDraftsOfCases(tx, centreId, caseIds)
  await removed(ofCases('desk_notice'))
  await removed(byId('language_support'))
  await removed(byId('school_class'))
  await removed(ofCases('whereabouts'))
  await removed(byId('legal_hold'))
  const history = await removed(ofCases('case_event'))
  await removed(ofCases('appointment_case'))
  const seats = await removed(ofCases('seat_entry'))
  const cases = await removed(byId('pupil_case'))
  await deleteCommands(tx, centreId, caseIds)
  await removed(tx.deleteFrom('child').where('centre_id', '=', centreId).where('id', '=', childId))
  const appointments = await deleteEmptyAppointments(tx, centreId, familyId)
  const withFamily = await deleteEmptyFamily(tx, centreId, familyId)
  await noteChildChange(tx, centreId, childId)
  return {
    withFamily,
    counts: {
      ...{ cases, history, interviews, reviews, appointments, seats, accesses, messages },
      families: withFamily ? 1 : 0,
    },
  }
}

/** One row a case, whose id it has. */
type RowOfCase = 'interview' | 'language_support' | 'legal_hold' | 'pupil_case' | 'school_class'

type CaseTable =
  | 'family_access'
  | 'desk_notice'
  | 'outbox'
  | 'review'
  | 'whereabouts'
  | 'case_event'
  | 'appointment_case'
  | 'seat_entry'

type Deletion = {
  readonly executeTakeFirst: () => Promise<{ readonly numDeletedRows: bigint } | undefined>
}

async function removed(deletion: Deletion): Promise<number> {
  return Number((await deletion.executeTakeFirst())?.numDeletedRows ?? 0)
}

async function deleteSessions(
  tx: Tx,
  centreId: CentreId,
  caseIds: readonly CaseId[],
): Promise<void> {
  await tx
    .deleteFrom('family_session')
    .where('centre_id', '=', centreId)
    .where('access_id', 'in', (eb) =>
      eb
        .selectFrom('family_access')
        .select('id')
        .where('centre_id', '=', centreId)
        .where('case_id', 'in', [...caseIds]),
    )
    .execute()
}

/** Answers that were kept for a form sent twice name a case by its id; a family is its own case. */
async function deleteCommands(
  tx: Tx,
  centreId: CentreId,
  caseIds: readonly CaseId[],
): Promise<void> {
  for (const id of caseIds.filter((one) => one !== '')) {
    await tx
      .deleteFrom('command')
      .where('centre_id', '=', centreId)
      .where((eb) => eb.or([eb('actor_id', '=', id), eb('result', 'like', `%${id}%`)]))
      .execute()
  }
}

/** Appointments nobody of the family is booked for or came to any more. */
function deleteEmptyAppointments(tx: Tx, centreId: CentreId, familyId: FamilyId): Promise<number> {
  return removed(
    tx
      .deleteFrom('appointment')
      .where('centre_id', '=', centreId)
      .where('family_id', '=', familyId)
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('appointment_case')
              .select('case_id')
              .whereRef('appointment_case.centre_id', '=', 'appointment.centre_id')
              .whereRef('appointment_case.appointment_id', '=', 'appointment.id'),
          ),
        ),
      ),
  )
}

async function deleteEmptyFamily(tx: Tx, centreId: CentreId, familyId: FamilyId): Promise<boolean> {
  const other = await tx
    .selectFrom('child')
    .select('id')
    .where('centre_id', '=', centreId)
    .where('family_id', '=', familyId)
    .limit(1)
    .executeTakeFirst()
  if (other !== undefined) return false
  const gone = await removed(
    tx.deleteFrom('family').where('centre_id', '=', centreId).where('id', '=', familyId),
  )
  return gone === 1
}

// ---- recipients ----

/** Adds those who must be told. */
export async function insertRecipients(tx: Tx, rows: readonly RecipientRow[]): Promise<void> {
  if (rows.length > 0)
    await tx
      .insertInto('erasure_recipient')
      .values([...rows])
      .execute()
}

/** Those who must be told of an erasure, with the names of schools. */
export async function listRecipients(db: Db, centreId: CentreId, erasureId: string) {
  return db
    .selectFrom('erasure_recipient')
    .leftJoin('school', 'school.number', 'erasure_recipient.school_number')
    .selectAll('erasure_recipient')
    .select('school.short_name as school_name')
    .where('erasure_recipient.centre_id', '=', centreId)
    .where('erasure_id', '=', erasureId)
    .orderBy('erasure_recipient.id')
    .execute()
}

/** Notes that a recipient was told; the case number goes with it. False: somebody was faster. */
export async function tellRecipient(
  tx: Tx,
  told: {
    readonly centreId: CentreId
    readonly id: string
    readonly by: AccountId
    readonly at: Instant
  },
): Promise<boolean> {
  const done = await tx
    .updateTable('erasure_recipient')
    .set({ told_at: told.at, told_by: told.by, case_number: null })
    .where('centre_id', '=', told.centreId)
    .where('id', '=', told.id)
    .where('told_at', 'is', null)
    .executeTakeFirst()
  return Number(done.numUpdatedRows) === 1
}

// ---- the ledger ----

/** Adds to the ledger; who is in it already stays as it was. */
export async function insertLedger(
  tx: Tx,
  entries: readonly Row<'erasure_ledger'>[],
): Promise<void> {
  for (const entry of entries) {
    await tx
      .insertInto('erasure_ledger')
      .values(entry)
      .onConflict((conflict) => conflict.columns(['centre_id', 'id']).doNothing())
      .execute()
  }
}

/** The whole ledger: hashes, days and codes. */
export async function listLedger(db: Db): Promise<readonly Row<'erasure_ledger'>[]> {
  return db.selectFrom('erasure_ledger').selectAll().execute()
}

// ---- what goes by the clock alone ----

/** Ends the family's access to cases that ended before a day, with its sessions; returns how many. */
export async function dropEndedAccesses(
  tx: Tx,
  endedStages: readonly Row<'pupil_case'>['stage'][],
  before: CalendarDate,
): Promise<number> {
  const { rows } = await sql<{ centre_id: CentreId; id: string }>`
    select family_access.centre_id, family_access.id from family_access
    join pupil_case on pupil_case.centre_id = family_access.centre_id
      and pupil_case.id = family_access.case_id
    where pupil_case.stage in (${sql.join(endedStages)}) and pupil_case.stage_since < ${before}
  `.execute(tx)
  for (const { centre_id, id } of rows) {
    await tx
      .deleteFrom('family_session')
      .where('centre_id', '=', centre_id)
      .where('access_id', '=', id)
      .execute()
    await tx
      .deleteFrom('family_access')
      .where('centre_id', '=', centre_id)
      .where('id', '=', id)
      .execute()
  }
  return rows.length
}

/** Sessions that ended by themselves before `before`: when somebody was signed in is then forgotten. */
export async function forgetSessions(tx: Tx, before: Instant): Promise<void> {
  await tx.deleteFrom('session').where('absolute_end', '<', before).execute()
}

/** The same for the sessions of families. */
export async function forgetFamilySessions(tx: Tx, before: Instant): Promise<void> {
  await tx.deleteFrom('family_session').where('absolute_end', '<', before).execute()
}

/**
 * Messages that were written before `before` and have served their time. One that is not out, or was
 * given up, has not while its person has something unread in a centre where they still work and no
 * later one reached them: it waits for the mail server, or says whom to ring up.
 */
export async function forgetMessages(tx: Tx, before: Instant): Promise<void> {
  await tx
    .deleteFrom('outbox')
    .where('state', 'in', ['waiting', 'failed'])
    .where('created_at', '<', before)
    .where(({ or, not, exists, selectFrom }) =>
      or([
        not(
          exists(
            selectFrom('desk_notice')
              .innerJoin('account', 'account.id', 'desk_notice.account_id')
              .innerJoin('role_assignment', (join) =>
                join
                  .onRef('role_assignment.account_id', '=', 'desk_notice.account_id')
                  .onRef('role_assignment.scope_centre_id', '=', 'desk_notice.centre_id'),
              )
              .select('desk_notice.id')
              .whereRef('desk_notice.account_id', '=', 'outbox.account_id')
              .where('desk_notice.read_at', 'is', null)
              .where('account.state', '=', 'active')
              .where('role_assignment.ended_at', 'is', null),
          ),
        ),
        exists(
          selectFrom('outbox as later')
            .select('later.id')
            .whereRef('later.account_id', '=', 'outbox.account_id')
            .where('later.state', '=', 'done')
            .whereRef('later.created_at', '>', 'outbox.created_at'),
        ),
      ]),
    )
    .execute()
  // after those that a later one has settled: without it they would seem to wait
  await tx
    .deleteFrom('outbox')
    .where('state', '=', 'done')
    .where('created_at', '<', before)
    .execute()
}
