import { err, ok, type Result } from '#app/domain/result.ts'
import { instant } from '#app/domain/time.ts'
import { endSessionsOf, findAccount, updateAccount } from '#db/queries/account.server.ts'
import { deleteLinksOf } from '#db/queries/provider-link.server.ts'
import { deleteProofsOf } from '#db/queries/second-factor.server.ts'
import type { Context } from '../context.server.ts'
import { transact } from '../transact.server.ts'
import {
  type AccountCommand,
  type ManageRefusal,
  permitToManage,
  wholeAccount,
} from './managed-account.server.ts'
import { noteOn } from './notices.server.ts'
import { type Issued, issuedOf, makeLink } from './one-time-link.server.ts'
import { requireStepUp, type StepUpNeeded } from './step-up.ts'

/**
 * Makes a new one-time link for somebody who lost the password, the second factor or the first link.
 * The old password, every second factor, recovery code, link to the provider and session end at once; the person finds a
 * notice of it. Refused: `step_up_needed`, `account_not_found`, `own_account`, `account_shared`,
 * `account_blocked`, `forbidden`.
 */
export async function resetAccount(
  ctx: Context,
  command: AccountCommand,
): Promise<Result<Issued, ManageRefusal | StepUpNeeded | { readonly code: 'account_blocked' }>> {
  const permit = permitToManage(ctx.actor, command.centreId)
  if (!permit.ok) return permit
  const proven = requireStepUp(ctx)
  if (!proven.ok) return proven
  const { accountId } = command
  const made = makeLink(ctx)
  const done = await transact(ctx, permit.value, command.centreId, async (tx) => {
    const managed = await wholeAccount(tx, ctx.actor, permit.value, command)
    if (!managed.ok) return managed
    if (managed.value.account.state === 'disabled') return err({ code: 'account_blocked' })
    await updateAccount(tx, accountId, { password_hash: null, state: 'invited', ...made.columns })
    await endSessionsOf(tx, accountId, instant(ctx.clock))
    await deleteProofsOf(tx, accountId)
    await deleteLinksOf(tx, accountId)
    await noteOn(ctx, tx, accountId, 'account_reset', permit.value.role)
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
