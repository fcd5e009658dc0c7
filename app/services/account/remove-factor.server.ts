import { err, ok, type Result } from '#app/domain/result.ts'
import type { Forbidden } from '#app/policy/policy.ts'
import { lockAccount } from '#db/queries/account.server.ts'
import { deleteFactor, deleteProofsOf, listFactors } from '#db/queries/second-factor.server.ts'
import { INSTALLATION } from '#db/schema.ts'
import type { Context } from '../context.server.ts'
import { transact } from '../transact.server.ts'
import { noteOn } from './notices.server.ts'
import { ownAccount } from './own-account.server.ts'
import { requireStepUp, type StepUpNeeded } from './step-up.ts'

export type RemoveFactorRefusal =
  | Forbidden
  | StepUpNeeded
  | { readonly code: 'factor_not_found' | 'last_factor' }

/**
 * Takes a second factor from the own account; with the last one its recovery codes go. Refused:
 * `factor_not_found`, `last_factor` (an installation wants one), `step_up_needed`, `forbidden`.
 */
export async function removeFactor(
  ctx: Context,
  factorId: string,
): Promise<Result<null, RemoveFactorRefusal>> {
  const own = ownAccount(ctx.actor)
  if (!own.ok) return own
  const proven = requireStepUp(ctx)
  if (!proven.ok) return proven
  const { accountId } = own.value.person
  return transact(ctx, own.value.permit, INSTALLATION, async (tx) => {
    await lockAccount(tx, accountId)
    const factors = await listFactors(tx, accountId)
    const factor = factors.find(({ id }) => id === factorId)
    if (factor === undefined) return err({ code: 'factor_not_found' })
    const isLast = factors.length === 1
    if (isLast && !ctx.isEvaluation) return err({ code: 'last_factor' })
    await (isLast ? deleteProofsOf(tx, accountId) : deleteFactor(tx, factorId))
    await noteOn(ctx, tx, accountId, 'factor_removed')
    return ok({
      value: null,
      events: [{ event: 'factor_removed', accountId, factor: factor.kind }],
    })
  })
}
