import { ok, type Result } from '#app/domain/result.ts'
import { instant } from '#app/domain/time.ts'
import type { Forbidden } from '#app/policy/policy.ts'
import { insertFactor } from '#db/queries/second-factor.server.ts'
import { INSTALLATION } from '#db/schema.ts'
import { accountKeyOrNew } from '#db/sealing/records.server.ts'
import type { Context } from '../context.server.ts'
import { transact } from '../transact.server.ts'
import { ownAccount } from './own-account.server.ts'
import { requireStepUp, type StepUpNeeded } from './step-up.ts'
import { newTotpSecret, sealTotp } from './totp.server.ts'

/**
 * Begins to set up codes from an authenticator app: makes the secret, which proves nobody until a
 * code of it was typed. Beginning again makes a new one. Refused: `step_up_needed`, `forbidden`.
 */
export async function beginTotp(ctx: Context): Promise<Result<null, Forbidden | StepUpNeeded>> {
  const own = ownAccount(ctx.actor)
  if (!own.ok) return own
  const proven = requireStepUp(ctx)
  if (!proven.ok) return proven
  const { accountId } = own.value.person
  const key = await accountKeyOrNew(ctx.keys, accountId, instant(ctx.clock))
  const id = ctx.newId()
  const sealed = sealTotp(key, id, newTotpSecret(ctx.secrets.token()))
  return transact(ctx, own.value.permit, INSTALLATION, async (tx) => {
    await insertFactor(tx, {
      id,
      account_id: accountId,
      kind: 'totp',
      label: 'App',
      sealed,
      counter: 0,
      created_at: instant(ctx.clock),
      confirmed_at: null,
    })
    return ok({ value: null, events: [{ event: 'factor_begun', accountId, factor: 'totp' }] })
  })
}
