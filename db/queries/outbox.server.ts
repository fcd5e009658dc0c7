import type { AccountId, CentreId } from '#app/domain/ids.ts'
import type { Instant } from '#app/domain/time.ts'
import type { Db, Row, Tx } from '../schema.ts'

export type MessageRow = Row<'outbox'>

/**
 * Puts a message into the outbox, in the transaction of what it tells: it exists exactly if the
 * decision does. One message per event and channel, and one fresh mail per member of staff.
 */
export async function insertMessage(tx: Tx, message: MessageRow): Promise<void> {
  await tx
    .insertInto('outbox')
    .values(message)
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** Which of the accounts have a mail waiting, tried in vain or not: another would say the same. */
export async function listAwaitingMail(
  db: Db,
  ids: readonly AccountId[],
): Promise<ReadonlySet<AccountId>> {
  if (ids.length === 0) return new Set()
  const rows = await db
    .selectFrom('outbox')
    .select('account_id')
    .where('account_id', 'in', [...ids])
    .where('channel', '=', 'mail')
    .where('state', '=', 'waiting')
    .execute()
  return new Set(rows.flatMap(({ account_id }) => (account_id === null ? [] : [account_id])))
}

/**
 * Members of staff with an account in use whose mail was given up, or was written before `before` and
 * is not out yet, while something is still unread and no later mail reached them; by name. In some
 * centres, or (null) in all. Whether they still have the role for it is not asked here.
 */
export async function listUndelivered(
  db: Db,
  centreIds: readonly CentreId[] | null,
  before: Instant,
): Promise<readonly { readonly accountId: AccountId; readonly name: string }[]> {
  const rows = await db
    .selectFrom('outbox')
    .innerJoin('account', 'account.id', 'outbox.account_id')
    .select(['account.id', 'account.name'])
    .distinct()
    .where('outbox.channel', '=', 'mail')
    .where('account.state', '=', 'active')
    .$if(centreIds !== null, (some) => some.where('outbox.centre_id', 'in', [...(centreIds ?? [])]))
    .where((eb) =>
      eb.or([
        eb('outbox.state', '=', 'failed'),
        eb.and([
          eb('outbox.state', 'in', ['waiting', 'running']),
          eb('outbox.created_at', '<=', before),
        ]),
      ]),
    )
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom('desk_notice')
          .select('desk_notice.id')
          .whereRef('desk_notice.account_id', '=', 'outbox.account_id')
          .where('desk_notice.read_at', 'is', null),
      ),
    )
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('outbox as later')
            .select('later.id')
            .whereRef('later.account_id', '=', 'outbox.account_id')
            .where('later.state', '=', 'done')
            .where('later.channel', '=', 'mail')
            .whereRef('later.created_at', '>', 'outbox.created_at'),
        ),
      ),
    )
    .orderBy('account.name')
    .execute()
  return rows.map(({ id, name }) => ({ accountId: id, name }))
}

/** How many messages there are in each state that is not the end of them. */
export async function countMessages(db: Db) {
  const rows = await db
    .selectFrom('outbox')
    .select('state')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('state', 'in', ['waiting', 'running', 'failed'])
    .groupBy('state')
    .execute()
  return rows.map(({ state, count }) => ({ state, count: Number(count) }))
}
