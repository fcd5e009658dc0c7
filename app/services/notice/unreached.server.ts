import type { AccountId, CentreId } from '#app/domain/ids.ts'
import { lateBefore } from '#app/domain/notice/desk-notice.ts'
import { instant } from '#app/domain/time.ts'
import { isToldTo } from '#app/policy/told-to.ts'
import { listAssignments } from '#db/queries/account.server.ts'
import { listUnreadKinds, type Unread } from '#db/queries/desk-notice.server.ts'
import { listUndelivered } from '#db/queries/outbox.server.ts'
import { toAssignment } from '../account/assignments.server.ts'
import type { Deps } from '../context.server.ts'

type Unreached = Awaited<ReturnType<typeof listUndelivered>>[number]

/**
 * Whom to ring up, by name: their mail was given up, or is not out after a quarter of an hour, and
 * they have not read what they still have the role for. Whoever left could not read it any more. In
 * some centres, or (null) in all.
 */
export async function listUnreached(
  deps: Pick<Deps, 'database' | 'clock'>,
  centreIds: readonly CentreId[] | null,
): Promise<readonly Unreached[]> {
  const late = lateBefore(instant(deps.clock))
  const unreached: Unreached[] = []
  for (const person of await listUndelivered(deps.database.db, centreIds, late)) {
    if ((await waitingFor(deps, person.accountId)).length > 0) unreached.push(person)
  }
  return unreached
}

/** What a person has not read and still has the role for. */
export async function waitingFor(
  { database }: Pick<Deps, 'database'>,
  accountId: AccountId,
): Promise<readonly Unread[]> {
  const roles = (await listAssignments(database.db, accountId)).flatMap(toAssignment)
  return (await listUnreadKinds(database.db, accountId)).filter((unread) =>
    isToldTo(roles, {
      ...{ kind: unread.kind, centreId: unread.centre_id, schoolNumber: unread.school_number },
    }),
  )
}
