import type { CaseId, CentreId } from '#app/domain/ids.ts'
import type { Instant } from '#app/domain/time.ts'
import type { Db, Row, Tx } from '../schema.ts'

export type FamilyAccessRow = Row<'family_access'>

/** The live access a short code opens, or null. Looked up by keyed hash, across centres. */
export async function findAccessByCode(db: Db, codeHash: string): Promise<FamilyAccessRow | null> {
  const row = await db
    .selectFrom('family_access')
    .selectAll()
    .where('code_hash', '=', codeHash)
    .where('revoked_at', 'is', null)
    .executeTakeFirst()
  return row ?? null
}

/** The live access of a case, or null when no slip was printed yet. */
export async function findAccessOfCase(
  db: Db,
  centreId: CentreId,
  caseId: CaseId,
): Promise<FamilyAccessRow | null> {
  const row = await db
    .selectFrom('family_access')
    .selectAll()
    .where('centre_id', '=', centreId)
    .where('case_id', '=', caseId)
    .where('revoked_at', 'is', null)
    .executeTakeFirst()
  return row ?? null
}

/** Adds an access. */
export async function insertAccess(tx: Tx, access: FamilyAccessRow): Promise<void> {
  await tx.insertInto('family_access').values(access).execute()
}

/** Ends an access and every session it opened: the old slip is paper. */
export async function revokeAccess(
  tx: Tx,
  centreId: CentreId,
  accessId: string,
  at: Instant,
): Promise<void> {
  await tx
    .updateTable('family_access')
    .set({ revoked_at: at })
    .where('centre_id', '=', centreId)
    .where('id', '=', accessId)
    .execute()
  await tx
    .updateTable('family_session')
    .set({ ended_at: at })
    .where('centre_id', '=', centreId)
    .where('access_id', '=', accessId)
    .where('ended_at', 'is', null)
    .execute()
}

type AccessKey = Pick<FamilyAccessRow, 'centre_id' | 'id'>

/**
 * Counts one more wrong PIN, however many are checked at once, and locks the access with the
 * `most`th. Returns the count; null: the access was locked or ended before.
 */
export async function countWrongPin(
  tx: Tx,
  access: AccessKey,
  most: number,
  at: Instant,
): Promise<number | null> {
  const row = await tx
    .updateTable('family_access')
    .set((eb) => ({
      tries: eb('tries', '+', 1),
      locked_at: eb
        .case()
        .when('tries', '>=', most - 1)
        .then(at)
        .else(null)
        .end(),
    }))
    .where('centre_id', '=', access.centre_id)
    .where('id', '=', access.id)
    .where('locked_at', 'is', null)
    .where('revoked_at', 'is', null)
    .returning('tries')
    .executeTakeFirst()
  return row?.tries ?? null
}

/** A right PIN came: wrong ones are counted anew. False: the access was locked or ended before. */
export async function forgetWrongPins(tx: Tx, access: AccessKey): Promise<boolean> {
  const row = await tx
    .updateTable('family_access')
    .set({ tries: 0 })
    .where('centre_id', '=', access.centre_id)
    .where('id', '=', access.id)
    .where('locked_at', 'is', null)
    .where('revoked_at', 'is', null)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** A family's live session with its case, or null. */
export async function findFamilySession(db: Db, idHash: string) {
  const row = await db
    .selectFrom('family_session')
    .innerJoin('family_access', (join) =>
      join
        .onRef('family_access.centre_id', '=', 'family_session.centre_id')
        .onRef('family_access.id', '=', 'family_session.access_id'),
    )
    .innerJoin('pupil_case', (join) =>
      join
        .onRef('pupil_case.centre_id', '=', 'family_access.centre_id')
        .onRef('pupil_case.id', '=', 'family_access.case_id'),
    )
    .select([
      'family_session.centre_id',
      'family_session.last_seen_at',
      'family_session.absolute_end',
      'family_access.case_id',
      'pupil_case.family_id',
    ])
    .where('family_session.id', '=', idHash)
    .where('family_session.ended_at', 'is', null)
    .where('family_access.revoked_at', 'is', null)
    .where('family_access.locked_at', 'is', null)
    .executeTakeFirst()
  return row ?? null
}

/** Adds a session of a family. */
export async function insertFamilySession(tx: Tx, session: Row<'family_session'>): Promise<void> {
  await tx.insertInto('family_session').values(session).execute()
}

/** Notes that a family's session was used. */
export async function touchFamilySession(
  tx: Tx,
  centreId: CentreId,
  idHash: string,
  at: Instant,
): Promise<void> {
  await tx
    .updateTable('family_session')
    .set({ last_seen_at: at })
    .where('centre_id', '=', centreId)
    .where('id', '=', idHash)
    .execute()
}

/** Ends a family's session. */
export async function endFamilySession(
  tx: Tx,
  centreId: CentreId,
  idHash: string,
  at: Instant,
): Promise<void> {
  await tx
    .updateTable('family_session')
    .set({ ended_at: at })
    .where('centre_id', '=', centreId)
    .where('id', '=', idHash)
    .execute()
}
