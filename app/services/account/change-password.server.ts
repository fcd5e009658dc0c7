import { err, ok, type Result } from '#app/domain/result.ts'
import { instant } from '#app/domain/time.ts'
import type { Forbidden } from '#app/policy/policy.ts'
import { endSessionsOf, findAccount, updateAccount } from '#db/queries/account.server.ts'
import { listFactors } from '#db/queries/second-factor.server.ts'
import { INSTALLATION } from '#db/schema.ts'
import type { Context } from '../context.server.ts'
import { answeredOnce, transact } from '../transact.server.ts'
import { countTries, type TooManyTries } from './limits.server.ts'
import { noteOn } from './notices.server.ts'
import { ownAccount } from './own-account.server.ts'
import { isWeakPassword } from './password-rule.ts'
import { requireStepUp, type StepUpNeeded } from './step-up.ts'

const PER_ACCOUNT = { tries: 10, minutes: 15 } as const

export type ChangePasswordRefusal =
  | Forbidden
  | StepUpNeeded
  | TooManyTries
  | { readonly code: 'account_not_found' | 'password_wrong' | 'password_too_weak' }

/**
 * Changes the own password after the present one was given; every other session ends, and a
 * one-time link that was still open is void. Where the account has a second factor, that is proved
 * again first (BSI CON.10.A12); else the present password is the proof. Refused: `step_up_needed`,
 * `password_wrong`, `password_too_weak`, `too_many_tries`, `forbidden`.
 */
export async function changePassword(
  ctx: Context,
  typed: {
    readonly present: string
    readonly password: string
    /** Hashed id of the session that goes on. */
    readonly keeps: string
  },
): Promise<Result<null, ChangePasswordRefusal>> {
  const own = ownAccount(ctx.actor)
  if (!own.ok) return own
  const { accountId } = own.value.person
  const hasFactor = (await listFactors(ctx.database.db, accountId)).length > 0
  const proven = hasFactor ? requireStepUp(ctx) : ok(true)
  if (!proven.ok) return proven
  const what = `change-password|${accountId}`
  const mayTry = await countTries(ctx, [{ what, limit: PER_ACCOUNT }])
  if (!mayTry.ok) return mayTry
  const account = await findAccount(ctx.database.db, accountId)
  if (account === null) return err({ code: 'account_not_found' })
  if (!(await ctx.hasher.verify(account.password_hash, typed.present))) {
    // a form that is sent again: the password it knew as the present one is no longer
    return answeredOnce<null, ChangePasswordRefusal>(ctx, own.value.permit.action, async () =>
      err({ code: 'password_wrong' }),
    )
  }
  if (isWeakPassword(typed.password, account.email)) return err({ code: 'password_too_weak' })
  const hash = await ctx.hasher.hash(typed.password)
  return transact(ctx, own.value.permit, INSTALLATION, async (tx) => {
    const change = { password_hash: hash, link_hash: null, link_expires_at: null }
    await updateAccount(tx, accountId, change)
    await endSessionsOf(tx, accountId, instant(ctx.clock), typed.keeps)
    await noteOn(ctx, tx, accountId, 'password_changed')
    return ok({ value: null, events: [{ event: 'password_set', accountId }] })
  })
}
