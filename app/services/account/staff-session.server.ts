import { addHours, type Instant, instant } from '#app/domain/time.ts'
import type { StaffActor } from '#app/policy/roles.ts'
import { findSession, listAssignments, touchSession } from '#db/queries/account.server.ts'
import type { Deps } from '../context.server.ts'
import { toAssignment } from './assignments.server.ts'

/** A session ends after half an hour without a request, and ten hours after sign-in (ASVS V7). */
const IDLE_HOURS = 0.5
export const ABSOLUTE_HOURS = 10
const TOUCH_AFTER_MS = 60_000

/** Who is signed in, with the id of their session (hashed). */
export type StaffSession = { readonly actor: StaffActor; readonly idHash: string }

/**
 * The person a session token proves, or null: unknown, ended, idle too long, account disabled.
 * Roles are read anew each time: a right withdrawn stops at the next request (P7).
 */
export async function staffSession(deps: Deps, token: string): Promise<StaffSession | null> {
  const idHash = deps.keyed('session', token)
  const session = await findSession(deps.database.db, idHash)
  const now = instant(deps.clock)
  if (session === null || session.state !== 'active' || !isLive(session, now)) return null
  await touchNowAndThen(deps, idHash, session.last_seen_at, now)
  const assignments = await listAssignments(deps.database.db, session.account_id)
  return {
    idHash,
    actor: {
      kind: 'staff',
      accountId: session.account_id,
      name: session.name,
      assignments: assignments.flatMap(toAssignment),
    },
  }
}

function isLive(
  session: { readonly last_seen_at: Instant; readonly absolute_end: Instant },
  now: Instant,
): boolean {
  return session.absolute_end > now && addHours(session.last_seen_at, IDLE_HOURS) > now
}

async function touchNowAndThen(deps: Deps, idHash: string, lastSeen: Instant, now: Instant) {
  if (Date.parse(now) - Date.parse(lastSeen) < TOUCH_AFTER_MS) return
  await deps.database.write((tx) => touchSession(tx, idHash, now))
}
