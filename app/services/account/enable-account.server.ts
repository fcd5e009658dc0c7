import { ok, type Result } from '#app/domain/result.ts'
import { updateAccount } from '#db/queries/account.server.ts'
import type { Context } from '../context.server.ts'
import { transact } from '../transact.server.ts'
import {
  type AccountCommand,
  type ManageRefusal,
  permitToManage,
  wholeAccount,
} from './managed-account.server.ts'

/**
 * Opens a disabled account again: with its old password, or waiting for a new link where it never
 * had one. Refused: `account_not_found`, `own_account`, `account_shared`, `forbidden`.
 */
export async function enableAccount(
  ctx: Context,
  command: AccountCommand,
): Promise<Result<null, ManageRefusal>> {
  const permit = permitToManage(ctx.actor, command.centreId)
  if (!permit.ok) return permit
  const { accountId } = command
  return transact(ctx, permit.value, command.centreId, async (tx) => {
    const managed = await wholeAccount(tx, ctx.actor, permit.value, command)
    if (!managed.ok) return managed
    const { password_hash, state } = managed.value.account
    const opened = password_hash === null ? 'invited' : 'active'
    await updateAccount(tx, accountId, { state: state === 'disabled' ? opened : state })
    return ok({ value: null, events: [{ event: 'account_enabled', accountId }] })
  })
}
