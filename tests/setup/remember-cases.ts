import type { CaseId } from '#app/domain/ids.ts'
import type { Database } from '#db/open.server.ts'

/**
 * Lets cases, their seats and their classes be as they are now, as often as what it gives is called:
 * making children anew for every round takes long. Versions go on counting, and so does what was said.
 */
export async function rememberCases(
  { database }: { readonly database: Database },
  cases: readonly CaseId[],
): Promise<() => Promise<void>> {
  const { db } = database
  const rows = await db.selectFrom('pupil_case').selectAll().where('id', 'in', cases).execute()
  const entries = await db
    .selectFrom('seat_entry')
    .selectAll()
    .where('case_id', 'in', cases)
    .execute()
  const classes = await db
    .selectFrom('school_class')
    .select('id')
    .where('id', 'in', cases)
    .execute()
  const without = cases.filter((caseId) => !classes.some(({ id }) => id === caseId))
  return () =>
    database.write(async (tx) => {
      await tx.deleteFrom('seat_entry').where('case_id', 'in', cases).execute()
      for (const { version: _counted, ...row } of rows) {
        await tx.updateTable('pupil_case').set(row).where('id', '=', row.id).execute()
      }
      if (entries.length > 0) await tx.insertInto('seat_entry').values(entries).execute()
      if (without.length > 0) {
        await tx.deleteFrom('school_class').where('id', 'in', without).execute()
      }
    })
}
