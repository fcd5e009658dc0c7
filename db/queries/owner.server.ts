import type { PupilCase } from '#app/domain/case/pupil-case.ts'
import type { Stage } from '#app/domain/case/stage.ts'
import type { CentreId, MunicipalityKey, SchoolNumber } from '#app/domain/ids.ts'
import type { OperatingKey, School } from '#app/domain/school/school.ts'
import type { Db } from '../schema.ts'
import { toPupilCase } from './case-row.ts'
import type { SchoolLabel } from './school.server.ts'

/** What the list of schools says of an owner's schools. */
export type OwnedSchool = SchoolLabel & Pick<School, 'municipality' | 'legalForm' | 'ownerNumber'>

/** The schools in a centre's Gemeinden with their owners (Schulträger), by number. */
export async function listOwnedSchools(
  db: Db,
  centreId: CentreId,
): Promise<readonly OwnedSchool[]> {
  const rows = await db
    .selectFrom('centre_area')
    .innerJoin('school', 'school.municipality_key', 'centre_area.municipality_key')
    .select(['number', 'form', 'short_name', 'school.status', 'status_on', 'delisted_on'])
    .select(['school.municipality_key', 'legal_form', 'owner_number'])
    .where('centre_area.centre_id', '=', centreId)
    .orderBy('school.number')
    .execute()
  return rows.map((row) => ({
    number: row.number as SchoolNumber,
    form: row.form,
    shortName: row.short_name,
    // only saveSchools writes this column, and a School has no other keys
    status: row.status as OperatingKey,
    statusOn: row.status_on,
    delistedOn: row.delisted_on,
    municipality: row.municipality_key,
    legalForm: row.legal_form,
    ownerNumber: row.owner_number,
  }))
}

/** The cases of a centre at some stages, in some of its Gemeinden, in the order of their Meldung. */
export async function listCasesInGemeinden(
  db: Db,
  centreId: CentreId,
  stages: readonly Stage[],
  municipalities: readonly MunicipalityKey[],
): Promise<readonly PupilCase[]> {
  if (stages.length === 0 || municipalities.length === 0) return []
  const rows = await db
    .selectFrom('pupil_case')
    .selectAll()
    .where('centre_id', '=', centreId)
    .where('stage', 'in', [...stages])
    .where('municipality_key', 'in', [...municipalities])
    .orderBy('registered_on')
    .orderBy('id')
    .execute()
  return rows.map(toPupilCase)
}
