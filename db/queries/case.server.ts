import type { PupilCase } from '#app/domain/case/pupil-case.ts'
import type { StepReason } from '#app/domain/case/transition.ts'
import type { AssignedBy } from '#app/domain/centre/centre.ts'
import type { CaseId, CentreId, ChildId, FamilyId } from '#app/domain/ids.ts'
import type { SchoolForm } from '#app/domain/school/form.ts'
import type { CalendarDate } from '#app/domain/time.ts'
import { engineOf } from '../open.server.ts'
import type { Db, Row, Tx } from '../schema.ts'
import type { SubjectKey } from '../sealing/envelope.ts'
import { openRecord } from '../sealing/records.server.ts'
import { toCaseRow, toPupilCase } from './case-row.ts'

/** A case with what the policy asks for beside it. */
export type FoundCase = {
  readonly pupilCase: PupilCase
  /** Of the school it is proposed or assigned to. */
  readonly schoolForm: SchoolForm | null
  /** Who assigns in its centre. */
  readonly assignedBy: AssignedBy
  /** Plain columns that survive a stage which no longer names them. */
  readonly row: Row<'pupil_case'>
}

/** A case of one of the centres, or null. */
export async function findCase(
  db: Db,
  centres: readonly CentreId[],
  id: CaseId,
): Promise<FoundCase | null> {
  if (centres.length === 0) return null
  const found = await db
    .selectFrom('pupil_case')
    .innerJoin('centre', 'centre.id', 'pupil_case.centre_id')
    .leftJoin('school', 'school.number', 'pupil_case.school_number')
    .selectAll('pupil_case')
    .select(['school.form as school_form', 'centre.assigned_by'])
    .where('pupil_case.centre_id', 'in', [...centres])
    .where('pupil_case.id', '=', id)
    .executeTakeFirst()
  if (found === undefined) return null
  const { school_form, assigned_by, ...row } = found
  return {
    pupilCase: toPupilCase(row),
    schoolForm: school_form,
    assignedBy: assigned_by,
    row,
  }
}

/**
 * A case as it stands inside a transaction, locked until the commit on PostgreSQL: an end or an
 * erasure comes wholly before or wholly after. Null: it was erased meanwhile.
 */
export async function lockCase(tx: Tx, centreId: CentreId, id: CaseId): Promise<PupilCase | null> {
  const query = tx
    .selectFrom('pupil_case')
    .selectAll()
    .where('centre_id', '=', centreId)
    .where('id', '=', id)
  const row = await (engineOf(tx) === 'postgres' ? query.forUpdate() : query).executeTakeFirst()
  return row === undefined ? null : toPupilCase(row)
}

/** Takes the next running number of a centre's year; the row is locked until the commit. */
export async function nextRunningNumber(tx: Tx, centreId: CentreId, year: number): Promise<number> {
  const { last } = await tx
    .insertInto('case_counter')
    .values({ centre_id: centreId, year, last: 1 })
    .onConflict((conflict) =>
      conflict
        .columns(['centre_id', 'year'])
        .doUpdateSet((eb) => ({ last: eb('case_counter.last', '+', 1) })),
    )
    .returning('last')
    .executeTakeFirstOrThrow()
  return last
}

/** Adds a case. */
export async function insertCase(
  tx: Tx,
  pupilCase: PupilCase,
  dueOn: CalendarDate | null,
): Promise<void> {
  await tx.insertInto('pupil_case').values(toCaseRow(pupilCase, dueOn)).execute()
}

/**
 * Saves a case over the version it was read at, and counts the version up. False when somebody was
 * faster: nothing is written then.
 */
export async function saveCase(
  tx: Tx,
  next: PupilCase,
  dueOn: CalendarDate | null,
): Promise<boolean> {
  const { centre_id, id, version, ...row } = toCaseRow(next, dueOn)
  const saved = await tx
    .updateTable('pupil_case')
    .set({ ...withoutForgotten(next, row), version: version + 1 })
    .where('centre_id', '=', centre_id)
    .where('id', '=', id)
    .where('version', '=', version)
    .executeTakeFirst()
  return Number(saved.numUpdatedRows) === 1
}

/** Reached once, and counted by reports also when the case was closed after it. */
const REACHED = [
  ...(['counselled_on', 'assigned_on', 'admitted_on', 'first_day', 'last_review_on'] as const),
  ...(['grade', 'form'] as const),
]

/**
 * What a stage no longer says of a case stays as it was: the day of the first talk and of the
 * proposal, and all days of a case that was closed.
 */
function withoutForgotten(next: PupilCase, row: Partial<Row<'pupil_case'>>) {
  const kept = new Set<string>(['appointment_on', 'proposed_on'])
  if (next.stage === 'closed') for (const column of REACHED) kept.add(column)
  return Object.fromEntries(
    Object.entries(row).filter(([column, value]) => value !== null || !kept.has(column)),
  )
}

/** Adds to the history of a case: one row per stage passed or thing said. */
export async function insertCaseEvents(
  tx: Tx,
  events: readonly Row<'case_event'>[],
): Promise<void> {
  if (events.length > 0)
    await tx
      .insertInto('case_event')
      .values([...events])
      .execute()
}

/** The history of a case, newest first, with who recorded it. */
export async function listCaseEvents(db: Db, centreId: CentreId, caseId: CaseId) {
  return db
    .selectFrom('case_event')
    .leftJoin('account', 'account.id', 'case_event.account_id')
    .leftJoin('school', 'school.number', 'case_event.school_number')
    .selectAll('case_event')
    .select(['account.name as account_name', 'school.short_name as school_name'])
    .where('case_event.centre_id', '=', centreId)
    .where('case_event.case_id', '=', caseId)
    .orderBy('case_event.recorded_at', 'desc')
    .orderBy('case_event.id', 'desc')
    .execute()
}

/** The reason of a history row, opened with the child's key; null where none was given. */
export function openReason(
  key: SubjectKey,
  { centre_id, id, sealed }: Pick<Row<'case_event'>, 'centre_id' | 'id' | 'sealed'>,
): StepReason | null {
  return sealed === null ? null : openRecord(key, 'case_event', centre_id, id, sealed)
}

/** Other cases of the family, oldest first: siblings, and the child's own earlier ones. */
export async function listCasesOfFamily(
  db: Db,
  centreId: CentreId,
  familyId: FamilyId,
): Promise<readonly PupilCase[]> {
  const rows = await db
    .selectFrom('pupil_case')
    .selectAll()
    .where('centre_id', '=', centreId)
    .where('family_id', '=', familyId)
    .orderBy('registered_on')
    .orderBy('id')
    .execute()
  return rows.map(toPupilCase)
}

/** The cases of children, by child: what a duplicate hint points to. */
export async function listCasesOfChildren(
  db: Db,
  centreId: CentreId,
  childIds: readonly ChildId[],
): Promise<readonly PupilCase[]> {
  if (childIds.length === 0) return []
  const rows = await db
    .selectFrom('pupil_case')
    .selectAll()
    .where('centre_id', '=', centreId)
    .where('child_id', 'in', [...childIds])
    .orderBy('registered_on', 'desc')
    .execute()
  return rows.map(toPupilCase)
}
