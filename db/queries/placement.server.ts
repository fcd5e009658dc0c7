import type { PupilCase } from '#app/domain/case/pupil-case.ts'
import type { AssignedBy } from '#app/domain/centre/centre.ts'
import type { CaseId, CentreId, SchoolNumber } from '#app/domain/ids.ts'
import type { SchoolForm } from '#app/domain/school/form.ts'
import type { CalendarDate, Instant } from '#app/domain/time.ts'
import type { Db, Row } from '../schema.ts'
import { type CaseRow, toPupilCase } from './case-row.ts'

/** A case a school or the authority works with, and the day it is due. */
export type PlacementCase = {
  readonly pupilCase: PupilCase
  readonly dueOn: CalendarDate | null
  /** Facts the policy asks for. */
  readonly row: CaseRow
  readonly schoolForm: SchoolForm
  readonly assignedBy: AssignedBy
}

/** Stages in which a school has something to answer or to confirm, or said that a child is absent. */
const WAITS_FOR_SCHOOL = ['proposed', 'assigned', 'admitted', 'not_started'] as const

/** The cases of a centre that have a school, with what the policy asks of it and of the centre. */
function placementCases(db: Db, centreId: CentreId) {
  return db
    .selectFrom('pupil_case')
    .innerJoin('school', 'school.number', 'pupil_case.school_number')
    .innerJoin('centre', 'centre.id', 'pupil_case.centre_id')
    .selectAll('pupil_case')
    .select(['school.form as school_form', 'centre.assigned_by'])
    .where('pupil_case.centre_id', '=', centreId)
}

/**
 * What waits for a school: proposals whose seat is still held, children assigned and admitted;
 * oldest deadline first.
 */
export async function listCasesForSchool(
  db: Db,
  centreId: CentreId,
  schoolNumber: SchoolNumber,
  now: Instant,
): Promise<readonly PlacementCase[]> {
  const rows = await placementCases(db, centreId)
    .where('pupil_case.school_number', '=', schoolNumber)
    .where('pupil_case.stage', 'in', WAITS_FOR_SCHOOL)
    .where(({ eb, or }) =>
      or([eb('pupil_case.stage', '<>', 'proposed'), eb('pupil_case.hold_until', '>', now)]),
    )
    .orderBy('pupil_case.due_on')
    .orderBy('pupil_case.id')
    .execute()
  return rows.map(toPlacementCase)
}

/** The proposals of a centre whose seat is still held, the longest waiting first. */
export async function listHeldProposals(
  db: Db,
  centreId: CentreId,
  now: Instant,
): Promise<readonly PlacementCase[]> {
  const rows = await placementCases(db, centreId)
    .where('pupil_case.stage', '=', 'proposed')
    .where('pupil_case.hold_until', '>', now)
    .orderBy('pupil_case.due_on')
    .orderBy('pupil_case.id')
    .execute()
  return rows.map(toPlacementCase)
}

/** Children of a centre for whom their school reported no place and nobody has decided, oldest first. */
export async function listCapacityReports(
  db: Db,
  centreId: CentreId,
): Promise<readonly PlacementCase[]> {
  const rows = await placementCases(db, centreId)
    .where('pupil_case.capacity_reported_at', 'is not', null)
    .orderBy('pupil_case.capacity_reported_at')
    .orderBy('pupil_case.id')
    .execute()
  return rows.map(toPlacementCase)
}

/**
 * Proposals of all centres whose hold has run out, the longest over first; `after`: only those that
 * come after this one in that order.
 */
export async function listExpiredHolds(
  db: Db,
  now: Instant,
  { limit, after }: { readonly limit: number; readonly after: ExpiredHold | null },
): Promise<readonly ExpiredHold[]> {
  const query = db
    .selectFrom('pupil_case')
    .select(['centre_id as centreId', 'id as caseId', 'hold_until'])
    .where('stage', '=', 'proposed')
    .where('hold_until', '<=', now)
    .orderBy('hold_until')
    .orderBy('centre_id')
    .orderBy('id')
    .limit(limit)
  const rows = await (after === null
    ? query
    : query.where(({ eb, refTuple, tuple }) =>
        eb(
          refTuple('hold_until', 'centre_id', 'id'),
          '>',
          tuple(after.holdUntil, after.centreId, after.caseId),
        ),
      )
  ).execute()
  return rows.flatMap(({ hold_until: holdUntil, ...ids }) =>
    holdUntil === null ? [] : [{ ...ids, holdUntil }],
  )
}

/** A case whose hold has run out, and since when. */
export type ExpiredHold = {
  readonly centreId: CentreId
  readonly caseId: CaseId
  readonly holdUntil: Instant
}

/** A row of a history with the reason that stands in it. */
export type ReasonRow = Pick<Row<'case_event'>, 'centre_id' | 'id' | 'sealed'>

/** Why cases were proposed to another school than the first: of each the newest proposal's own row. */
export async function listProposalEvents(
  db: Db,
  centreId: CentreId,
  caseIds: readonly CaseId[],
): Promise<ReadonlyMap<CaseId, ReasonRow>> {
  return listNewestEvents(db, centreId, caseIds, { event: 'school_proposed', stage: 'proposed' })
}

/** Of each case the newest row of its history that says that something happened, at that stage. */
export async function listNewestEvents(
  db: Db,
  centreId: CentreId,
  caseIds: readonly CaseId[],
  { event, stage }: Pick<Row<'case_event'>, 'event' | 'stage'>,
): Promise<ReadonlyMap<CaseId, ReasonRow>> {
  if (caseIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('case_event')
    .select(['case_id', 'centre_id', 'id', 'sealed'])
    .where('centre_id', '=', centreId)
    .where('case_id', 'in', [...caseIds])
    .where('event', '=', event)
    .where('stage', stage === null ? 'is' : '=', stage)
    .orderBy('recorded_at')
    .orderBy('id')
    .execute()
  // of two rows of a case the later one stays
  return new Map(rows.map(({ case_id, ...row }) => [case_id, row]))
}

/** The newest row of a case's history; null: it has none. */
export async function findLastEvent(
  db: Db,
  centreId: CentreId,
  caseId: CaseId,
): Promise<{
  readonly event: string
  readonly schoolNumber: SchoolNumber | null
  readonly validOn: CalendarDate
} | null> {
  const row = await db
    .selectFrom('case_event')
    .select(['event', 'school_number', 'valid_on'])
    .where('centre_id', '=', centreId)
    .where('case_id', '=', caseId)
    .orderBy('recorded_at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (row === undefined) return null
  return { event: row.event, schoolNumber: row.school_number, validOn: row.valid_on }
}

type Found = CaseRow & { readonly school_form: SchoolForm; readonly assigned_by: AssignedBy }

function toPlacementCase(found: Found): PlacementCase {
  const { school_form, assigned_by, ...row } = found
  return {
    pupilCase: toPupilCase(row),
    dueOn: row.due_on,
    row,
    schoolForm: school_form,
    assignedBy: assigned_by,
  }
}
