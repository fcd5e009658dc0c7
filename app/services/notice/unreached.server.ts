import type { AccountId, CentreId } from '#app/domain/ids.ts'
import { lateBefore } from '#app/domain/notice/desk-notice.ts'
import { type Instant, instant } from '#app/domain/time.ts'
import type { Assignment } from '#app/policy/roles.ts'
import { isToldTo } from '#app/policy/told-to.ts'
import { listAssignments } from '#db/queries/account.server.ts'
import { listUnreadKinds, type Unread } from '#db/queries/desk-notice.server.ts'
import { forgetGivenUp, listGivenUp, listUndelivered } from '#db/queries/outbox.server.ts'
import type { Db, Tx } from '#db/schema.ts'
import { toAssignment } from '../account/assignments.server.ts'
import type { Deps } from '../context.server.ts'

type Unreached = { readonly accountId: AccountId; readonly name: string }

/**
 * Whom to ring up, by name: their mail was given up, or is not out after a quarter of an hour, and
 * what it tells of they have not read and could read now. Told in the centre of which that is: in
 * some centres, or (null) in all.
 */
export async function listUnreached(
  deps: Pick<Deps, 'database' | 'clock'>,
  centreIds: readonly CentreId[] | null,
): Promise<readonly Unreached[]> {
  const { db } = deps.database
  const unreached: Unreached[] = []
  const late = lateBefore(instant(deps.clock))
  for (const { accountId, name, notices } of await listUndelivered(db, centreIds, late)) {
    const roles = await rolesOf(db, accountId)
    const isTold = notices.some((notice) => isToldTo(roles, notice))
    if (isTold) unreached.push({ accountId, name })
  }
  return unreached
}

/**
 * Forgets the mails that were given up before `before` and say of nobody any more that they are to be
 * rung up: the person has left the school, the area or the centre of all that they tell of. One that
 * waits is not looked at: what is new joins it, and it ends at its next try.
 */
export async function forgetOfWhoLeft(tx: Tx, before: Instant): Promise<void> {
  const left: AccountId[] = []
  for (const accountId of await listGivenUp(tx, before)) {
    if ((await waitingFor(tx, accountId)).length === 0) left.push(accountId)
  }
  await forgetGivenUp(tx, before, left)
}

/** What a person has not read and could read now: with the role, the school, the area they have. */
export async function waitingFor(db: Db, accountId: AccountId): Promise<readonly Unread[]> {
  const roles = await rolesOf(db, accountId)
  return (await listUnreadKinds(db, accountId)).filter((unread) => isToldTo(roles, unread))
}

async function rolesOf(db: Db, accountId: AccountId): Promise<readonly Assignment[]> {
  return (await listAssignments(db, accountId)).flatMap(toAssignment)
}
