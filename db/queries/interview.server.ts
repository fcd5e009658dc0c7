import type { CaseId, CentreId, ChildId } from '#app/domain/ids.ts'
import type { Interview } from '#app/domain/interview/interview.ts'
import type { Db, Row, Tx } from '../schema.ts'
import type { SubjectKey } from '../sealing/envelope.ts'
import type { KeyStore } from '../sealing/keys.server.ts'
import { childKey, openRecord } from '../sealing/records.server.ts'

/** The Beratungsbogen of a case, or null while nothing was saved. Its id is the case's. */
export async function findInterview(
  db: Db,
  centreId: CentreId,
  caseId: CaseId,
): Promise<Row<'interview'> | null> {
  const row = await db
    .selectFrom('interview')
    .selectAll()
    .where('centre_id', '=', centreId)
    .where('id', '=', caseId)
    .executeTakeFirst()
  return row ?? null
}

/** A Beratungsbogen, opened with the child's key. @throws when it was sealed for another row. */
export function openInterview(key: SubjectKey, row: Row<'interview'>): Interview {
  return openRecord<Interview>(key, 'interview', row.centre_id, row.id, row.sealed)
}

/** The answers of a case's Beratungsbogen, or null while nothing was saved. */
export async function readInterview(
  db: Db,
  keys: KeyStore,
  of: { readonly centreId: CentreId; readonly id: CaseId; readonly childId: ChildId },
): Promise<Interview | null> {
  const row = await findInterview(db, of.centreId, of.id)
  return row === null ? null : openInterview(await childKey(db, keys, of.centreId, of.childId), row)
}

/**
 * Saves a Beratungsbogen over the version it was read at (0: there was none) and counts the version
 * up. False when somebody was faster: nothing is written then.
 */
export async function saveInterview(tx: Tx, row: Row<'interview'>): Promise<boolean> {
  const { centre_id, id, version, ...change } = row
  if (version === 0) {
    const added = await tx
      .insertInto('interview')
      .values({ ...row, version: 1 })
      .onConflict((conflict) => conflict.columns(['centre_id', 'id']).doNothing())
      .executeTakeFirst()
    return Number(added.numInsertedOrUpdatedRows ?? 0) === 1
  }
  const saved = await tx
    .updateTable('interview')
    .set({ ...change, version: version + 1 })
    .where('centre_id', '=', centre_id)
    .where('id', '=', id)
    .where('version', '=', version)
    .executeTakeFirst()
  return Number(saved.numUpdatedRows) === 1
}
