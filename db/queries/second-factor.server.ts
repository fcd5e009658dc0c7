import type { AccountId } from '#app/domain/ids.ts'
import type { Instant } from '#app/domain/time.ts'
import type { Db, Row, Tx } from '../schema.ts'

export type SecondFactorRow = Row<'second_factor'>

/** Second factors of an account that prove it, oldest first. */
export async function listFactors(
  db: Db,
  accountId: AccountId,
): Promise<readonly SecondFactorRow[]> {
  return db
    .selectFrom('second_factor')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('confirmed_at', 'is not', null)
    .orderBy('created_at')
    .orderBy('id')
    .execute()
}

/** The factor that is being set up, or null. */
export async function findPendingFactor(
  db: Db,
  accountId: AccountId,
): Promise<SecondFactorRow | null> {
  const row = await db
    .selectFrom('second_factor')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('confirmed_at', 'is', null)
    .executeTakeFirst()
  return row ?? null
}

/** Adds a factor; one that was being set up before is forgotten. */
export async function insertFactor(tx: Tx, factor: SecondFactorRow): Promise<void> {
  await tx
    .deleteFrom('second_factor')
    .where('account_id', '=', factor.account_id)
    .where('confirmed_at', 'is', null)
    .execute()
  await tx.insertInto('second_factor').values(factor).execute()
}

/** From now on the factor proves its account. False when it was confirmed or replaced meanwhile. */
export async function confirmFactor(
  tx: Tx,
  id: string,
  change: Pick<SecondFactorRow, 'counter' | 'confirmed_at'>,
): Promise<boolean> {
  const done = await tx
    .updateTable('second_factor')
    .set(change)
    .where('id', '=', id)
    .where('confirmed_at', 'is', null)
    .executeTakeFirst()
  return Number(done.numUpdatedRows) === 1
}

/** Moves a factor's counter on. False when it stands there already: the code was used before. */
export async function advanceFactor(tx: Tx, id: string, counter: number): Promise<boolean> {
  const done = await tx
    .updateTable('second_factor')
    .set({ counter })
    .where('id', '=', id)
    .where('counter', '<', counter)
    .executeTakeFirst()
  return Number(done.numUpdatedRows) === 1
}

/** Takes a factor from its account. */
export async function deleteFactor(tx: Tx, id: string): Promise<void> {
  await tx.deleteFrom('second_factor').where('id', '=', id).execute()
}

/** Takes every factor and recovery code from an account. */
export async function deleteProofsOf(tx: Tx, accountId: AccountId): Promise<void> {
  await tx.deleteFrom('second_factor').where('account_id', '=', accountId).execute()
  await tx.deleteFrom('recovery_code').where('account_id', '=', accountId).execute()
}

/** Replaces the recovery codes of an account: the earlier ones are void. */
export async function replaceRecoveryCodes(
  tx: Tx,
  accountId: AccountId,
  codes: readonly Row<'recovery_code'>[],
): Promise<void> {
  await tx.deleteFrom('recovery_code').where('account_id', '=', accountId).execute()
  await tx
    .insertInto('recovery_code')
    .values([...codes])
    .execute()
}

/** Recovery codes of an account that were not used yet. */
export async function listRecoveryCodes(
  db: Db,
  accountId: AccountId,
): Promise<readonly Row<'recovery_code'>[]> {
  return db
    .selectFrom('recovery_code')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('used_at', 'is', null)
    .orderBy('place')
    .execute()
}

/** Uses a recovery code up. False when it was used or replaced meanwhile. */
export async function spendRecoveryCode(
  tx: Tx,
  code: Pick<Row<'recovery_code'>, 'account_id' | 'place' | 'code_hash'>,
  at: Instant,
): Promise<boolean> {
  const done = await tx
    .updateTable('recovery_code')
    .set({ used_at: at })
    .where('account_id', '=', code.account_id)
    .where('place', '=', code.place)
    .where('code_hash', '=', code.code_hash)
    .where('used_at', 'is', null)
    .executeTakeFirst()
  return Number(done.numUpdatedRows) === 1
}
