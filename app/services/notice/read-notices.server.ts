import { ok, type Result } from '#app/domain/result.ts'
import { instant } from '#app/domain/time.ts'
import type { Forbidden } from '#app/policy/policy.ts'
import { markRead } from '#db/queries/desk-notice.server.ts'
import { INSTALLATION } from '#db/schema.ts'
import { ownAccount } from '../account/own-account.server.ts'
import type { Context } from '../context.server.ts'
import { transact } from '../transact.server.ts'

/**
 * The person is done with some of what was new for them. A notice that is not theirs, or not there
 * any more, stays as it is and is answered the same. Refused: `forbidden`.
 */
export async function readNotices(
  ctx: Context,
  ids: readonly string[],
): Promise<Result<null, Forbidden>> {
  const own = ownAccount(ctx.actor)
  if (!own.ok) return own
  const { accountId } = own.value.person
  return transact(ctx, own.value.permit, INSTALLATION, async (tx) => {
    await markRead(tx, accountId, ids, instant(ctx.clock))
    return ok({ value: null, events: [{ event: 'desk_notices_read', accountId }] })
  })
}
