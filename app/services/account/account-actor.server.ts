import type { StaffActor } from '#app/policy/roles.ts'
import { type AccountRow, listAssignments } from '#db/queries/account.server.ts'
import type { Db } from '#db/schema.ts'
import { toAssignment } from './assignments.server.ts'

/** The person an account stands for, once a password or link has proved it is they who ask. */
export async function accountActor(
  db: Db,
  account: Pick<AccountRow, 'id' | 'name'>,
): Promise<StaffActor> {
  const assignments = await listAssignments(db, account.id)
  return {
    kind: 'staff',
    accountId: account.id,
    name: account.name,
    assignments: assignments.flatMap(toAssignment),
  }
}
