import { err, ok, type Result } from '#app/domain/result.ts'
import type { Forbidden } from '#app/policy/policy.ts'
import { homeOf, type StaffActor } from '#app/policy/roles.ts'
import { type AccountRow, findAccountByEmail, lockAccount } from '#db/queries/account.server.ts'
import { INSTALLATION } from '#db/schema.ts'
import type { Context } from '../context.server.ts'
import { transact } from '../transact.server.ts'
import { accountActor } from './account-actor.server.ts'
import { addressBlock } from './address-block.ts'
import { beginSession } from './begin-session.server.ts'
import { knownBrowser, newKnownBrowser } from './known-browser.ts'
import { countTries, type TooManyTries, triedRightly } from './limits.server.ts'
import { ownAccount } from './own-account.server.ts'

/** Wrong tries a quarter of an hour: a town hall has one address, an account has one person. */
const PER_ADDRESS = { tries: 60, minutes: 15 } as const
const PER_ACCOUNT_AND_ADDRESS = { tries: 10, minutes: 15 } as const
/** Over all addresses; higher, so that a stranger cannot keep the person out by trying. */
const PER_ACCOUNT = { tries: 50, minutes: 15 } as const
const PER_ACCOUNT_A_DAY = { tries: 200, minutes: 24 * 60 } as const
/** In a browser the account was signed in before; what strangers try does not count there. */
const PER_KNOWN_BROWSER = { tries: 10, minutes: 15 } as const

export type SignInRefusal =
  | Forbidden
  | TooManyTries
  | { readonly code: 'sign_in_failed' | 'account_disabled' }

/** What proves the person from now on (for the cookie), and where they begin. */
export type SignedIn = {
  readonly token: string
  readonly home: string
  /** For the browser to keep, so that it is known next time; null while a second factor is missing. */
  readonly known: string | null
}

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
    /** What the browser kept from an earlier sign-in. */
    readonly known?: string | null
  },
): Promise<Result<SignedIn, SignInRefusal>> {
  const limits = limitsOf(ctx, typed)
  const mayTry = await countTries(ctx, limits.inOrder)
  if (!mayTry.ok) return mayTry
  const checked = await checkedAccount(ctx, typed.email, typed.password)
  if (!checked.ok) return checked
  await triedRightly(ctx, limits.inOrder, limits.own)
  const actor = await accountActor(ctx.database.db, checked.value)
  return openSession({ ...ctx, actor }, actor, checked.value, typed)
}

type From = {
  readonly email: string
  readonly address: string
  readonly known?: string | null
}

/** What is counted, and which of it is of this browser or place alone: strangers share the rest. */
function limitsOf(ctx: Context, { email, address, known }: From) {
  const nonce = knownBrowser(ctx, email, known)
  if (nonce !== null) {
    const own = { what: `sign-in|known|${nonce}`, limit: PER_KNOWN_BROWSER }
    return { own, inOrder: [own] }
  }
  const block = addressBlock(address)
  const account = `sign-in|account|${email.toLowerCase()}`
  const own = { what: `${account}|${block}`, limit: PER_ACCOUNT_AND_ADDRESS }
  const byAddress = { what: `sign-in|address|${block}`, limit: PER_ADDRESS }
  const everywhere = [
    { what: account, limit: PER_ACCOUNT },
    { what: `${account}|day`, limit: PER_ACCOUNT_A_DAY },
  ]
  // the nearest first: a flood from one address must not use up what the account has
  return { own, inOrder: [byAddress, own, ...everywhere] }
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
    return ok({ value: { standing }, events: [{ event, accountId }] })
  })
  if (!opened.ok) return opened
  const isWhole = opened.value.standing !== 'prove'
  return ok({
    token,
    home: homeOf(actor),
    known: isWhole ? newKnownBrowser(ctx, checked.email) : null,
  })
}

/** Whether nobody reset or disabled the account while its password was being checked. */
function isUnchanged(checked: AccountRow, now: AccountRow | null): boolean {
  return now?.state === 'active' && now.password_hash === checked.password_hash
}
