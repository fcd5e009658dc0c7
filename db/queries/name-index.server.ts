import type { CaseId, CentreId, ChildId } from '#app/domain/ids.ts'
import type { Db } from '../schema.ts'

/** The cases of children by child, oldest first: what a found name leads to. */
export async function caseIdsOfChildren(
  db: Db,
  centreId: CentreId,
  childIds: readonly ChildId[],
): Promise<ReadonlyMap<ChildId, readonly CaseId[]>> {
  const byChild = new Map<ChildId, CaseId[]>()
  if (childIds.length === 0) return byChild
  const rows = await db
    .selectFrom('pupil_case')
    .select(['id', 'child_id'])
    .where('centre_id', '=', centreId)
    .where('child_id', 'in', [...childIds])
    .execute()
  // sorted here: an ORDER BY would make SQLite walk the whole centre in the order of the key
  for (const { id, child_id } of rows.toSorted((a, b) => (a.id < b.id ? -1 : 1))) {
    byChild.set(child_id, [...(byChild.get(child_id) ?? []), id])
  }
  return byChild
}
