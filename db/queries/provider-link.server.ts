import type { AccountId } from '#app/domain/ids.ts'
import type { Db, Row, Tx } from '../schema.ts'
import type { AccountRow } from './account.server.ts'

type Person = Pick<Row<'provider_link'>, 'issuer' | 'subject'>

/** The account somebody of the provider is linked to, or null. */
export async function findLinkedAccount(db: Db, person: Person): Promise<AccountRow | null> {
  const row = await db
    .selectFrom('provider_link')
    .innerJoin('account', 'account.id', 'provider_link.account_id')
    .selectAll('account')
    .where('provider_link.issuer', '=', person.issuer)
    .where('provider_link.subject', '=', person.subject)
    .executeTakeFirst()
  return row ?? null
}

/** Whether an account is linked to somebody of a provider. */
export async function isLinked(db: Db, accountId: AccountId): Promise<boolean> {
  const row = await db
    .selectFrom('provider_link')
    .select('subject')
    .where('account_id', '=', accountId)
    .executeTakeFirst()
  return row !== undefined
}

/** Links an account. False when the person or the account has a link already. */
export async function insertLink(tx: Tx, link: Row<'provider_link'>): Promise<boolean> {
  const done = await tx
    .insertInto('provider_link')
    .values(link)
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return Number(done.numInsertedOrUpdatedRows ?? 0) === 1
}

/** Takes away an account's links to the provider. Returns how many it had. */
export async function deleteLinksOf(tx: Tx, accountId: AccountId): Promise<number> {
  const deleted = await tx
    .deleteFrom('provider_link')
    .where('account_id', '=', accountId)
    .executeTakeFirst()
  return Number(deleted.numDeletedRows)
}
