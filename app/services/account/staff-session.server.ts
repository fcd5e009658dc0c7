import { DRAFT_HOURS } from '#app/domain/draft/draft.ts'
import { isAheadOf } from '#app/domain/operation/self-check.ts'
import { addHours, type Instant, instant } from '#app/domain/time.ts'
import type { StaffActor } from '#app/policy/roles.ts'
import { findSession, listAssignments, touchSession } from '#db/queries/account.server.ts'
import type { Deps } from '../context.server.ts'
import { toAssignment } from './assignments.server.ts'

/** A session ends after half an hour without a request, and ten hours after sign-in (ASVS V7). */
const IDLE_HOURS = 0.5
export const ABSOLUTE_HOURS = 10
const TOUCH_AFTER_MS = 60_000

/**
 * What a session may do. `open`: its person may work. `prove`: the password was right, the second
 * factor is still asked for. `set_up`: an installation lets nobody work without one.
 */
export type Standing = 'open' | 'prove' | 'set_up'

/** Who is signed in, with the id of their session (hashed). */
export type StaffSession = {
  readonly actor: StaffActor
  readonly idHash: string
  readonly since: Instant
  /** When it was last used, before this request. */
  readonly lastSeen: Instant
  readonly standing: Standing
  /** Whether the person proved again, within ten minutes, who they are. */
  readonly steppedUp: boolean
}

/**
 * The person a session token proves, or null: unknown, ended, idle too long, account disabled.
 * Roles are read anew each time: a right withdrawn stops at the next request (P7). Prolongs the session.
 */
export async function staffSession(deps: Deps, token: string): Promise<StaffSession | null> {
  const session = await untouchedSession(deps, token)
  if (session !== null) await prolongSession(deps, session)
  return session
}

/** The same, and the session is as idle as before: nobody knows yet whether its person asks. */
export async function untouchedSession(deps: Deps, token: string): Promise<StaffSession | null> {
  const idHash = deps.keyed('session', token)
  const session = await findSession(deps.database.db, idHash)
  const isHolding = session?.state === 'active' && isLive(session, instant(deps.clock))
  return session === null || !isHolding ? null : personIn(deps, idHash, session)
}

/** The person of a session did something: it is not idle. */
export async function prolongSession(
  deps: Deps,
  { idHash, lastSeen }: Pick<StaffSession, 'idHash' | 'lastSeen'>,
): Promise<void> {
  const now = instant(deps.clock)
  if (Date.parse(now) - Date.parse(lastSeen) < TOUCH_AFTER_MS) return
  await deps.database.write((tx) => touchSession(tx, idHash, now))
}

/**
 * The person of a session that ran out by itself and was used within the last 24 hours, or null: it
 * held, was ended by somebody, or still lacked its second factor. It proves nobody any more: all that
 * may come of it is a draft, which only the same person sees after signing in (decision 0026), and
 * its end.
 */
export async function expiredSession(deps: Deps, token: string): Promise<StaffSession | null> {
  const idHash = deps.keyed('session', token)
  const session = await findSession(deps.database.db, idHash)
  const now = instant(deps.clock)
  if (session === null || session.state !== 'active' || isLive(session, now)) return null
  if (session.last_seen_at <= addHours(now, -DRAFT_HOURS)) return null
  const person = await personIn(deps, idHash, session)
  return person.standing === 'open' ? { ...person, steppedUp: false } : null
}

type FoundSession = NonNullable<Awaited<ReturnType<typeof findSession>>>

/** Roles are read anew each time. */
async function personIn(deps: Deps, idHash: string, session: FoundSession): Promise<StaffSession> {
  const assignments = await listAssignments(deps.database.db, session.account_id)
  return {
    idHash,
    since: session.created_at,
    lastSeen: session.last_seen_at,
    standing: standingOf(deps, {
      isProven: session.factor_at !== null,
      factors: Number(session.factors),
    }),
    steppedUp: (session.step_up_until ?? '') > instant(deps.clock),
    actor: {
      kind: 'staff',
      accountId: session.account_id,
      name: session.name,
      assignments: assignments.flatMap(toAssignment),
    },
  }
}

/** What a session may do, by what was proven in it and how many second factors its account has. */
export function standingOf(
  { isEvaluation }: Pick<Deps, 'isEvaluation'>,
  { isProven, factors }: { readonly isProven: boolean; readonly factors: number },
): Standing {
  if (isProven) return 'open'
  if (factors > 0) return 'prove'
  return isEvaluation ? 'open' : 'set_up'
}

/** Since when a session that still holds at `now` was used. */
export function idleSince(now: Instant): Instant {
  return addHours(now, -IDLE_HOURS)
}

function isLive(
  session: { readonly last_seen_at: Instant; readonly absolute_end: Instant },
  now: Instant,
): boolean {
  const { absolute_end, last_seen_at } = session
  return absolute_end > now && last_seen_at > idleSince(now) && !isAheadOf(now, last_seen_at)
}
