import { expressionBuilder } from 'kysely'
import type { AccountId, CaseId, CentreId } from '#app/domain/ids.ts'
import {
  type DeskNoticeKind,
  eventsTold,
  kindsFor,
  type ToldFacts,
} from '#app/domain/notice/desk-notice.ts'
import type { Instant } from '#app/domain/time.ts'
import type { Db, Row, Schema, Tx } from '../schema.ts'
import type { AssignmentRow } from './account.server.ts'

export type DeskNoticeRow = Row<'desk_notice'>

/** That a person has not read some things that are told to the same people. */
export type Unread = ToldFacts & { readonly newest: Instant }

/** Roles, with their scope, of active accounts in a centre: those of some roles, in the order of ids. */
export async function listRolesOfCentre(
  db: Db,
  centreId: CentreId,
  roles: readonly string[],
): Promise<readonly AssignmentRow[]> {
  return db
    .selectFrom('role_assignment')
    .innerJoin('account', 'account.id', 'role_assignment.account_id')
    .selectAll('role_assignment')
    .where('role_assignment.scope_centre_id', '=', centreId)
    .where('role_assignment.role', 'in', [...roles])
    .where('role_assignment.ended_at', 'is', null)
    .where('account.state', '=', 'active')
    .orderBy('account.id')
    .execute()
}

/** Adds notices. */
export async function insertDeskNotices(tx: Tx, notices: readonly DeskNoticeRow[]): Promise<void> {
  if (notices.length === 0) return
  await tx
    .insertInto('desk_notice')
    .values([...notices])
    .execute()
}

/** A notice with what decides who is told of it still. */
export type UnreadNotice = DeskNoticeRow & ToldFacts

/**
 * The school that a notice is told for: the one which that was about of which it tells. What a person
 * was told for a school they work for no more is none of theirs.
 */
function schoolTold() {
  const eb = expressionBuilder<Schema, 'desk_notice'>()
  return eb
    .case()
    .when('desk_notice.kind', 'in', [...kindsFor('school')])
    .then(
      eb
        .selectFrom('case_event')
        .select('case_event.school_number')
        .whereRef('case_event.centre_id', '=', 'desk_notice.centre_id')
        .whereRef('case_event.case_id', '=', 'desk_notice.case_id')
        .whereRef('case_event.recorded_at', '<=', 'desk_notice.made_at')
        .where('case_event.school_number', 'is not', null)
        // what came after it in the same moment, at another school, is not what it tells of
        .where((told) =>
          told.or(
            kindsFor('school').map((kind) =>
              told('desk_notice.kind', '=', kind).and('case_event.event', 'in', [
                ...eventsTold(kind),
              ]),
            ),
          ),
        )
        .orderBy('case_event.recorded_at', 'desc')
        .orderBy('case_event.id', 'desc')
        .limit(1),
    )
    .end()
}

/** The case of a notice, where it is told to the authority of its area: an area can be changed. */
function caseOfAuthority() {
  const eb = expressionBuilder<Schema, 'desk_notice'>()
  return eb
    .selectFrom('pupil_case')
    .whereRef('pupil_case.centre_id', '=', 'desk_notice.centre_id')
    .whereRef('pupil_case.id', '=', 'desk_notice.case_id')
    .where(eb('desk_notice.kind', 'in', [...kindsFor('authority')]))
}

/** What decides who is told of a notice, to be selected beside others of `desk_notice`. */
export function toldFacts() {
  const { ref } = expressionBuilder<Schema, 'desk_notice'>()
  return [
    ref('desk_notice.centre_id').as('centreId'),
    ref('desk_notice.kind').as('kind'),
    schoolTold().as('schoolNumber'),
    caseOfAuthority().select('pupil_case.municipality_key').as('municipality'),
    caseOfAuthority()
      .innerJoin('school', 'school.number', 'pupil_case.school_number')
      .select('school.form')
      .as('schoolForm'),
  ] as const
}

/** What a person has not read, of some kinds and in some centres, newest first. */
export async function listUnread(
  db: Db,
  accountId: AccountId,
  centreIds: readonly CentreId[],
  kinds: readonly DeskNoticeKind[],
): Promise<readonly UnreadNotice[]> {
  if (centreIds.length === 0) return []
  return db
    .selectFrom('desk_notice')
    .selectAll()
    .select(toldFacts())
    .where('account_id', '=', accountId)
    .where('read_at', 'is', null)
    .where('centre_id', 'in', [...centreIds])
    .where('kind', 'in', [...kinds])
    .orderBy('made_at', 'desc')
    .orderBy('id', 'desc')
    .execute()
}

const TOLD_TO_THE_SAME = [
  'centreId',
  'kind',
  'schoolNumber',
  'municipality',
  'schoolForm',
] as const satisfies readonly (keyof ToldFacts)[]

function unreadOf(db: Db, accountId: AccountId) {
  return db
    .selectFrom('desk_notice')
    .select('made_at')
    .select(toldFacts())
    .where('account_id', '=', accountId)
    .where('read_at', 'is', null)
}

/** What a person has not read, by who is told of it, each with when the newest of it was made. */
export async function listUnreadKinds(db: Db, accountId: AccountId): Promise<readonly Unread[]> {
  return db
    .selectFrom(unreadOf(db, accountId).as('unread'))
    .select(TOLD_TO_THE_SAME)
    .select(({ fn }) => fn.max('made_at').as('newest'))
    .groupBy(TOLD_TO_THE_SAME)
    .execute()
}

/**
 * How many notices a person has not read, by who is told of them: one walk along one short index, with
 * a look at the case and its school for each.
 */
export async function countUnread(
  db: Db,
  accountId: AccountId,
): Promise<readonly (ToldFacts & { readonly count: number })[]> {
  const rows = await db
    .selectFrom(unreadOf(db, accountId).as('unread'))
    .select(TOLD_TO_THE_SAME)
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .groupBy(TOLD_TO_THE_SAME)
    .execute()
  return rows.map((row) => ({ ...row, count: Number(row.count) }))
}

/** Marks notices of a person as read; others' stay as they are. */
export async function markRead(
  tx: Tx,
  accountId: AccountId,
  ids: readonly string[],
  at: Instant,
): Promise<void> {
  await tx
    .updateTable('desk_notice')
    .set({ read_at: at })
    .where('account_id', '=', accountId)
    .where('read_at', 'is', null)
    .where('id', 'in', [...ids])
    .execute()
}

/** Marks what a case's earlier notices told as read, whoever was told: it is no longer so. */
export async function settleNotices(
  tx: Tx,
  { centreId, caseId }: { readonly centreId: CentreId; readonly caseId: CaseId },
  kinds: readonly DeskNoticeKind[],
  at: Instant,
  ofAccounts: readonly AccountId[] | null = null,
): Promise<void> {
  if (kinds.length === 0 || ofAccounts?.length === 0) return
  let settling = tx
    .updateTable('desk_notice')
    .set({ read_at: at })
    .where('centre_id', '=', centreId)
    .where('case_id', '=', caseId)
    .where('kind', 'in', [...kinds])
    .where('read_at', 'is', null)
  if (ofAccounts !== null) settling = settling.where('account_id', 'in', [...ofAccounts])
  await settling.execute()
}

/** Deletes what was read before `readBefore`, and whatever was made before `madeBefore`. */
export async function forgetDeskNotices(
  tx: Tx,
  readBefore: Instant,
  madeBefore: Instant,
): Promise<void> {
  await tx
    .deleteFrom('desk_notice')
    .where((eb) => eb.or([eb('read_at', '<', readBefore), eb('made_at', '<', madeBefore)]))
    .execute()
}

/** Whether a person wants no mail. */
export async function refusesMail(db: Db, accountId: AccountId): Promise<boolean> {
  const row = await db
    .selectFrom('mail_refusal')
    .select('account_id')
    .where('account_id', '=', accountId)
    .executeTakeFirst()
  return row !== undefined
}

/** Which of the accounts want no mail. */
export async function listRefusingMail(
  db: Db,
  ids: readonly AccountId[],
): Promise<ReadonlySet<AccountId>> {
  if (ids.length === 0) return new Set()
  const rows = await db
    .selectFrom('mail_refusal')
    .select('account_id')
    .where('account_id', 'in', [...ids])
    .execute()
  return new Set(rows.map(({ account_id }) => account_id))
}

/** Notes that a person wants no mail; said twice, it counts from the first time. */
export async function insertMailRefusal(tx: Tx, accountId: AccountId, at: Instant): Promise<void> {
  await tx
    .insertInto('mail_refusal')
    .values({ account_id: accountId, since: at })
    .onConflict((conflict) => conflict.column('account_id').doNothing())
    .execute()
}

/** The person wants mail again. */
export async function deleteMailRefusal(tx: Tx, accountId: AccountId): Promise<void> {
  await tx.deleteFrom('mail_refusal').where('account_id', '=', accountId).execute()
}
