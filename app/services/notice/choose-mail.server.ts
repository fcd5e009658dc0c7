import { ok, type Result } from '#app/domain/result.ts'
import { instant } from '#app/domain/time.ts'
import type { Forbidden } from '#app/policy/policy.ts'
import { deleteMailRefusal, insertMailRefusal } from '#db/queries/desk-notice.server.ts'
import { INSTALLATION } from '#db/schema.ts'
import { ownAccount } from '../account/own-account.server.ts'
import type { Context } from '../context.server.ts'
import { transact } from '../transact.server.ts'

/** The person wants mail from now on, or none; one that waits is not sent then. Refused: `forbidden`. */
export async function chooseMail(
  ctx: Context,
  isWanted: boolean,
): Promise<Result<null, Forbidden>> {
  const own = ownAccount(ctx.actor)
  if (!own.ok) return own
  const { accountId } = own.value.person
  return transact(ctx, own.value.permit, INSTALLATION, async (tx) => {
    if (isWanted) await deleteMailRefusal(tx, accountId)
    else await insertMailRefusal(tx, accountId, instant(ctx.clock))
    const event = isWanted ? 'mail_switched_on' : 'mail_switched_off'
    return ok({ value: null, events: [{ event, accountId }] })
  })
}
