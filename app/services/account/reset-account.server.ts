import { err, ok, type Result } from '#app/domain/result.ts'
import { instant } from '#app/domain/time.ts'
import { endSessionsOf, findAccount, updateAccount } from '#db/queries/account.server.ts'
import type { Context } from '../context.server.ts'
import { transact } from '../transact.server.ts'
import {
  type AccountCommand,
  type ManageRefusal,
  permitToManage,
  wholeAccount,
} from './managed-account.server.ts'
import { type Issued, issuedOf, makeLink } from './one-time-link.server.ts'

/**
 * Makes a new one-time link for somebody who lost the password or the first link. The old password
 * and every session end at once. Refused: `account_not_found`, `own_account`, `account_shared`,
 * `account_blocked`, `forbidden`.
 */
export async function resetAccount(
  ctx: Context,
  command: AccountCommand,
): Promise<Result<Issued, ManageRefusal | { readonly code: 'account_blocked' }>> {
  const permit = permitToManage(ctx.actor, command.centreId)
  if (!permit.ok) return permit
  const { accountId } = command
  const made = makeLink(ctx)
  const done = await transact(ctx, permit.value, command.centreId, async (tx) => {
    const managed = await wholeAccount(tx, ctx.actor, permit.value, command)
    if (!managed.ok) return managed
    if (managed.value.account.state === 'disabled') return err({ code: 'account_blocked' })
    await updateAccount(tx, accountId, { password_hash: null, state: 'invited', ...made.columns })
    await endSessionsOf(tx, accountId, instant(ctx.clock))
    return ok({
      value: { linkHash: made.columns.link_hash },
      events: [{ event: 'account_reset', accountId }],
    })
  })
  if (!done.ok) return done
  const account = await findAccount(ctx.database.db, accountId)
  return account === null
    ? err({ code: 'account_not_found' })
    : ok(issuedOf(account, made, done.value.linkHash))
}
