import type { Child } from '#app/domain/child/child.ts'
import type { CentreId, ChildId } from '#app/domain/ids.ts'
import type { Context } from '#app/services/context.server.ts'
import { listChildren } from '#db/queries/child.server.ts'
import { openForList } from '#db/sealing/records.server.ts'

/**
 * The sealed records of the children of one list, opened; a child whose key was destroyed, or whose
 * record is damaged, is absent.
 * The caller has authorised, and writes down that the list was seen.
 */
export async function openChildren(
  ctx: Context,
  centreId: CentreId,
  ids: readonly ChildId[],
): Promise<ReadonlyMap<ChildId, Child>> {
  const rows = await listChildren(ctx.database.db, centreId, ids)
  const keys = await ctx.keys.findMany('child', centreId, ids)
  return new Map(
    rows.flatMap(({ id, sealed }) => {
      const key = keys.get(id)
      if (key === undefined) return []
      const child = openForList<Child>(key, 'child', centreId, id, sealed)
      return child === null ? [] : [[id, child]]
    }),
  )
}
