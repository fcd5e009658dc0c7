import type { CaseId, CentreId } from '#app/domain/ids.ts'
import type { Db } from '../schema.ts'

/** What surrounds a case in plain columns: one look-up for the head of its pages. */
export type CaseSurroundings = NonNullable<Awaited<ReturnType<typeof findCaseSurroundings>>>

/** The centre's targets, the Gemeinde, the school of the case and its counsellor, by their names. */
export async function findCaseSurroundings(db: Db, centreId: CentreId, caseId: CaseId) {
  const row = await db
    .selectFrom('pupil_case')
    .innerJoin('centre', 'centre.id', 'pupil_case.centre_id')
    .innerJoin('municipality', 'municipality.key', 'pupil_case.municipality_key')
    .leftJoin('school', 'school.number', 'pupil_case.school_number')
    .leftJoin('account', 'account.id', 'pupil_case.counsellor_id')
    .select([
      'centre.target_counselling_days',
      'centre.target_assignment_days',
      'centre.target_first_day_days',
      'municipality.name as municipality_name',
      'school.short_name as school_name',
      'school.phone_prefix',
      'school.phone',
      'account.name as counsellor_name',
    ])
    .where('pupil_case.centre_id', '=', centreId)
    .where('pupil_case.id', '=', caseId)
    .executeTakeFirst()
  return row ?? null
}
