import { isAheadOf } from '#app/domain/operation/self-check.ts'
import { addHours, type Instant, instant } from '#app/domain/time.ts'
import type { Context } from '../context.server.ts'

/** How long a one-time link may be used, in hours. */
const LINK_HOURS = 72

/** A link that sets a password once, and what of it is stored. */
export type OneTimeLink = {
  /** Shown once, to whoever made it. The token stands after `#`: no server and no log sees it. */
  readonly link: string
  readonly expiresAt: Instant
  readonly columns: { readonly link_hash: string; readonly link_expires_at: Instant }
}

/** Makes a one-time link. Only its keyed hash goes into the account's row. */
export function makeLink(ctx: Context): OneTimeLink {
  const token = ctx.secrets.token()
  const expiresAt = addHours(instant(ctx.clock), LINK_HOURS)
  return {
    link: `${ctx.origin}/einladung#${token}`,
    expiresAt,
    columns: { link_hash: linkHash(ctx, token), link_expires_at: expiresAt },
  }
}

/** Whether a link that ends then may be used: not after it, and not while the clock shows a time before it was made. */
export function isLinkLive(ctx: Context, expiresAt: Instant | null): boolean {
  const now = instant(ctx.clock)
  if (expiresAt === null || expiresAt <= now) return false
  return !isAheadOf(now, addHours(expiresAt, -LINK_HOURS))
}

/** What of a link's token is stored. */
export function linkHash(ctx: Context, token: string): string {
  return ctx.keyed('link', token)
}

/** What came of asking for a link, for the page that shows it once. */
export type Issued = { readonly name: string; readonly email: string } & (
  | { readonly kind: 'fresh'; readonly link: string; readonly expiresAt: Instant }
  /** The form was sent twice: the link was shown the first time, and is stored nowhere. */
  | { readonly kind: 'shown_before' }
  /** The person has an account already and signs in as before. */
  | { readonly kind: 'role_added' }
)

/**
 * What a page may show of `made`, when `stored` is the link's hash the transaction kept: another
 * one means the command had been carried out before, none that no link was needed.
 */
export function issuedOf(
  account: { readonly name: string; readonly email: string },
  made: OneTimeLink,
  stored: string | null,
): Issued {
  const { name, email } = account
  if (stored === null) return { name, email, kind: 'role_added' }
  if (stored !== made.columns.link_hash) return { name, email, kind: 'shown_before' }
  return { name, email, kind: 'fresh', link: made.link, expiresAt: made.expiresAt }
}
