import { err, ok, type Result } from '#app/domain/result.ts'
import { instant } from '#app/domain/time.ts'
import { endSessionsOf, updateAccount } from '#db/queries/account.server.ts'
import type { Context } from '../context.server.ts'
import { transact } from '../transact.server.ts'
import {
  type AccountCommand,
  isLastLead,
  type ManageRefusal,
  permitToManage,
  wholeAccount,
} from './managed-account.server.ts'

/**
 * Shuts an account: its sessions end at once, its link is void; the password stays for when it is
 * opened again. Refused: `account_not_found`, `own_account`, `account_shared`, `last_lead`,
 * `forbidden`.
 */
export async function disableAccount(
  ctx: Context,
  command: AccountCommand,
): Promise<Result<null, ManageRefusal>> {
  const permit = permitToManage(ctx.actor, command.centreId)
  if (!permit.ok) return permit
  const { accountId } = command
  return transact(ctx, permit.value, command.centreId, async (tx) => {
    const managed = await wholeAccount(tx, ctx.actor, permit.value, command)
    if (!managed.ok) return managed
    if (await isLastLead(tx, managed.value)) return err({ code: 'last_lead' })
    const closed = { state: 'disabled', link_hash: null, link_expires_at: null } as const
    await updateAccount(tx, accountId, closed)
    await endSessionsOf(tx, accountId, instant(ctx.clock))
    return ok({ value: null, events: [{ event: 'account_disabled', accountId }] })
  })
}
