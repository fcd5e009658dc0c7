import { ok, type Result } from '#app/domain/result.ts'
import { instant } from '#app/domain/time.ts'
import type { Forbidden } from '#app/policy/policy.ts'
import { endSession } from '#db/queries/account.server.ts'
import { INSTALLATION } from '#db/schema.ts'
import type { Context } from '../context.server.ts'
import { transact } from '../transact.server.ts'
import { ownAccount } from './own-account.server.ts'

/** Ends the session with the hashed id; its token proves nobody from now on. Refused: `forbidden`. */
export async function signOut(ctx: Context, idHash: string): Promise<Result<null, Forbidden>> {
  const own = ownAccount(ctx.actor)
  if (!own.ok) return own
  const { person, permit } = own.value
  return transact(ctx, permit, INSTALLATION, async (tx) => {
    await endSession(tx, idHash, instant(ctx.clock))
    return ok({ value: null, events: [{ event: 'signed_out', accountId: person.accountId }] })
  })
}
