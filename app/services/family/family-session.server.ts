import { isAheadOf } from '#app/domain/operation/self-check.ts'
import { addHours, type Instant, instant } from '#app/domain/time.ts'
import type { Actor } from '#app/policy/roles.ts'
import { findFamilySession, touchFamilySession } from '#db/queries/family-access.server.ts'
import type { Deps } from '../context.server.ts'

/** A family's session: a quarter of an hour without a touch, one hour at most (promises.md §7.2). */
const IDLE_HOURS = 0.25
export const FAMILY_ABSOLUTE_HOURS = 1
const TOUCH_AFTER_MS = 30_000

export type FamilySession = {
  readonly actor: Extract<Actor, { readonly kind: 'family' }>
  readonly idHash: string
}

/** The family signed in by code and PIN, or null: none, ended, too old, slip reprinted since. */
export async function familySession(deps: Deps, token: string): Promise<FamilySession | null> {
  const idHash = deps.keyed('session', token)
  const session = await findFamilySession(deps.database.db, idHash)
  const now = instant(deps.clock)
  if (session === null || !isLive(session, now)) return null
  if (Date.parse(now) - Date.parse(session.last_seen_at) > TOUCH_AFTER_MS) {
    await deps.database.write((tx) => touchFamilySession(tx, session.centre_id, idHash, now))
  }
  return {
    idHash,
    actor: {
      kind: 'family',
      centreId: session.centre_id,
      familyId: session.family_id,
      caseId: session.case_id,
    },
  }
}

function isLive(
  session: { readonly last_seen_at: Instant; readonly absolute_end: Instant },
  now: Instant,
): boolean {
  const { absolute_end, last_seen_at } = session
  const isUsed = addHours(last_seen_at, IDLE_HOURS) > now && !isAheadOf(now, last_seen_at)
  return absolute_end > now && isUsed
}
