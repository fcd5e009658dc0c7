import { err, ok, type Result } from '#app/domain/result.ts'
import type { Forbidden } from '#app/policy/policy.ts'
import { findAccount, lockAccount } from '#db/queries/account.server.ts'
import { INSTALLATION } from '#db/schema.ts'
import type { Context } from '../context.server.ts'
import { answeredOnce, transact } from '../transact.server.ts'
import { renewSession, tokenOf } from './begin-session.server.ts'
import { checkProof, type ProofRefusal, type Shown } from './check-proof.server.ts'
import { noteOn } from './notices.server.ts'
import { type OwnAccount, ownAccount } from './own-account.server.ts'

type ShownAgain = Shown & { readonly address: string; readonly idHash: string }

export type ProveAgainRefusal =
  | Forbidden
  | ProofRefusal
  | { readonly code: 'account_not_found' | 'sign_in_failed' }

/**
 * The person proves again who they are: for ten minutes the session may do what
 * {@link requireStepUp} guards. It goes on under a new id (ASVS 7.2.4,
 * {@link tokenOf}). Refused: as {@link checkProof}, `sign_in_failed` when the session ended meanwhile.
 */
export async function proveAgain(
  ctx: Context,
  shown: ShownAgain,
): Promise<Result<{ readonly token: string | null }, ProveAgainRefusal>> {
  const own = ownAccount(ctx.actor)
  if (!own.ok) return own
  const token = ctx.secrets.token()
  const { action } = own.value.permit
  const done = await answeredOnce(ctx, action, () => prove(ctx, own.value, shown, token))
  return done.ok ? ok({ token: tokenOf(ctx, done.value, token) }) : done
}

/** Answers with the hashed id under which the session goes on. */
async function prove(
  ctx: Context,
  { permit, person: { accountId } }: OwnAccount,
  shown: ShownAgain,
  token: string,
): Promise<Result<string, ProveAgainRefusal>> {
  const account = await findAccount(ctx.database.db, accountId)
  if (account === null) return err({ code: 'account_not_found' })
  const checked = await checkProof(ctx, account, shown)
  if (!checked.ok) return checked
  const { factor, claim } = checked.value
  return transact(ctx, permit, INSTALLATION, async (tx) => {
    const now = await lockAccount(tx, accountId)
    if (now?.state !== 'active') return err({ code: 'sign_in_failed' })
    if (!(await claim(tx))) return err({ code: 'proof_wrong' })
    const isRenewed = await renewSession(ctx, tx, { idHash: shown.idHash, token, factor })
    if (!isRenewed) return err({ code: 'sign_in_failed' })
    if (factor === 'recovery_code') await noteOn(ctx, tx, accountId, 'recovery_code_used')
    const renewed = ctx.keyed('session', token)
    return ok({ value: renewed, events: [{ event: 'proved_again', accountId, factor }] })
  })
}
