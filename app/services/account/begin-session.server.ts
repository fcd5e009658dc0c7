import type { AccountId } from '#app/domain/ids.ts'
import { addHours, type Instant, instant } from '#app/domain/time.ts'
import { endSession, findOpenSession, insertSession } from '#db/queries/account.server.ts'
import { listFactors } from '#db/queries/second-factor.server.ts'
import type { Factor, Tx } from '#db/schema.ts'
import type { Context } from '../context.server.ts'
import { ABSOLUTE_HOURS, type Standing, standingOf } from './staff-session.server.ts'
import { STEP_UP_HOURS } from './step-up.ts'

/** How long a session waits for the second factor. */
const HALF_OPEN_HOURS = 0.25

type Session = {
  readonly accountId: AccountId
  /** The new session's token: for the cookie; only its hash is stored. */
  readonly token: string
  /** Hashed id of the session this browser had before; null: none. */
  readonly replaces: string | null
  /** What proved the person beside the password; null: nothing yet. */
  readonly factor: Factor | null
  readonly browser: string | null
}

/**
 * Adds the row of a new session, inside the caller's transaction, and ends the browser's old one.
 * Tells what the session may do. Who must still set a second factor up has just proved the password,
 * and need not prove it a second time.
 */
export async function beginSession(ctx: Context, tx: Tx, session: Session): Promise<Standing> {
  const now = instant(ctx.clock)
  const { accountId, factor } = session
  if (session.replaces !== null) await endSession(tx, session.replaces, now)
  const factors = (await listFactors(tx, accountId)).length
  const standing = standingOf(ctx, { isProven: factor !== null, factors })
  await insertSession(tx, {
    id_hash: ctx.keyed('session', session.token),
    account_id: accountId,
    created_at: now,
    last_seen_at: now,
    absolute_end: addHours(now, standing === 'prove' ? HALF_OPEN_HOURS : ABSOLUTE_HOURS),
    step_up_until: standing === 'set_up' ? addHours(now, STEP_UP_HOURS) : null,
    ended_at: null,
    factor,
    factor_at: factor === null ? null : now,
    browser: session.browser,
  })
  return standing
}

/**
 * The token for the browser, where this very sending renewed the session (`renewed`: the new id, as
 * the work answered); null where an earlier sending of the form did: its token is kept nowhere, and
 * this one would open nothing.
 */
export function tokenOf({ keyed }: Context, renewed: string, token: string): string | null {
  return keyed('session', token) === renewed ? token : null
}

/**
 * Goes on with a session under a new id (ASVS 7.2.4), stepped up: the person has just proved again
 * who they are. It ends when it would have ended. False when it had ended already.
 */
export async function renewSession(
  ctx: Context,
  tx: Tx,
  { idHash, token, factor }: { idHash: string; token: string; factor: Factor | null },
): Promise<boolean> {
  const now: Instant = instant(ctx.clock)
  const before = await findOpenSession(tx, idHash)
  if (before === null) return false
  await endSession(tx, idHash, now)
  await insertSession(tx, {
    ...before,
    id_hash: ctx.keyed('session', token),
    last_seen_at: now,
    step_up_until: addHours(now, STEP_UP_HOURS),
    factor: factor ?? before.factor,
    factor_at: factor === null ? before.factor_at : now,
  })
  return true
}
