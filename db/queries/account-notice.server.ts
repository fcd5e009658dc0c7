import type { AccountId } from '#app/domain/ids.ts'
import type { Instant } from '#app/domain/time.ts'
import type { Db, Row, Tx } from '../schema.ts'

/** How many notices a page shows at most. */
const SHOWN = 50

/** Adds a notice. */
export async function insertNotice(tx: Tx, notice: Row<'account_notice'>): Promise<void> {
  await tx.insertInto('account_notice').values(notice).execute()
}

/** What happened to an account and was not acknowledged, newest first. */
export async function listNotices(
  db: Db,
  accountId: AccountId,
): Promise<readonly Row<'account_notice'>[]> {
  return db
    .selectFrom('account_notice')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('acknowledged_at', 'is', null)
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(SHOWN)
    .execute()
}

/** Whether something happened to an account before `before` that nobody has acknowledged. */
export async function hasNoticeBefore(
  db: Db,
  accountId: AccountId,
  before: Instant,
): Promise<boolean> {
  const row = await db
    .selectFrom('account_notice')
    .select('id')
    .where('account_id', '=', accountId)
    .where('acknowledged_at', 'is', null)
    .where('at', '<', before)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/** Marks every notice of an account as read. */
export async function acknowledgeNotices(tx: Tx, accountId: AccountId, at: Instant): Promise<void> {
  await tx
    .updateTable('account_notice')
    .set({ acknowledged_at: at })
    .where('account_id', '=', accountId)
    .where('acknowledged_at', 'is', null)
    .execute()
}
