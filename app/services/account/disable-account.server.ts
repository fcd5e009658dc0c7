import type { DraftPlace } from '#app/domain/draft/draft.ts'
import { err, ok, type Result } from '#app/domain/result.ts'
import { instant } from '#app/domain/time.ts'
import { endSessionsOf, updateAccount } from '#db/queries/account.server.ts'
import { deleteDraftsOf } from '#db/queries/draft.server.ts'
import type { Context } from '../context.server.ts'
import { forgetDraftKeys } from '../draft/forget-draft-keys.server.ts'
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
 * opened again, what was typed and not sent goes. Refused: `account_not_found`, `own_account`, `account_shared`, `last_lead`,
 * `forbidden`.
 */
export async function disableAccount(
  ctx: Context,
  command: AccountCommand,
): Promise<Result<null, ManageRefusal>> {
  const permit = permitToManage(ctx.actor, command.centreId)
  if (!permit.ok) return permit
  const { accountId } = command
  let drafts: readonly DraftPlace[] = []
  const disabled = await transact(ctx, permit.value, command.centreId, async (tx) => {
    const managed = await wholeAccount(tx, ctx.actor, permit.value, command)
    if (!managed.ok) return managed
    if (await isLastLead(tx, managed.value)) return err({ code: 'last_lead' })
    const closed = { state: 'disabled', link_hash: null, link_expires_at: null } as const
    await updateAccount(tx, accountId, closed)
    await endSessionsOf(tx, accountId, instant(ctx.clock))
    drafts = await deleteDraftsOf(tx, accountId, null)
    return ok({ value: null, events: [{ event: 'account_disabled', accountId }] })
  })
  await forgetDraftKeys(ctx, drafts)
  return disabled
}
