import { err, ok, type Result } from '#app/domain/result.ts'
import { instant } from '#app/domain/time.ts'
import type { Forbidden } from '#app/policy/policy.ts'
import { lockAccount } from '#db/queries/account.server.ts'
import { insertFactor } from '#db/queries/second-factor.server.ts'
import { INSTALLATION } from '#db/schema.ts'
import { accountKeyOrNew } from '#db/sealing/records.server.ts'
import type { Context } from '../context.server.ts'
import { transact } from '../transact.server.ts'
import { renewSession } from './begin-session.server.ts'
import { noteOn } from './notices.server.ts'
import { ownAccount } from './own-account.server.ts'
import { registeredIn, sealCredential, spendChallenge } from './passkey.server.ts'
import { requireStepUp, type StepUpNeeded } from './step-up.ts'

export type RegisterPasskeyRefusal =
  | Forbidden
  | StepUpNeeded
  | { readonly code: 'passkey_not_right' | 'sign_in_failed' }

/**
 * Adds a passkey to the own account: the browser's answer to a question of this session, with the
 * person verified by the device. The session goes on under a new id. Refused: `passkey_not_right`,
 * `step_up_needed`, `forbidden`.
 */
export async function registerPasskey(
  ctx: Context,
  given: { readonly label: string; readonly answer: string; readonly idHash: string },
): Promise<Result<{ readonly token: string }, RegisterPasskeyRefusal>> {
  const own = ownAccount(ctx.actor)
  if (!own.ok) return own
  const proven = requireStepUp(ctx)
  if (!proven.ok) return proven
  const { accountId } = own.value.person
  const { idHash, label } = given
  const challenge = await spendChallenge(ctx, accountId, idHash, 'register')
  const made = challenge === null ? null : await registeredIn(ctx, given.answer, challenge)
  if (made === null) return err({ code: 'passkey_not_right' })
  const now = instant(ctx.clock)
  const key = await accountKeyOrNew(ctx.keys, accountId, now)
  const id = ctx.newId()
  const token = ctx.secrets.token()
  const done = await transact(ctx, own.value.permit, INSTALLATION, async (tx) => {
    const account = await lockAccount(tx, accountId)
    if (account?.state !== 'active') return err({ code: 'sign_in_failed' })
    await insertFactor(tx, {
      ...{ id, account_id: accountId, kind: 'passkey', label },
      ...{ sealed: sealCredential(key, id, made.credential), counter: made.counter },
      ...{ created_at: now, confirmed_at: now },
    })
    if (!(await renewSession(ctx, tx, { idHash, token, factor: 'passkey' }))) {
      return err({ code: 'sign_in_failed' })
    }
    await noteOn(ctx, tx, accountId, 'factor_added')
    return ok({ value: null, events: [{ event: 'factor_added', accountId, factor: 'passkey' }] })
  })
  return done.ok ? ok({ token }) : done
}
