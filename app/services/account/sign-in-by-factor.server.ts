import { err, ok, type Result } from '#app/domain/result.ts'
import type { Forbidden } from '#app/policy/policy.ts'
import { homeOf } from '#app/policy/roles.ts'
import { findAccount, findOpenSession, lockAccount } from '#db/queries/account.server.ts'
import { INSTALLATION } from '#db/schema.ts'
import type { Context } from '../context.server.ts'
import { transact } from '../transact.server.ts'
import { beginSession } from './begin-session.server.ts'
import { checkProof, type ProofRefusal, type Shown } from './check-proof.server.ts'
import { newKnownBrowser } from './known-browser.ts'
import { noteOn } from './notices.server.ts'
import { ownAccount } from './own-account.server.ts'
import type { SignedIn } from './sign-in.server.ts'

export type SignInByFactorRefusal =
  | Forbidden
  | ProofRefusal
  | { readonly code: 'account_not_found' | 'sign_in_failed' }

/**
 * The second step of signing in: opens a session under a new id in place of the half-open one that
 * the password made (ASVS 7.2.4). Refused: as {@link checkProof}, `sign_in_failed` when the half-open
 * session ended meanwhile.
 */
export async function signInByFactor(
  ctx: Context,
  shown: Shown & {
    readonly address: string
    /** What the browser kept from an earlier sign-in. */
    readonly known?: string | null
    /** Hashed id of the half-open session. */
    readonly idHash: string
  },
): Promise<Result<SignedIn, SignInByFactorRefusal>> {
  const own = ownAccount(ctx.actor)
  if (!own.ok) return own
  const { person, permit } = own.value
  const { accountId } = person
  const account = await findAccount(ctx.database.db, accountId)
  if (account === null) return err({ code: 'account_not_found' })
  const checked = await checkProof(ctx, account, shown)
  if (!checked.ok) return checked
  const { factor, claim } = checked.value
  const token = ctx.secrets.token()
  const opened = await transact(ctx, permit, INSTALLATION, async (tx) => {
    const now = await lockAccount(tx, accountId)
    const before = await findOpenSession(tx, shown.idHash)
    if (now?.state !== 'active' || before === null) return err({ code: 'sign_in_failed' })
    if (factor === null || !(await claim(tx))) return err({ code: 'proof_wrong' })
    const { browser } = before
    await beginSession(ctx, tx, { accountId, token, replaces: shown.idHash, factor, browser })
    if (factor === 'recovery_code') await noteOn(ctx, tx, accountId, 'recovery_code_used')
    return ok({ value: null, events: [{ event: 'signed_in', accountId, factor }] })
  })
  if (!opened.ok) return opened
  return ok({ token, home: homeOf(person), known: newKnownBrowser(ctx, account.email) })
}
