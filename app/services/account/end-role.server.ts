import type { DraftPlace } from '#app/domain/draft/draft.ts'
import { err, ok, type Result } from '#app/domain/result.ts'
import { instant } from '#app/domain/time.ts'
import type { Permit } from '#app/policy/policy.ts'
import { type AssignmentRow, endAssignment } from '#db/queries/account.server.ts'
import { deleteDraftsOf } from '#db/queries/draft.server.ts'
import type { Context } from '../context.server.ts'
import { forgetDraftKeys } from '../draft/forget-draft-keys.server.ts'
import { transact } from '../transact.server.ts'
import {
  type AccountCommand,
  isLastLead,
  type Managed,
  type ManageRefusal,
  managedAccount,
  permitToManage,
} from './managed-account.server.ts'

/**
 * Ends one role of an account in the centre, with what was typed there and not sent; the account and
 * its other roles stay. That is also how
 * a centre parts with somebody who works for another one as well. Refused: `account_not_found`,
 * `own_account`, `last_lead`, `forbidden` (the operator ends lead roles only).
 */
export async function endRole(
  ctx: Context,
  command: AccountCommand & { readonly assignmentId: string },
): Promise<Result<null, ManageRefusal>> {
  const { accountId, assignmentId } = command
  const permit = permitToManage(ctx.actor, command.centreId)
  if (!permit.ok) return permit
  let drafts: readonly DraftPlace[] = []
  const done = await transact(ctx, permit.value, command.centreId, async (tx) => {
    const managed = await managedAccount(tx, ctx.actor, permit.value, command)
    if (!managed.ok) return managed
    const ended = endedRole(managed.value, assignmentId, permit.value)
    if (!ended.ok) return ended
    const { role } = ended.value
    if (role === 'lead' && (await isLastLead(tx, managed.value))) return err({ code: 'last_lead' })
    await endAssignment(tx, assignmentId, instant(ctx.clock))
    drafts = await deleteDraftsOf(tx, accountId, command.centreId)
    return ok({ value: null, events: [{ event: 'role_ended', accountId, role }] })
  })
  await forgetDraftKeys(ctx, drafts)
  return done
}

function endedRole(
  { here }: Managed,
  assignmentId: string,
  permit: Permit,
): Result<AssignmentRow, ManageRefusal> {
  const ended = here.find(({ id }) => id === assignmentId)
  if (ended === undefined) return err({ code: 'account_not_found' })
  return ended.role === 'lead' || permit.action === 'account.manage'
    ? ok(ended)
    : err({ code: 'forbidden', action: permit.action })
}
