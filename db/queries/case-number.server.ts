import type { CaseId, CentreId } from '#app/domain/ids.ts'
import type { Db } from '../schema.ts'

/** The id of the case with a number (`DN-2026-0412`) in one of the centres, or null. */
export async function findCaseByNumber(
  db: Db,
  centres: readonly CentreId[],
  caseNumber: string,
): Promise<CaseId | null> {
  if (centres.length === 0) return null
  const row = await db
    .selectFrom('pupil_case')
    .select('id')
    .where('centre_id', 'in', [...centres])
    .where('case_number', '=', caseNumber)
    .executeTakeFirst()
  return row?.id ?? null
}
