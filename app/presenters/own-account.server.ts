import type { AccountId } from '#app/domain/ids.ts'
import { err, ok, type Result } from '#app/domain/result.ts'
import { type Instant, instant } from '#app/domain/time.ts'
import { authorize, type Forbidden } from '#app/policy/policy.ts'
import { homeOf, type StaffRole } from '#app/policy/roles.ts'
import { sessionName } from '#app/services/account/session-name.server.ts'
import { idleSince } from '#app/services/account/staff-session.server.ts'
import type { Context } from '#app/services/context.server.ts'
import { findAccount, listLiveSessions } from '#db/queries/account.server.ts'
import { listNotices } from '#db/queries/account-notice.server.ts'
import { findCentreNames } from '#db/queries/centre.server.ts'
import { refusesMail } from '#db/queries/desk-notice.server.ts'
import { isLinked } from '#db/queries/provider-link.server.ts'
import { listFactors } from '#db/queries/second-factor.server.ts'

export type OwnAccountPage = {
  readonly name: string
  readonly email: string
  readonly roles: readonly { readonly role: StaffRole; readonly centre: string | null }[]
  /** Where the person is signed in, here first. `name`: what to call the session by. */
  readonly sessions: readonly {
    readonly name: string
    readonly browser: string | null
    readonly since: Instant
    readonly lastSeen: Instant
    readonly isHere: boolean
  }[]
  /** What happened to the account that the person has not acknowledged. */
  readonly notices: readonly {
    readonly id: string
    readonly at: Instant
    readonly kind: string
    readonly byRole: string | null
  }[]
  /** How many second factors there are. */
  readonly factors: number
  readonly isEvaluation: boolean
  /** Whether the account is linked to the single sign-on; null: there is none. */
  readonly isLinked: boolean | null
  /** Whether the person is told by mail what waits; null: the installation sends none. */
  readonly wantsMail: boolean | null
}

/** A person's own account. `here`: the hashed id of this session. Refused: `forbidden`. */
export async function ownAccountPage(
  ctx: Context,
  here: string,
): Promise<Result<OwnAccountPage, Forbidden>> {
  const { actor, database } = ctx
  const permit = authorize(actor, 'own_account.use', null)
  if (!permit.ok) return permit
  if (actor.kind !== 'staff') return err({ code: 'forbidden', action: 'own_account.use' })
  const account = await findAccount(database.db, actor.accountId)
  const roles = []
  for (const held of actor.assignments) {
    const centres = 'centreId' in held ? await findCentreNames(database.db, [held.centreId]) : []
    roles.push({ role: held.role, centre: centres[0] ?? null })
  }
  return ok({
    name: actor.name,
    email: account?.email ?? '',
    roles,
    sessions: await sessionsOf(ctx, actor.accountId, here),
    notices: await noticesOf(ctx, actor.accountId),
    factors: (await listFactors(database.db, actor.accountId)).length,
    isEvaluation: ctx.isEvaluation,
    isLinked: ctx.provider === null ? null : await isLinked(database.db, actor.accountId),
    wantsMail: ctx.mail === null ? null : !(await refusesMail(database.db, actor.accountId)),
  })
}

async function sessionsOf(
  ctx: Context,
  accountId: AccountId,
  here: string,
): Promise<OwnAccountPage['sessions']> {
  const now = instant(ctx.clock)
  const live = await listLiveSessions(ctx.database.db, accountId, now, idleSince(now))
  return live
    .map(({ id_hash, browser, created_at, last_seen_at }) => ({
      name: sessionName(ctx, id_hash),
      browser,
      since: created_at,
      lastSeen: last_seen_at,
      isHere: id_hash === here,
    }))
    .sort((a, b) => Number(b.isHere) - Number(a.isHere))
}

async function noticesOf(
  { database }: Context,
  accountId: AccountId,
): Promise<OwnAccountPage['notices']> {
  const notices = await listNotices(database.db, accountId)
  return notices.map(({ id, at, kind, by_role }) => ({ id, at, kind, byRole: by_role }))
}

/** Where the person begins: the first page of their first role. */
export function homePath({ actor }: Context): string {
  return actor.kind === 'staff' ? homeOf(actor) : '/familie'
}
