import { type ExpressionBuilder, type ExpressionWrapper, type SqlBool, sql } from 'kysely'
import { REVIEW_NOTICE_DAYS, type WaitsFor } from '#app/domain/case/clocks.ts'
import type { PupilCase } from '#app/domain/case/pupil-case.ts'
import { STAGES, type Stage } from '#app/domain/case/stage.ts'
import type { AssignedBy } from '#app/domain/centre/centre.ts'
import type { AccountId, CaseId, CentreId, ChildId } from '#app/domain/ids.ts'
import { addDays, type CalendarDate, dayOf, type Instant } from '#app/domain/time.ts'
import type { Db, Row, Schema } from '../schema.ts'
import { toPupilCase } from './case-row.ts'

type Case = ExpressionBuilder<Schema, 'pupil_case'>
type Condition = ExpressionWrapper<Schema, 'pupil_case', SqlBool>

/** Which open cases of a centre a work list shows. */
export type WorkFilter = {
  readonly centreId: CentreId
  /** Who assigns there. */
  readonly assignedBy: AssignedBy
  /** Null: everybody's. */
  readonly counsellorId: AccountId | null
  readonly narrow: 'overdue' | WaitsFor | null
  /** A search: only cases of these children; null: none was made. */
  readonly childIds: readonly ChildId[] | null
}

type Waits = { readonly before: WaitsFor; readonly after: WaitsFor }

/**
 * Who is waited for at a stage, before and after the day or instant that turns it: `turnOf` of the
 * domain as a table, so that a query can ask it. A test holds both against each other.
 */
const WAITS: Readonly<Record<Exclude<Stage, 'proposed'>, Waits>> = {
  registered: always('us'),
  missed: always('us'),
  counselled: always('us'),
  waiting: always('us'),
  not_started: always('us'),
  invited: always('family'),
  appointed: { before: 'family', after: 'us' },
  assigned: { before: 'school', after: 'authority' },
  admitted: always('school'),
  attending: { before: 'nobody', after: 'us' },
  regular_class: always('nobody'),
  not_responsible: always('nobody'),
  self_enrolment: always('nobody'),
  completed: always('nobody'),
  closed: always('nobody'),
}

function always(who: WaitsFor): Waits {
  return { before: who, after: who }
}

/** A proposal and a school's report wait for who assigns in the centre. */
function waitsAt(stage: Stage, assignedBy: AssignedBy): Waits {
  if (stage === 'assigned' && assignedBy !== 'authority') return { before: 'school', after: 'us' }
  if (stage !== 'proposed') return WAITS[stage]
  return assignedBy === 'authority' ? { before: 'authority', after: 'us' } : always('us')
}

/** One page of the work list: what is due first comes first, so what is overdue stands above all. */
export async function listWork(
  db: Db,
  filter: WorkFilter,
  now: Instant,
  page: { readonly limit: number; readonly offset: number },
): Promise<readonly PupilCase[]> {
  const { centreId, assignedBy, counsellorId, narrow, childIds } = filter
  let query = db
    .selectFrom('pupil_case')
    .selectAll()
    .where('centre_id', '=', centreId)
    .where('due_on', 'is not', null)
  if (counsellorId !== null) query = query.where('counsellor_id', '=', counsellorId)
  if (childIds !== null) query = query.where('child_id', 'in', [...childIds])
  if (narrow === 'overdue') query = query.where('due_on', '<', dayOf(now))
  else if (narrow !== null) query = query.where((eb) => waits(eb, narrow, now, assignedBy))
  const rows = await query
    .orderBy('due_on')
    .orderBy('id')
    .limit(page.limit)
    .offset(page.offset)
    .execute()
  return rows.map(toPupilCase)
}

/** Open cases by stage, counsellor and whether their turn has come: what every count is made of. */
export type WorkCount = {
  readonly counsellorId: AccountId | null
  readonly waitsFor: WaitsFor
  readonly total: number
  readonly overdue: number
  /** Due by the end of the week, the overdue ones not counted. */
  readonly soon: number
}

export type WorkCounts = {
  readonly counts: readonly WorkCount[]
  /** When the next hold runs out: until then, and within the day, the counts change by writing only. */
  readonly nextTurnAt: Instant | null
}

/** Every count the work list shows, in one query over one index. `soonUntil` is the last day of the week. */
export async function countWork(
  db: Db,
  { centreId, assignedBy }: Pick<WorkFilter, 'centreId' | 'assignedBy'>,
  now: Instant,
  soonUntil: CalendarDate,
): Promise<WorkCounts> {
  const rows = await db
    .selectFrom('pupil_case')
    .select((eb) => {
      const turned = hasTurned(eb, now)
      const isOverdue = eb('due_on', '<', dayOf(now))
      const isSoon = eb('due_on', '<=', soonUntil)
      const count = (condition: Condition) => eb.fn.sum<number>(asNumber(condition))
      return [
        'stage',
        'counsellor_id',
        eb.fn.countAll<number>().as('total'),
        count(isOverdue).as('overdue'),
        count(isSoon).as('soon'),
        count(turned).as('turned'),
        count(eb.and([turned, isOverdue])).as('turned_overdue'),
        count(eb.and([turned, isSoon])).as('turned_soon'),
        eb.fn
          .min(eb.case().when('hold_until', '>', now).then(eb.ref('hold_until')).end())
          .as('next_hold'),
      ]
    })
    .where('centre_id', '=', centreId)
    .where('due_on', 'is not', null)
    .groupBy(['stage', 'counsellor_id'])
    .execute()
  const holds = rows.flatMap((row) =>
    row.stage === 'proposed' && row.next_hold !== null ? [row.next_hold] : [],
  )
  return {
    counts: rows.flatMap((row) => countsOf(row, assignedBy)),
    nextTurnAt: holds.toSorted()[0] ?? null,
  }
}

type Counted = Pick<Row<'pupil_case'>, 'stage' | 'counsellor_id'> &
  Readonly<
    Record<'total' | 'overdue' | 'soon' | 'turned' | 'turned_overdue' | 'turned_soon', number>
  >

/** A group of the query as those whose turn has come and those whose has not. */
function countsOf(row: Counted, assignedBy: AssignedBy): readonly WorkCount[] {
  const { before, after } = waitsAt(row.stage, assignedBy)
  const counsellorId = row.counsellor_id
  const turned = { total: row.turned, overdue: row.turned_overdue, soon: row.turned_soon }
  const rest = {
    total: row.total - row.turned,
    overdue: row.overdue - row.turned_overdue,
    soon: row.soon - row.turned_soon,
  }
  return [
    { counsellorId, waitsFor: before, ...rest, soon: rest.soon - rest.overdue },
    { counsellorId, waitsFor: after, ...turned, soon: turned.soon - turned.overdue },
  ].filter(({ total }) => total > 0)
}

/** 1 or 0 on both engines: PostgreSQL does not add up booleans. */
function asNumber(condition: Condition) {
  return sql<number>`case when ${condition} then 1 else 0 end`
}

/** Whether the day or instant that turns a stage has come: see `turnOf`. */
function hasTurned(eb: Case, now: Instant): Condition {
  return eb.or([
    eb.and([eb('stage', '=', 'appointed'), eb('appointment_on', '<=', dayOf(now))]),
    eb.and([eb('stage', '=', 'proposed'), eb('hold_until', '<=', now)]),
    eb.and([eb('stage', '=', 'assigned'), eb('capacity_reported_at', 'is not', null)]),
    eb.and([
      eb('stage', '=', 'attending'),
      eb('next_review_on', '<=', addDays(dayOf(now), REVIEW_NOTICE_DAYS)),
    ]),
  ])
}

function waits(eb: Case, who: WaitsFor, now: Instant, assignedBy: AssignedBy): Condition {
  const at = (holds: (turn: Waits) => boolean) =>
    eb('stage', 'in', [...STAGES.filter((stage) => holds(waitsAt(stage, assignedBy))), '' as Stage])
  return eb.or([
    at(({ before, after }) => before === who && after === who),
    eb.and([
      at(({ before, after }) => before === who && after !== who),
      eb.not(hasTurned(eb, now)),
    ]),
    eb.and([at(({ before, after }) => before !== who && after === who), hasTurned(eb, now)]),
  ])
}

/** The days between which the clocks of one child ran; null: not reached. */
export type WayToSchool = {
  readonly registeredOn: CalendarDate
  readonly counselledOn: CalendarDate | null
  readonly assignedOn: CalendarDate | null
  readonly firstDay: CalendarDate
}

/** The ways of all children of a centre whose first school day lies in a span of days. */
export async function listWaysToSchool(
  db: Db,
  centreId: CentreId,
  span: { readonly from: CalendarDate; readonly to: CalendarDate },
): Promise<readonly WayToSchool[]> {
  const rows = await db
    .selectFrom('pupil_case')
    .select(['registered_on', 'counselled_on', 'assigned_on', 'first_day'])
    .where('centre_id', '=', centreId)
    .where('first_day', '>=', span.from)
    .where('first_day', '<=', span.to)
    .execute()
  return rows.flatMap(({ registered_on, counselled_on, assigned_on, first_day }) =>
    first_day === null
      ? []
      : [
          {
            registeredOn: registered_on,
            counselledOn: counselled_on,
            assignedOn: assigned_on,
            firstDay: first_day,
          },
        ],
  )
}

/** The newest entry in the histories of a centre's cases; '' when there is none. Cheap: the end of a key. */
export async function lastCaseEvent(db: Db, centreId: CentreId): Promise<string> {
  const { last } = await db
    .selectFrom('case_event')
    .select((eb) => eb.fn.max('id').as('last'))
    .where('centre_id', '=', centreId)
    .executeTakeFirstOrThrow()
  return last ?? ''
}

/** Cases by their ids, in no order. */
export async function listCasesById(
  db: Db,
  centreId: CentreId,
  ids: readonly CaseId[],
): Promise<readonly PupilCase[]> {
  if (ids.length === 0) return []
  const rows = await db
    .selectFrom('pupil_case')
    .selectAll()
    .where('centre_id', '=', centreId)
    .where('id', 'in', [...ids])
    .execute()
  return rows.map(toPupilCase)
}

/** The ids of a centre's cases at some stages. */
export async function caseIdsAtStages(
  db: Db,
  centreId: CentreId,
  stages: readonly Stage[],
): Promise<ReadonlySet<CaseId>> {
  const rows = await db
    .selectFrom('pupil_case')
    .select('id')
    .where('centre_id', '=', centreId)
    .where('stage', 'in', [...stages])
    .execute()
  return new Set(rows.map(({ id }) => id))
}

/** How many cases a centre has at each stage. */
export async function countStages(db: Db, centreId: CentreId): Promise<ReadonlyMap<Stage, number>> {
  const rows = await db
    .selectFrom('pupil_case')
    .select((eb) => ['stage', eb.fn.countAll<number>().as('n')])
    .where('centre_id', '=', centreId)
    .groupBy('stage')
    .execute()
  return new Map(rows.map(({ stage, n }) => [stage, n]))
}

/** The newest case numbers first; a page of a centre's cases at some stages (null: at all). */
export async function listCasesByNumber(
  db: Db,
  centreId: CentreId,
  stages: readonly Stage[] | null,
  page: { readonly limit: number; readonly offset: number },
): Promise<readonly PupilCase[]> {
  let query = db.selectFrom('pupil_case').selectAll().where('centre_id', '=', centreId)
  if (stages !== null) query = query.where('stage', 'in', [...stages])
  const rows = await query
    .orderBy('case_number', 'desc')
    .limit(page.limit)
    .offset(page.offset)
    .execute()
  return rows.map(toPupilCase)
}

/** The case with a number, or null. */
export async function findCaseByNumber(
  db: Db,
  centreId: CentreId,
  caseNumber: string,
): Promise<PupilCase | null> {
  const row = await db
    .selectFrom('pupil_case')
    .selectAll()
    .where('centre_id', '=', centreId)
    .where('case_number', '=', caseNumber)
    .executeTakeFirst()
  return row === undefined ? null : toPupilCase(row)
}
