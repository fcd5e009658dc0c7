import { err, ok, type Result } from '#app/domain/result.ts'
import { type Instant, instant } from '#app/domain/time.ts'
import { authorize, type Forbidden } from '#app/policy/policy.ts'
import { homeOf, type StaffRole } from '#app/policy/roles.ts'
import type { Context } from '#app/services/context.server.ts'
import { findAccount, listLiveSessions } from '#db/queries/account.server.ts'
import { findCentreNames } from '#db/queries/centre.server.ts'

export type OwnAccountPage = {
  readonly name: string
  readonly email: string
  readonly roles: readonly { readonly role: StaffRole; readonly centre: string | null }[]
  /** Signed in elsewhere: since when, and when something was last done there. */
  readonly otherSessions: readonly { readonly since: Instant; readonly lastSeen: Instant }[]
}

/** A person's own account. `here`: the hashed id of this session. Refused: `forbidden`. */
export async function ownAccountPage(
  { actor, database, clock }: Context,
  here: string,
): Promise<Result<OwnAccountPage, Forbidden>> {
  const permit = authorize(actor, 'own_account.use', null)
  if (!permit.ok) return permit
  if (actor.kind !== 'staff') return err({ code: 'forbidden', action: 'own_account.use' })
  const account = await findAccount(database.db, actor.accountId)
  const sessions = await listLiveSessions(database.db, actor.accountId, instant(clock))
  const roles = []
  for (const held of actor.assignments) {
    const centres = 'centreId' in held ? await findCentreNames(database.db, [held.centreId]) : []
    roles.push({ role: held.role, centre: centres[0] ?? null })
  }
  return ok({
    name: actor.name,
    email: account?.email ?? '',
    roles,
    otherSessions: sessions
      .filter(({ id_hash }) => id_hash !== here)
      .map(({ created_at, last_seen_at }) => ({ since: created_at, lastSeen: last_seen_at })),
  })
}

/** Where the person begins: the first page of their first role. */
export function homePath({ actor }: Context): string {
  return actor.kind === 'staff' ? homeOf(actor) : '/familie'
}
