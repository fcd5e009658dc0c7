import { ok, type Result } from '#app/domain/result.ts'
import { instant } from '#app/domain/time.ts'
import type { Forbidden } from '#app/policy/policy.ts'
import { endSessionsOf } from '#db/queries/account.server.ts'
import { INSTALLATION } from '#db/schema.ts'
import type { Context } from '../context.server.ts'
import { transact } from '../transact.server.ts'
import { ownAccount } from './own-account.server.ts'
import { requireStepUp, type StepUpNeeded } from './step-up.ts'

/**
 * Signs the person out everywhere but here: whoever finds an open screen must not do it (ASVS 7.5.2).
 * `keeps`: the hashed id of this session. Refused: `step_up_needed`, `forbidden`.
 */
export async function endOtherSessions(
  ctx: Context,
  keeps: string,
): Promise<Result<null, Forbidden | StepUpNeeded>> {
  const own = ownAccount(ctx.actor)
  if (!own.ok) return own
  const proven = requireStepUp(ctx)
  if (!proven.ok) return proven
  const { accountId } = own.value.person
  return transact(ctx, own.value.permit, INSTALLATION, async (tx) => {
    await endSessionsOf(tx, accountId, instant(ctx.clock), keeps)
    return ok({ value: null, events: [{ event: 'other_sessions_ended', accountId }] })
  })
}
