import type { AccountId } from '#app/domain/ids.ts'
import { addHours, instant } from '#app/domain/time.ts'
import { endSession, insertSession } from '#db/queries/account.server.ts'
import type { Tx } from '#db/schema.ts'
import type { Context } from '../context.server.ts'
import { ABSOLUTE_HOURS } from './staff-session.server.ts'

type Session = {
  readonly accountId: AccountId
  /** The new session's token: for the cookie; only its hash is stored. */
  readonly token: string
  /** Hashed id of the session this browser had before; null: none. */
  readonly replaces: string | null
}

/** Adds the row of a new session, inside the caller's transaction, and ends the browser's old one. */
export async function beginSession(ctx: Context, tx: Tx, session: Session): Promise<void> {
  const now = instant(ctx.clock)
  if (session.replaces !== null) await endSession(tx, session.replaces, now)
  await insertSession(tx, {
    id_hash: ctx.keyed('session', session.token),
    account_id: session.accountId,
    created_at: now,
    last_seen_at: now,
    absolute_end: addHours(now, ABSOLUTE_HOURS),
    step_up_until: null,
    ended_at: null,
  })
}
