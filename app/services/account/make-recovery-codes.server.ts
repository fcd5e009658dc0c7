import { err, ok, type Result } from '#app/domain/result.ts'
import { instant } from '#app/domain/time.ts'
import type { Forbidden } from '#app/policy/policy.ts'
import { lockAccount } from '#db/queries/account.server.ts'
import { listFactors, replaceRecoveryCodes } from '#db/queries/second-factor.server.ts'
import { INSTALLATION } from '#db/schema.ts'
import type { Context } from '../context.server.ts'
import { transact } from '../transact.server.ts'
import { noteOn } from './notices.server.ts'
import { ownAccount } from './own-account.server.ts'
import { RECOVERY_CODES, recoveryCodeText } from './recovery-code.ts'
import { requireStepUp, type StepUpNeeded } from './step-up.ts'

export type RecoveryCodesRefusal = Forbidden | StepUpNeeded | { readonly code: 'factor_not_found' }

/**
 * Makes ten new recovery codes; the earlier ones are void. They are shown this once and kept as
 * hashes. Empty when the same form was sent before: what it made was shown then. Refused:
 * `factor_not_found` (nothing to recover), `step_up_needed`, `forbidden`.
 */
export async function makeRecoveryCodes(
  ctx: Context,
): Promise<Result<readonly string[], RecoveryCodesRefusal>> {
  const own = ownAccount(ctx.actor)
  if (!own.ok) return own
  const proven = requireStepUp(ctx)
  if (!proven.ok) return proven
  const { accountId } = own.value.person
  const codes = Array.from({ length: RECOVERY_CODES }, () => ctx.secrets.shortCode())
  const hashes = await Promise.all(codes.map((code) => ctx.hasher.hash(code)))
  const batch = ctx.newId()
  const done = await transact(ctx, own.value.permit, INSTALLATION, async (tx) => {
    await lockAccount(tx, accountId)
    if ((await listFactors(tx, accountId)).length === 0) return err({ code: 'factor_not_found' })
    const made_at = instant(ctx.clock)
    const rows = hashes.map((code_hash, place) => ({
      ...{ account_id: accountId, place, code_hash, made_at },
      used_at: null,
    }))
    await replaceRecoveryCodes(tx, accountId, rows)
    await noteOn(ctx, tx, accountId, 'recovery_codes_made')
    return ok({ value: { batch }, events: [{ event: 'recovery_codes_made', accountId }] })
  })
  if (!done.ok) return done
  const isShownBefore = done.value.batch !== batch
  return ok(isShownBefore ? [] : codes.map((code, place) => recoveryCodeText(place, code)))
}
