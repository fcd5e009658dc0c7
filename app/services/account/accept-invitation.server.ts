import { err, ok, type Result } from '#app/domain/result.ts'
import { instant } from '#app/domain/time.ts'
import type { Forbidden } from '#app/policy/policy.ts'
import { homeOf } from '#app/policy/roles.ts'
import {
  type AccountRow,
  endSessionsOf,
  findAccountByLink,
  redeemLink,
} from '#db/queries/account.server.ts'
import { INSTALLATION } from '#db/schema.ts'
import type { Context } from '../context.server.ts'
import { transact } from '../transact.server.ts'
import { accountActor } from './account-actor.server.ts'
import { addressBlock } from './address-block.ts'
import { beginSession } from './begin-session.server.ts'
import { countTries, type TooManyTries } from './limits.server.ts'
import { isLinkLive, linkHash } from './one-time-link.server.ts'
import { ownAccount } from './own-account.server.ts'
import { isWeakPassword } from './password-rule.ts'
import type { SignedIn } from './sign-in.server.ts'

/** Tries a quarter of an hour: passwords that are too weak count as well. */
const PER_ADDRESS = { tries: 60, minutes: 15 } as const
const PER_LINK = { tries: 10, minutes: 15 } as const

export type AcceptInvitationRefusal =
  | Forbidden
  | TooManyTries
  | { readonly code: 'link_expired' | 'password_too_weak' }

/**
 * Sets the password of the account a one-time link belongs to and signs the person in: the link is
 * used up, every earlier session of the account ends. A second factor of the account is asked for
 * next, as after signing in. The answer is the same for a link that never
 * was, was used, is too old or was withdrawn. Refused: `link_expired`, `password_too_weak`,
 * `too_many_tries`.
 */
export async function acceptInvitation(
  ctx: Context,
  typed: {
    /** The link's token: what stands after `#`. */
    readonly code: string
    readonly password: string
    readonly address: string
    readonly replaces: string | null
    /** "Firefox unter Windows", where the browser says so. */
    readonly browser?: string | null
  },
): Promise<Result<SignedIn, AcceptInvitationRefusal>> {
  const hash = linkHash(ctx, typed.code)
  const mayTry = await countTries(ctx, [
    { what: `link|address|${addressBlock(typed.address)}`, limit: PER_ADDRESS },
    { what: `link|${hash}`, limit: PER_LINK },
  ])
  if (!mayTry.ok) return mayTry
  const account = await findAccountByLink(ctx.database.db, hash)
  if (account === null || !isUsable(account, ctx)) return err({ code: 'link_expired' })
  if (isWeakPassword(typed.password, account.email)) return err({ code: 'password_too_weak' })
  return setPassword(ctx, account, { ...typed, hash })
}

function isUsable(account: AccountRow, ctx: Context): boolean {
  return account.state !== 'disabled' && isLinkLive(ctx, account.link_expires_at)
}

async function setPassword(
  ctx: Context,
  account: AccountRow,
  given: {
    readonly hash: string
    readonly password: string
    readonly replaces: string | null
    readonly browser?: string | null
  },
): Promise<Result<SignedIn, AcceptInvitationRefusal>> {
  const actor = await accountActor(ctx.database.db, account)
  const own = ownAccount(actor)
  if (!own.ok) return own
  const { accountId } = actor
  const token = ctx.secrets.token()
  const passwordHash = await ctx.hasher.hash(given.password)
  const set = await transact({ ...ctx, actor }, own.value.permit, INSTALLATION, async (tx) => {
    if (!(await redeemLink(tx, accountId, given.hash, passwordHash))) {
      return err({ code: 'link_expired' })
    }
    await endSessionsOf(tx, accountId, instant(ctx.clock))
    const { replaces, browser = null } = given
    const session = { accountId, token, replaces, factor: null, browser }
    const standing = await beginSession(ctx, tx, session)
    return ok({
      value: null,
      events: [
        { event: 'password_set', accountId },
        { event: standing === 'prove' ? 'password_proven' : 'signed_in', accountId },
      ],
    })
  })
  return set.ok ? ok({ token, home: homeOf(actor), known: null }) : set
}
