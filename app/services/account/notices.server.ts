import type { AccountId } from '#app/domain/ids.ts'
import { ok, type Result } from '#app/domain/result.ts'
import { instant } from '#app/domain/time.ts'
import type { Forbidden } from '#app/policy/policy.ts'
import type { Role } from '#app/policy/roles.ts'
import { acknowledgeNotices, insertNotice } from '#db/queries/account-notice.server.ts'
import { INSTALLATION, type Tx } from '#db/schema.ts'
import type { Context } from '../context.server.ts'
import { transact } from '../transact.server.ts'
import { ownAccount } from './own-account.server.ts'

/** What can happen to an account that its person must learn of. */
export type NoticeKind =
  | 'factor_added'
  | 'factor_removed'
  | 'password_changed'
  | 'account_reset'
  | 'recovery_codes_made'
  | 'recovery_code_used'
  | 'signed_out_everywhere'
  | 'provider_linked'
  | 'provider_unlinked'

/** Tells the account's person what happened, inside the caller's transaction. `by`: somebody else's role. */
export async function noteOn(
  ctx: Context,
  tx: Tx,
  accountId: AccountId,
  kind: NoticeKind,
  by: Role | null = null,
): Promise<void> {
  await insertNotice(tx, {
    id: ctx.newId(),
    account_id: accountId,
    at: instant(ctx.clock),
    kind,
    by_role: by,
    acknowledged_at: null,
  })
}

/** The person has read what happened to the account so far. Refused: `forbidden`. */
export async function acknowledge(ctx: Context): Promise<Result<null, Forbidden>> {
  const own = ownAccount(ctx.actor)
  if (!own.ok) return own
  const { accountId } = own.value.person
  return transact(ctx, own.value.permit, INSTALLATION, async (tx) => {
    await acknowledgeNotices(tx, accountId, instant(ctx.clock))
    return ok({ value: null, events: [{ event: 'notices_acknowledged', accountId }] })
  })
}
