import { sql } from 'kysely'
import type { DraftPlace, DraftSlot } from '#app/domain/draft/draft.ts'
import type { AccountId, CaseId, CentreId } from '#app/domain/ids.ts'
import type { Instant } from '#app/domain/time.ts'
import { engineOf } from '../open.server.ts'
import type { Db, Row, Sealed, Tx } from '../schema.ts'

/** Whose draft, of which form. */
export type DraftOwner = DraftSlot & { readonly accountId: AccountId }

type DraftRow = Row<'draft'>

/** The advisory locks of drafts on PostgreSQL. */
const DRAFTS = 2_026_112_2

/**
 * From here to the commit nobody else keeps, saves or throws away this person's form: whoever keeps a
 * draft sees whether the form was sent, and whoever sends it deletes all that was kept. Taken before
 * every other lock. SQLite has one writer anyway.
 */
export async function lockDraft(tx: Tx, { accountId, form, caseId }: DraftOwner): Promise<void> {
  if (engineOf(tx) !== 'postgres') return
  const name = `${accountId}|${form}|${caseId ?? ''}`
  await sql`select pg_advisory_xact_lock(${DRAFTS}, hashtext(${name}))`.execute(tx)
}

/** A person's draft of a form, in one of the centres; kept too long or not. */
export async function findDraft(
  db: Db,
  centreIds: readonly CentreId[],
  { accountId, form, caseId }: DraftOwner,
): Promise<DraftRow | null> {
  if (centreIds.length === 0) return null
  const row = await db
    .selectFrom('draft')
    .selectAll()
    .where('centre_id', 'in', centreIds)
    .where('account_id', '=', accountId)
    .where('form', '=', form)
    .where('case_id', caseId === null ? 'is' : '=', caseId)
    .orderBy('saved_at', 'desc')
    .executeTakeFirst()
  return row ?? null
}

/** Adds a draft. False when its person has one of this form already. */
export async function insertDraft(tx: Tx, draft: DraftRow): Promise<boolean> {
  const added = await tx
    .insertInto('draft')
    .values(draft)
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return Number(added.numInsertedOrUpdatedRows ?? 0) === 1
}

/** Puts newer text into a draft. False when it is gone. */
export async function overwriteDraft(
  tx: Tx,
  { centre_id, id, sealed, saved_at, kept_until }: DraftRow,
): Promise<boolean> {
  const kept = await tx
    .updateTable('draft')
    .set({ sealed, saved_at, kept_until })
    .where('centre_id', '=', centre_id)
    .where('id', '=', id)
    .executeTakeFirst()
  return Number(kept.numUpdatedRows) === 1
}

/** What anybody has typed about a case; nobody overwrites it before the commit. */
export async function lockDraftsOfCase(
  tx: Tx,
  centreId: CentreId,
  caseId: CaseId,
): Promise<readonly DraftRow[]> {
  const drafts = tx
    .selectFrom('draft')
    .selectAll()
    .where('centre_id', '=', centreId)
    .where('case_id', '=', caseId)
    .orderBy('id')
  return (engineOf(tx) === 'postgres' ? drafts.forUpdate() : drafts).execute()
}

/** Puts another envelope into a draft; when it was typed stays as it is. */
export async function resealDraft(
  tx: Tx,
  { centre_id, id }: Pick<DraftRow, 'centre_id' | 'id'>,
  sealed: Sealed,
): Promise<void> {
  await tx
    .updateTable('draft')
    .set({ sealed })
    .where('centre_id', '=', centre_id)
    .where('id', '=', id)
    .execute()
}

/** Deletes a person's draft of a form, in every centre; gives those that have a key of their own. */
export async function deleteDraft(
  tx: Tx,
  { accountId, form, caseId }: DraftOwner,
): Promise<readonly DraftPlace[]> {
  const gone = await tx
    .deleteFrom('draft')
    .where('account_id', '=', accountId)
    .where('form', '=', form)
    .where('case_id', caseId === null ? 'is' : '=', caseId)
    .returning(['centre_id', 'id', 'case_id'])
    .execute()
  return withOwnKey(gone)
}

/** The same for all drafts of an account, in one centre or (null) in all. */
export async function deleteDraftsOf(
  tx: Tx,
  accountId: AccountId,
  centreId: CentreId | null,
): Promise<readonly DraftPlace[]> {
  const all = tx.deleteFrom('draft').where('account_id', '=', accountId)
  const chosen = centreId === null ? all : all.where('centre_id', '=', centreId)
  return withOwnKey(await chosen.returning(['centre_id', 'id', 'case_id']).execute())
}

/** The same for all drafts that were kept long enough at `now`. */
export async function deleteOldDrafts(tx: Tx, now: Instant): Promise<readonly DraftPlace[]> {
  const gone = await tx
    .deleteFrom('draft')
    .where('kept_until', '<=', now)
    .returning(['centre_id', 'id', 'case_id'])
    .execute()
  return withOwnKey(gone)
}

/** Deletes what anybody has typed about the cases; it was sealed under the child's key. */
export async function deleteDraftsOfCases(
  tx: Tx,
  centreId: CentreId,
  caseIds: readonly CaseId[],
): Promise<void> {
  await tx
    .deleteFrom('draft')
    .where('centre_id', '=', centreId)
    .where('case_id', 'in', [...caseIds])
    .execute()
}

function withOwnKey(
  rows: readonly Pick<DraftRow, 'centre_id' | 'id' | 'case_id'>[],
): readonly DraftPlace[] {
  return rows
    .filter(({ case_id }) => case_id === null)
    .map(({ centre_id, id }) => ({ centreId: centre_id, id }))
}
