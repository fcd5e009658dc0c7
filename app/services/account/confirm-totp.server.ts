import { err, ok, type Result } from '#app/domain/result.ts'
import { instant } from '#app/domain/time.ts'
import type { Forbidden } from '#app/policy/policy.ts'
import { lockAccount } from '#db/queries/account.server.ts'
import { confirmFactor, findPendingFactor } from '#db/queries/second-factor.server.ts'
import { INSTALLATION } from '#db/schema.ts'
import { accountKey } from '#db/sealing/records.server.ts'
import type { Context } from '../context.server.ts'
import { answeredOnce, transact } from '../transact.server.ts'
import { renewSession, tokenOf } from './begin-session.server.ts'
import { countTries, type TooManyTries } from './limits.server.ts'
import { noteOn } from './notices.server.ts'
import { type OwnAccount, ownAccount } from './own-account.server.ts'
import { requireStepUp, type StepUpNeeded } from './step-up.ts'
import { openTotp, stepOf } from './totp.server.ts'

const PER_ACCOUNT = { tries: 20, minutes: 15 } as const

/** What the app shows, and the hashed id of the session that asks. */
type TypedCode = { readonly proof: string; readonly idHash: string }

export type ConfirmTotpRefusal =
  | Forbidden
  | StepUpNeeded
  | TooManyTries
  | { readonly code: 'proof_wrong' | 'setup_not_begun' | 'sign_in_failed' }

/**
 * The first code of the app: from now on it proves the account. This session counts as proven and
 * goes on under a new id ({@link tokenOf}); every other one must prove it at its next request.
 * Refused: `setup_not_begun`, `proof_wrong`, `too_many_tries`, `step_up_needed`, `forbidden`.
 */
export async function confirmTotp(
  ctx: Context,
  typed: TypedCode,
): Promise<Result<{ readonly token: string | null }, ConfirmTotpRefusal>> {
  const own = ownAccount(ctx.actor)
  if (!own.ok) return own
  const proven = requireStepUp(ctx)
  if (!proven.ok) return proven
  const { permit, person } = own.value
  const mayTry = await countTries(ctx, [{ what: `set-up|${person.accountId}`, limit: PER_ACCOUNT }])
  if (!mayTry.ok) return mayTry
  const token = ctx.secrets.token()
  const done = await answeredOnce(ctx, permit.action, () => confirm(ctx, own.value, typed, token))
  return done.ok ? ok({ token: tokenOf(ctx, done.value, token) }) : done
}

/** Answers with the hashed id under which the session goes on. */
async function confirm(
  ctx: Context,
  { permit, person: { accountId } }: OwnAccount,
  { proof, idHash }: TypedCode,
  token: string,
): Promise<Result<string, ConfirmTotpRefusal>> {
  const pending = await findPendingFactor(ctx.database.db, accountId)
  if (pending === null) return err({ code: 'setup_not_begun' })
  const key = await accountKey(ctx.keys, accountId)
  const step = stepOf(openTotp(key, pending), proof, ctx.clock)
  if (step === null) return err({ code: 'proof_wrong' })
  return transact(ctx, permit, INSTALLATION, async (tx) => {
    const account = await lockAccount(tx, accountId)
    if (account?.state !== 'active') return err({ code: 'sign_in_failed' })
    const change = { counter: step, confirmed_at: instant(ctx.clock) }
    if (!(await confirmFactor(tx, pending.id, change))) return err({ code: 'setup_not_begun' })
    if (!(await renewSession(ctx, tx, { idHash, token, factor: 'totp' }))) {
      return err({ code: 'sign_in_failed' })
    }
    await noteOn(ctx, tx, accountId, 'factor_added')
    const renewed = ctx.keyed('session', token)
    return ok({ value: renewed, events: [{ event: 'factor_added', accountId, factor: 'totp' }] })
  })
}
