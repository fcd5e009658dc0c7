import type { AccountId, CentreId } from '#app/domain/ids.ts'
import type { ToldFacts } from '#app/domain/notice/desk-notice.ts'
import type { Instant } from '#app/domain/time.ts'
import type { Db, Row, Tx } from '../schema.ts'
import { toldFacts } from './desk-notice.server.ts'

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

/** Somebody whose mail is not out, and what of that which it tells of they have not read. */
export type Undelivered = {
  readonly accountId: AccountId
  readonly name: string
  readonly notices: readonly ToldFacts[]
}

/**
 * Members of staff with an account in use whose mail was given up, or was written before `before` and
 * is not out yet, while something of what it tells of is unread and no later mail reached them; by
 * name. What is unread in some centres, or (null) in all: a mail tells of all that is new for a
 * person, whichever centre it was written in. Whether they could still read it is not asked here.
 */
export async function listUndelivered(
  db: Db,
  centreIds: readonly CentreId[] | null,
  before: Instant,
): Promise<readonly Undelivered[]> {
  if (centreIds?.length === 0) return []
  const rows = await db
    .selectFrom('outbox')
    .innerJoin('account', 'account.id', 'outbox.account_id')
    .innerJoin('desk_notice', 'desk_notice.account_id', 'outbox.account_id')
    .select(['account.id as accountId', 'account.name'])
    .select(toldFacts())
    .distinct()
    .where('outbox.channel', '=', 'mail')
    .where('account.state', '=', 'active')
    .where('desk_notice.read_at', 'is', null)
    .$if(centreIds !== null, (some) =>
      some.where('desk_notice.centre_id', 'in', [...(centreIds ?? [])]),
    )
    // it tells of what it was written for, and of what was new after it until the next was written
    .where(({ and, eb, exists, not, or, ref, selectFrom }) =>
      or([
        eb('desk_notice.id', '=', ref('outbox.event_id')),
        and([
          eb('desk_notice.made_at', '>=', ref('outbox.created_at')),
          not(
            exists(
              selectFrom('outbox as next')
                .select('next.id')
                .whereRef('next.account_id', '=', 'outbox.account_id')
                .where('next.channel', '=', 'mail')
                .whereRef('next.created_at', '>', 'outbox.created_at')
                .whereRef('next.created_at', '<=', 'desk_notice.made_at'),
            ),
          ),
        ]),
      ]),
    )
    .where((eb) =>
      eb.or([
        eb('outbox.state', '=', 'failed'),
        eb.and([
          eb('outbox.state', 'in', ['waiting', 'running']),
          eb('outbox.created_at', '<=', before),
        ]),
      ]),
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
    .orderBy('account.id')
    .execute()
  const people = new Map<AccountId, Undelivered>()
  for (const { accountId, name, ...notice } of rows) {
    const { notices = [] } = people.get(accountId) ?? {}
    people.set(accountId, { accountId, name, notices: [...notices, notice] })
  }
  return [...people.values()]
}

/** Whose mails were given up that had been written before `before`. */
export async function listGivenUp(db: Db, before: Instant): Promise<readonly AccountId[]> {
  const rows = await db
    .selectFrom('outbox')
    .select('account_id')
    .distinct()
    .where('channel', '=', 'mail')
    .where('state', '=', 'failed')
    .where('created_at', '<', before)
    .execute()
  return rows.flatMap(({ account_id }) => (account_id === null ? [] : [account_id]))
}

/** Deletes those of some of them. */
export async function forgetGivenUp(
  tx: Tx,
  before: Instant,
  ids: readonly AccountId[],
): Promise<void> {
  if (ids.length === 0) return
  await tx
    .deleteFrom('outbox')
    .where('channel', '=', 'mail')
    .where('state', '=', 'failed')
    .where('created_at', '<', before)
    .where('account_id', 'in', [...ids])
    .execute()
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
