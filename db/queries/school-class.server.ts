import type { CaseId, CentreId, ChildId } from '#app/domain/ids.ts'
import type { PlacedClass } from '#app/domain/school/school-class.ts'
import type { Db, Row, Tx } from '../schema.ts'
import type { SubjectKey } from '../sealing/envelope.ts'
import type { KeyStore } from '../sealing/keys.server.ts'
import { childKey, openForList, openRecord } from '../sealing/records.server.ts'

/** Where in its school the child of a case learns, or null while the school has not said. */
export async function readSchoolClass(
  db: Db,
  keys: KeyStore,
  of: { readonly centreId: CentreId; readonly id: CaseId; readonly childId: ChildId },
): Promise<PlacedClass | null> {
  const [row] = await listSchoolClasses(db, of.centreId, [of.id])
  if (row === undefined) return null
  const key = await childKey(db, keys, of.centreId, of.childId)
  return openRecord<PlacedClass>(key, 'school_class', row.centre_id, row.id, row.sealed)
}

/** What the schools said of some cases, sealed as it stands. */
export async function listSchoolClasses(
  db: Db,
  centreId: CentreId,
  caseIds: readonly CaseId[],
): Promise<readonly Row<'school_class'>[]> {
  if (caseIds.length === 0) return []
  return db
    .selectFrom('school_class')
    .selectAll()
    .where('centre_id', '=', centreId)
    .where('id', 'in', [...caseIds])
    .execute()
}

/** One of them, opened for a list: null where it does not open. */
export function openSchoolClass(key: SubjectKey, row: Row<'school_class'>): PlacedClass | null {
  return openForList<PlacedClass>(key, 'school_class', row.centre_id, row.id, row.sealed)
}

/** Stores what the school says, over what it said before. */
export async function saveSchoolClass(tx: Tx, row: Row<'school_class'>): Promise<void> {
  const { sealed, said_at } = row
  await tx
    .insertInto('school_class')
    .values(row)
    .onConflict((conflict) =>
      conflict.columns(['centre_id', 'id']).doUpdateSet({ sealed, said_at }),
    )
    .execute()
}

/** Forgets the class of a child that has not come. */
export async function deleteSchoolClass(tx: Tx, centreId: CentreId, id: CaseId): Promise<void> {
  await tx
    .deleteFrom('school_class')
    .where('centre_id', '=', centreId)
    .where('id', '=', id)
    .execute()
}
