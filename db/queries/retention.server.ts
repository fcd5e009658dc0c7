import type { SelectQueryBuilder } from 'kysely'
import { isOpen, STAGES } from '#app/domain/case/stage.ts'
import type { CaseId, CentreId, ChildId } from '#app/domain/ids.ts'
import {
  type CaseFile,
  type Periods,
  RETENTION_CLASSES,
  type RetentionClass,
  retentionClassOf,
} from '#app/domain/privacy/retention.ts'
import { addMonths, type CalendarDate, type Instant } from '#app/domain/time.ts'
import { engineOf } from '../open.server.ts'
import { type Db, INSTALLATION, type Row, type Schema, type Tx } from '../schema.ts'

export type RuleRow = Row<'retention_rule'>

/** Every rule of a centre that was not ended, newest first, with who proposed and who approved it. */
export async function listRules(db: Db, centreId: CentreId) {
  return db
    .selectFrom('retention_rule')
    .leftJoin('account as proposer', 'proposer.id', 'retention_rule.proposed_by')
    .leftJoin('account as approver', 'approver.id', 'retention_rule.approved_by')
    .selectAll('retention_rule')
    .select(['proposer.name as proposer', 'approver.name as approver'])
    .where('retention_rule.centre_id', '=', centreId)
    .where('ended_at', 'is', null)
    .orderBy('retention_rule.id', 'desc')
    .execute()
}

/** The approved rules that hold on a day, by kind: of several the one that came into force last. */
export async function rulesOn(
  db: Db,
  centreId: CentreId,
  day: CalendarDate,
): Promise<ReadonlyMap<RetentionClass, RuleRow>> {
  return byClass(await inForce(db, centreId, day).execute())
}

/** The same, and none of them is ended before the transaction is. */
export async function lockRulesOn(
  tx: Tx,
  centreId: CentreId,
  day: CalendarDate,
): Promise<ReadonlyMap<RetentionClass, RuleRow>> {
  const rules = inForce(tx, centreId, day)
  return byClass(await (engineOf(tx) === 'postgres' ? rules.forShare() : rules).execute())
}

function inForce(db: Db, centreId: CentreId, day: CalendarDate) {
  return db
    .selectFrom('retention_rule')
    .selectAll()
    .where('centre_id', '=', centreId)
    .where('approved_by', 'is not', null)
    .where('ended_at', 'is', null)
    .where('valid_from', '<=', day)
    .orderBy('valid_from')
    .orderBy('id')
}

function byClass(rows: readonly RuleRow[]): ReadonlyMap<RetentionClass, RuleRow> {
  return new Map(rows.map((row) => [row.class, row]))
}

/** A rule that waits for approval, or null. */
export async function findOpenRule(
  db: Db,
  centreId: CentreId,
  id: string,
): Promise<RuleRow | null> {
  const row = await db
    .selectFrom('retention_rule')
    .selectAll()
    .where('centre_id', '=', centreId)
    .where('id', '=', id)
    .where('approved_by', 'is', null)
    .where('ended_at', 'is', null)
    .executeTakeFirst()
  return row ?? null
}

/**
 * Whether a rule of a kind is approved and not ended; the answer stays so until the commit: who else
 * approves one waits (on SQLite there is one writer anyway).
 */
export async function lockIsApproved(
  tx: Tx,
  centreId: CentreId,
  kind: RetentionClass,
): Promise<boolean> {
  if (engineOf(tx) === 'postgres') {
    await tx.selectFrom('centre').select('id').where('id', '=', centreId).forNoKeyUpdate().execute()
  }
  const row = await tx
    .selectFrom('retention_rule')
    .select('id')
    .where('centre_id', '=', centreId)
    .where('class', '=', kind)
    .where('approved_by', 'is not', null)
    .where('ended_at', 'is', null)
    .executeTakeFirst()
  return row !== undefined
}

/** Adds a rule, proposed or approved. */
export async function insertRule(tx: Tx, rule: RuleRow): Promise<void> {
  await tx.insertInto('retention_rule').values(rule).execute()
}

/** Approves a rule that waits for it; false when somebody was faster. */
export async function approveRule(
  tx: Tx,
  rule: Pick<RuleRow, 'centre_id' | 'id' | 'approved_by' | 'approved_at' | 'valid_from'>,
): Promise<boolean> {
  const { centre_id, id, ...approval } = rule
  const approved = await tx
    .updateTable('retention_rule')
    .set(approval)
    .where('centre_id', '=', centre_id)
    .where('id', '=', id)
    .where('approved_by', 'is', null)
    .where('ended_at', 'is', null)
    .executeTakeFirst()
  return Number(approved.numUpdatedRows) === 1
}

/** Ends the rules of a kind: approved ones, or those that wait. Returns how many. */
export async function endRules(
  tx: Tx,
  which: {
    readonly centreId: CentreId
    readonly class: RetentionClass
    readonly approved: boolean
  },
  at: Instant,
): Promise<number> {
  const ended = await tx
    .updateTable('retention_rule')
    .set({ ended_at: at })
    .where('centre_id', '=', which.centreId)
    .where('class', '=', which.class)
    .where('ended_at', 'is', null)
    .where('approved_by', which.approved ? 'is not' : 'is', null)
    .executeTakeFirst()
  return Number(ended.numUpdatedRows)
}

/** A case with what its period is counted from. */
export type FiledCase = CaseFile & {
  readonly caseId: CaseId
  readonly childId: ChildId
  readonly caseNumber: string
}

/** All cases of every child that has one whose period can have run out by `horizon`. */
export async function listFiledCases(
  db: Db,
  centreId: CentreId,
  periods: Periods,
  horizon: CalendarDate,
): Promise<readonly FiledCase[]> {
  const kinds = RETENTION_CLASSES.filter((kind) => periods[kind] !== undefined)
  if (kinds.length === 0) return []
  const candidates = db
    .selectFrom('pupil_case as one')
    .select('one.child_id')
    .where('one.centre_id', '=', centreId)
    .where((eb) =>
      eb.or(
        kinds.map((kind) => {
          const stages = STAGES.filter((stage) => retentionClassOf(stage) === kind)
          const latest = addMonths(horizon, -(periods[kind] ?? 0))
          const day = stages.some(isOpen) ? 'one.first_day' : 'one.stage_since'
          return eb.and([eb('one.stage', 'in', stages), eb(day, '<=', latest)])
        }),
      ),
    )
  return filedCases(db, centreId, candidates)
}

/** All cases of one child. */
export function listCasesOfChild(
  db: Db,
  centreId: CentreId,
  childId: ChildId,
): Promise<readonly FiledCase[]> {
  const child = db
    .selectFrom('child as one')
    .select('one.id as child_id')
    .where('one.centre_id', '=', centreId)
    .where('one.id', '=', childId)
  return filedCases(db, centreId, child)
}

/** A query that gives ids of children. */
type Children = SelectQueryBuilder<Schema, never, { child_id: ChildId }>

async function filedCases(
  db: Db,
  centreId: CentreId,
  children: Children,
): Promise<readonly FiledCase[]> {
  const rows = await db
    .selectFrom('pupil_case')
    .leftJoin('legal_hold', (join) =>
      join
        .onRef('legal_hold.centre_id', '=', 'pupil_case.centre_id')
        .onRef('legal_hold.id', '=', 'pupil_case.id'),
    )
    .select(['pupil_case.id', 'child_id', 'case_number', 'stage', 'stage_since', 'first_day'])
    .select('legal_hold.until')
    .where('pupil_case.centre_id', '=', centreId)
    .where('child_id', 'in', children)
    .orderBy('case_number')
    .execute()
  return rows.map((row) => ({
    caseId: row.id,
    childId: row.child_id,
    caseNumber: row.case_number,
    stage: row.stage,
    endedOn: isOpen(row.stage) ? null : row.stage_since,
    firstDay: row.first_day,
    heldUntil: row.until,
  }))
}

/** The hold on a case, or null. */
export async function findHold(
  db: Db,
  centreId: CentreId,
  caseId: CaseId,
): Promise<Row<'legal_hold'> | null> {
  const row = await db
    .selectFrom('legal_hold')
    .selectAll()
    .where('centre_id', '=', centreId)
    .where('id', '=', caseId)
    .executeTakeFirst()
  return row ?? null
}

/** Sets the hold on a case; one that is there is replaced. */
export async function putHold(tx: Tx, hold: Row<'legal_hold'>): Promise<void> {
  await tx
    .insertInto('legal_hold')
    .values(hold)
    .onConflict((conflict) =>
      conflict.columns(['centre_id', 'id']).doUpdateSet({
        until: hold.until,
        sealed: hold.sealed,
        set_by: hold.set_by,
        set_at: hold.set_at,
      }),
    )
    .execute()
}

/** Lifts the hold on a case; false when there was none. */
export async function removeHold(tx: Tx, centreId: CentreId, caseId: CaseId): Promise<boolean> {
  const gone = await tx
    .deleteFrom('legal_hold')
    .where('centre_id', '=', centreId)
    .where('id', '=', caseId)
    .executeTakeFirst()
  return Number(gone.numDeletedRows) === 1
}

/** When retention last ran, or a person last said that the clock is right; null: never. */
export function lastRetentionRun(db: Db): Promise<Row<'retention_run'> | null> {
  return newestRun(db, ['done', 'confirmed'])
}

/** The newest entry of the run's book, whatever came of it; null: none yet. */
export function newestRetentionRun(db: Db): Promise<Row<'retention_run'> | null> {
  return newestRun(db, ['done', 'confirmed', 'stopped'])
}

async function newestRun(db: Db, outcomes: readonly Row<'retention_run'>['outcome'][]) {
  const row = await db
    .selectFrom('retention_run')
    .selectAll()
    .where('centre_id', '=', INSTALLATION)
    .where('outcome', 'in', [...outcomes])
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row ?? null
}

/** Notes a run, after all that were noted before. */
export async function insertRetentionRun(
  tx: Tx,
  run: Omit<Row<'retention_run'>, 'centre_id' | 'seq'>,
): Promise<void> {
  const newest = await newestRetentionRun(tx)
  const seq = (newest?.seq ?? 0) + 1
  await tx
    .insertInto('retention_run')
    .values({ ...run, centre_id: INSTALLATION, seq })
    .execute()
}
