import { err, ok, type Result } from '#app/domain/result.ts'
import type { Forbidden } from '#app/policy/policy.ts'
import { homeOf, type StaffActor } from '#app/policy/roles.ts'
import { type AccountRow, findAccountByEmail, lockAccount } from '#db/queries/account.server.ts'
import { forgetTries, takeBackTry } from '#db/queries/limits.server.ts'
import { INSTALLATION } from '#db/schema.ts'
import type { Context } from '../context.server.ts'
import { transact } from '../transact.server.ts'
import { accountActor } from './account-actor.server.ts'
import { addressBlock } from './address-block.ts'
import { beginSession } from './begin-session.server.ts'
import { countTries, limitKey, type TooManyTries } from './limits.server.ts'
import { ownAccount } from './own-account.server.ts'

/** Wrong tries a quarter of an hour: a town hall has one address, an account has one person. */
const PER_ADDRESS = { tries: 60, minutes: 15 } as const
const PER_ACCOUNT_AND_ADDRESS = { tries: 10, minutes: 15 } as const
/** Over all addresses; higher, so that a stranger cannot keep the person out by trying. */
const PER_ACCOUNT = { tries: 50, minutes: 15 } as const

export type SignInRefusal =
  | Forbidden
  | TooManyTries
  | { readonly code: 'sign_in_failed' | 'account_disabled' }

/** What proves the person from now on (for the cookie), and where they begin. */
export type SignedIn = { readonly token: string; readonly home: string }

/**
 * Signs a person in by e-mail and password; where the account has a second factor, the session can
 * do nothing but prove it (`signInByFactor`). The answer is the same for an unknown address, a wrong
 * password and an account that has none yet, and takes the same time (a hash is checked in any
 * case); that an account is disabled learns only who knows its password. Tries are delayed, an
 * account is never locked. Refused: `sign_in_failed`, `account_disabled`, `too_many_tries`.
 */
export async function signIn(
  ctx: Context,
  typed: {
    readonly email: string
    readonly password: string
    readonly address: string
    /** Hashed id of the session this browser had before; null: none. */
    readonly replaces: string | null
    /** "Firefox unter Windows", where the browser says so. */
    readonly browser?: string | null
  },
): Promise<Result<SignedIn, SignInRefusal>> {
  const block = addressBlock(typed.address)
  const address = `sign-in|address|${block}`
  const account = `sign-in|account|${typed.email.toLowerCase()}`
  const accountHere = `${account}|${block}`
  const mayTry = await countTries(ctx, [
    { what: address, limit: PER_ADDRESS },
    { what: accountHere, limit: PER_ACCOUNT_AND_ADDRESS },
    { what: account, limit: PER_ACCOUNT },
  ])
  if (!mayTry.ok) return mayTry
  const known = await checkedAccount(ctx, typed.email, typed.password)
  if (!known.ok) return known
  await forgetTries(ctx.database, limitKey(ctx, account))
  await forgetTries(ctx.database, limitKey(ctx, accountHere))
  await takeBackTry(ctx.database, limitKey(ctx, address))
  const actor = await accountActor(ctx.database.db, known.value)
  return openSession({ ...ctx, actor }, actor, known.value, typed)
}

async function checkedAccount(
  ctx: Context,
  email: string,
  password: string,
): Promise<Result<AccountRow, { readonly code: 'sign_in_failed' | 'account_disabled' }>> {
  const account = await findAccountByEmail(ctx.database.db, email)
  const isRight = await ctx.hasher.verify(account?.password_hash ?? null, password)
  if (account === null || !isRight || account.state === 'invited') {
    ctx.log({ event: 'sign_in_failed', requestId: ctx.requestId })
    return err({ code: 'sign_in_failed' })
  }
  return account.state === 'disabled' ? err({ code: 'account_disabled' }) : ok(account)
}

async function openSession(
  ctx: Context,
  actor: StaffActor,
  checked: AccountRow,
  { replaces, browser = null }: { replaces: string | null; browser?: string | null },
): Promise<Result<SignedIn, SignInRefusal>> {
  const own = ownAccount(actor)
  if (!own.ok) return own
  const token = ctx.secrets.token()
  const { accountId } = actor
  const opened = await transact(ctx, own.value.permit, INSTALLATION, async (tx) => {
    const now = await lockAccount(tx, accountId)
    if (!isUnchanged(checked, now)) return err({ code: 'sign_in_failed' })
    const session = { accountId, token, replaces, factor: null, browser }
    const standing = await beginSession(ctx, tx, session)
    const event = standing === 'prove' ? 'password_proven' : 'signed_in'
    return ok({ value: null, events: [{ event, accountId }] })
  })
  return opened.ok ? ok({ token, home: homeOf(actor) }) : opened
}

/** Whether nobody reset or disabled the account while its password was being checked. */
function isUnchanged(checked: AccountRow, now: AccountRow | null): boolean {
  return now?.state === 'active' && now.password_hash === checked.password_hash
}
